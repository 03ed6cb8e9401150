import { putURL } from "./links.js";
import { transfer, TransferError } from "./transfer.js";
import { forget, remember } from "./uploadstore.js";

export const chunkSize = 8 * 1024 * 1024;
/** Tries of one request before the upload waits for the person. */
const tryLimit = 8;
/** Seconds that an address to send to is good for; a fresh one is made when it ends. */
const linkLifetime = 24 * 3600;

/** One file on its way: which ranges are missing, what became of it. */
export class Upload {
  /** `queued`, `active`, `paused`, `waiting` (for its file), `failed`, `done`. */
  state = "queued";
  error = null;
  result = null;
  #missing = null;
  #flying = new Map();
  #abort = new AbortController();
  #link = null;
  #preparing = null;
  #confirmed = 0;
  #isResumed;
  #onChange;

  constructor(record, file, onChange) {
    this.record = record;
    this.file = file;
    this.#isResumed = Boolean(record.isBegun);
    this.#onChange = onChange;
    if (!file) this.state = "waiting";
  }

  static record(file, folder, handle) {
    return {
      id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`,
      name: file.name, folder, size: file.size, type: file.type, modified: file.lastModified, handle,
      begun: Date.now(), isBegun: false,
    };
  }

  get id() { return this.record.id; }
  get name() { return this.record.name; }
  get size() { return this.record.size; }
  get isOpen() { return ["queued", "active", "paused", "waiting", "failed"].includes(this.state); }
  get isBusy() { return this.#flying.size > 0 || this.#preparing !== null; }

  /** Bytes that have arrived or are on their way. */
  get sent() {
    if (this.state === "done") return this.size;
    if (this.state === "waiting" || this.state === "queued") return this.record.confirmed ?? 0;
    let sent = this.#confirmed;
    for (const flight of this.#flying.values()) sent += flight.sent;
    return Math.min(sent, this.size);
  }

  /** Whether a file is the one that this upload was begun with. */
  matches(file, folder) {
    const { name, size, modified } = this.record;
    return file.name === name && file.size === size && file.lastModified === modified && (folder === undefined || folder === this.record.folder);
  }

  save() {
    return remember(this.record);
  }

  /** Something to send now, nil when nothing can be begun; a promise that ends with it. */
  next() {
    if (this.state === "queued") this.state = "active";
    if (this.state !== "active") return null;
    if (this.#missing === null) {
      if (this.#preparing) return null;
      this.#preparing = this.#guard(() => this.#prepare()).finally(() => { this.#preparing = null; });
      return this.#preparing;
    }
    const range = this.#take();
    return range ? this.#guard(() => this.#send(range)) : null;
  }

  /** Makes the address, and asks what has arrived when the upload was begun before. */
  async #prepare() {
    await this.#address();
    if (this.size === 0) {
      this.#missing = [];
      await this.#retrying(() => transfer(this.#link.url, this.file, { signal: this.#abort.signal, headers: this.#headers() }))
        .then((answer) => this.#finish(answer.document));
      return;
    }
    this.#missing = this.#isResumed ? await this.#status() : [[0, this.size]];
    this.#confirmed = this.size - this.#missing.reduce((sum, [from, to]) => sum + to - from, 0);
    this.record.isBegun = true;
    this.#note();
  }

  /** Keeps how far it has come, for a page that is opened again. */
  #note() {
    this.record.confirmed = this.#confirmed;
    if (this.isOpen) this.save();
  }

  async #address() {
    const now = Date.now() / 1000;
    if (this.#link && this.#link.expiry - now > 600) return;
    this.#link = await putURL(this.record.folder, this.name, Math.floor(now) + linkLifetime);
  }

  #headers(range) {
    const headers = { "Upload-Id": this.id };
    if (this.record.type) headers["Content-Type"] = this.record.type;
    if (range) headers["Content-Range"] = `bytes ${range[0]}-${range[1] - 1}/${this.size}`;
    return headers;
  }

  /** Ranges that have not arrived, as half-open pairs. */
  async #status() {
    try {
      const { document } = await this.#retrying(() => transfer(this.#link.url, null, {
        signal: this.#abort.signal, headers: { "Upload-Id": this.id, "Content-Range": `bytes */${this.size}` },
      }));
      const report = document.uploads?.find((upload) => upload.upload_id === this.id) ?? document;
      return report.missing.map(([first, last]) => [first, last + 1]);
    } catch (error) {
      if (error.status === 404) return [[0, this.size]];
      throw error;
    }
  }

  #take() {
    const first = this.#missing.shift();
    if (!first) return null;
    const [from, to] = first;
    const end = Math.min(to, from + chunkSize);
    if (end < to) this.#missing.unshift([end, to]);
    return [from, end];
  }

  async #send(range) {
    const flight = { sent: 0 };
    this.#flying.set(range, flight);
    try {
      const answer = await this.#retrying(async () => {
        await this.#address();
        flight.sent = 0;
        return transfer(this.#link.url, this.file.slice(range[0], range[1]), {
          headers: this.#headers(range), signal: this.#abort.signal,
          onProgress: (sent) => { flight.sent = sent; this.#onChange(); },
        });
      });
      this.#flying.delete(range);
      this.#confirmed += range[1] - range[0];
      this.#note();
      if (answer.status === 201) {
        this.#finish(answer.document);
      } else if (this.#missing.length === 0 && this.#flying.size === 0) {
        // All was sent, and yet something is missing: what it is is asked for.
        const missing = await this.#status();
        this.#missing = missing;
        this.#confirmed = this.size - missing.reduce((sum, [from, to]) => sum + to - from, 0);
        if (missing.length === 0) this.#missing = [[this.size - 1, this.size]];
      }
    } catch (error) {
      this.#flying.delete(range);
      this.#missing?.unshift(range);
      throw error;
    }
  }

  async #retrying(action) {
    for (let turn = 0; ; turn += 1) {
      try {
        return await action();
      } catch (error) {
        if (error.name === "AbortError") throw error;
        if (error.status === 403 && turn === 0) {
          this.#link = null;
          await this.#address();
          continue;
        }
        const isPassing = error instanceof TransferError ? error.isPassing : error.status === 0;
        if (!isPassing || turn + 1 >= tryLimit) throw error;
        this.error = error;
        this.#onChange();
        await this.#wait(Math.max(error.retryAfter ?? 0, Math.min(30, 0.5 * 2 ** turn)));
        this.error = null;
      }
    }
  }

  /** Ends early when the connection is back, in an error when the upload is stopped. */
  #wait(seconds) {
    return new Promise((resolve, reject) => {
      const stop = () => { done(); reject(new DOMException("aborted", "AbortError")); };
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener("online", go);
        this.#abort.signal.removeEventListener("abort", stop);
      };
      const go = () => { done(); resolve(); };
      const timer = setTimeout(go, seconds * 1000);
      window.addEventListener("online", go);
      this.#abort.signal.addEventListener("abort", stop);
    });
  }

  async #guard(action) {
    try {
      await action();
    } catch (error) {
      if (error.name === "AbortError" || this.state !== "active") return;
      this.#stop("failed");
      this.error = unreadable(error) ? new Error("The file was changed or moved. Choose it again.") : error;
      if (unreadable(error)) this.#lose();
    } finally {
      this.#onChange();
    }
  }

  #lose() {
    this.state = "waiting";
    this.file = null;
  }

  #finish(document) {
    this.state = "done";
    this.result = document;
    this.error = null;
    forget(this.id);
    this.#onChange("finished", this);
  }

  #stop(state) {
    this.state = state;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#missing = null;
    this.#isResumed = true;
  }

  pause() {
    if (this.state === "active" || this.state === "queued") this.#stop("paused");
    this.#onChange();
  }

  resume() {
    if (this.state === "paused" || this.state === "failed") this.state = "queued";
    this.error = null;
    this.#onChange();
  }

  /** Goes on with the file, which the person or the browser has handed out again. */
  attach(file) {
    this.file = file;
    this.state = "queued";
    this.error = null;
    this.#isResumed = true;
    this.#onChange();
  }

  /** Drops what has arrived as well. */
  async cancel() {
    const wasBegun = this.record.isBegun;
    this.#stop("cancelled");
    forget(this.id);
    this.#onChange();
    if (!wasBegun) return;
    const { url } = await putURL(this.record.folder, this.name, Math.floor(Date.now() / 1000) + 300);
    const target = new URL(url);
    target.searchParams.set("upload", "");
    target.searchParams.set("total", this.size);
    await fetch(target, { method: "DELETE", headers: { "Upload-Id": this.id } });
  }
}

const unreadable = (error) => error.name === "NotReadableError" || error.name === "NotFoundError";
