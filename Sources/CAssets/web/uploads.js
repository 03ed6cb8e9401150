import { list } from "./api.js";
import { buttons, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { plural } from "./format.js";
import { Upload } from "./upload.js";
import { remembered, rememberedLimit } from "./uploadstore.js";

/** Requests with bytes that are on their way at once. */
const connections = 4;
/** Files of which each name is looked up before it would replace another; beyond, the folder is listed. */
const lookUps = 20;
const listedPages = 10;

/** All uploads of this page. Tells `change`, and `finished` with each file that has arrived. */
class Uploads extends EventTarget {
  all = [];
  #flights = 0;
  #frame = 0;
  #speeds = [];

  get open() { return this.all.filter((upload) => upload.isOpen); }
  get active() { return this.all.filter((upload) => upload.state === "active" || upload.state === "queued"); }

  /** Takes files in; `entries` are `{file, folder, handle}`. */
  async add(entries) {
    const rest = entries.filter((entry) => !this.#continue(entry));
    const wanted = await this.#settle(rest);
    for (const { file, folder, handle } of wanted) {
      const upload = new Upload(Upload.record(file, folder, handle), file, this.#changed);
      this.all.push(upload);
      if (this.all.length <= rememberedLimit) upload.save();
    }
    this.#changed();
    this.#pump();
  }

  /** A file that an upload waits for goes on where that stopped. */
  #continue({ file, folder }) {
    const upload = this.all.find((one) => one.state === "waiting" && (one.matches(file, folder) || one.matches(file)));
    upload?.attach(file);
    if (upload) this.#pump();
    return Boolean(upload);
  }

  /** Asks what to do with files that would replace others. */
  async #settle(entries) {
    const taken = await namesTaken(entries).catch(() => new Set());
    const clashes = entries.filter(({ file, folder }) => taken.has(`${folder}/${file.name}`));
    if (clashes.length === 0) return entries;
    const choice = await askAbout(clashes);
    const others = entries.filter((entry) => !clashes.includes(entry));
    if (choice === "replace") return entries;
    if (choice === "keep") return [...others, ...clashes.map((entry) => renamed(entry, taken))];
    return choice === "skip" ? others : [];
  }

  /** What the last visit left unfinished. */
  async restore() {
    for (const record of await remembered()) {
      if (this.all.some((upload) => upload.id === record.id)) continue;
      const upload = new Upload(record, null, this.#changed);
      this.all.push(upload);
      // Without a question to the person, only what was allowed before is handed out again.
      if (await record.handle?.queryPermission?.({ mode: "read" }) === "granted") await this.reopen(upload);
    }
    this.#changed();
    this.#pump();
  }

  /** Takes the file of an upload from the browser; false when the person has to choose it. */
  async reopen(upload) {
    const { handle } = upload.record;
    if (!handle?.getFile) return false;
    try {
      if (await handle.requestPermission?.({ mode: "read" }) === "denied") return false;
      const file = await handle.getFile();
      if (!upload.matches(file)) return false;
      upload.attach(file);
      this.#pump();
      return true;
    } catch {
      return false;
    }
  }

  pause() { for (const upload of this.active) upload.pause(); }

  resume() {
    for (const upload of this.all) {
      if (upload.state === "paused" || upload.state === "failed") upload.resume();
    }
    this.#pump();
  }

  resumeOne(upload) {
    upload.resume();
    this.#pump();
  }

  async cancel(upload) {
    this.all = this.all.filter((one) => one !== upload);
    await upload.cancel().catch(() => {});
    this.#changed();
    this.#pump();
  }

  clear() {
    this.all = this.all.filter((upload) => upload.isOpen);
    this.#changed();
  }

  /** Bytes of all and bytes that have arrived, and bytes a second of late. */
  progress() {
    let total = 0;
    let sent = 0;
    for (const upload of this.all) {
      total += upload.size;
      sent += upload.sent;
    }
    return { total, sent, speed: this.#speed(sent) };
  }

  #speed(sent) {
    const now = performance.now();
    this.#speeds.push([now, sent]);
    while (this.#speeds.length > 2 && now - this.#speeds[0][0] > 4000) this.#speeds.shift();
    const [then, before] = this.#speeds[0];
    return now - then > 500 ? Math.max(0, (sent - before) / (now - then) * 1000) : 0;
  }

  #changed = (event, upload) => {
    if (event === "finished") {
      this.dispatchEvent(new CustomEvent("finished", { detail: upload }));
    }
    this.#frame ||= setTimeout(() => {
      this.#frame = 0;
      this.dispatchEvent(new Event("change"));
    }, 100);
  };

  #pump() {
    while (this.#flights < connections) {
      const flight = this.#nextFlight();
      if (!flight) return;
      this.#flights += 1;
      flight.finally(() => {
        this.#flights -= 1;
        this.#pump();
      });
    }
  }

  /** The first upload that has something to send; those that are begun come before those that are not. */
  #nextFlight() {
    for (const state of ["active", "queued"]) {
      for (const upload of this.all) {
        if (upload.state !== state) continue;
        const flight = upload.next();
        if (flight) return flight;
      }
    }
    return null;
  }
}

export const uploads = new Uploads();

window.addEventListener("beforeunload", (event) => {
  if (uploads.active.length > 0) event.preventDefault();
});

async function namesTaken(entries) {
  const taken = new Set();
  const note = (file) => taken.add(`${file.folder ?? ""}/${file.filename}`);
  if (entries.length <= lookUps) {
    await Promise.all(entries.map(async ({ file, folder }) => {
      const { items } = await list("/files", { folder, search: file.name, limit: 100 });
      items.forEach(note);
    }));
    return taken;
  }
  for (const folder of new Set(entries.map((entry) => entry.folder))) {
    for (let page = 1; page <= listedPages; page += 1) {
      const { items } = await list("/files", { folder, limit: 100, page });
      items.forEach(note);
      if (items.length < 100) break;
    }
  }
  return taken;
}

function askAbout(clashes) {
  const what = clashes.length === 1 ? `“${clashes[0].file.name}” is` : `${plural(clashes.length, "of these files is", "of these files are")}`;
  return openDialog("Replace files?", (close) => buttons(
    h("button", { type: "button", class: "button", onclick: () => close("skip") }, "Skip"),
    h("button", { type: "button", class: "button", onclick: () => close("replace") }, "Replace"),
    h("button", { type: "button", class: "button primary", autofocus: true, onclick: () => close("keep") }, "Keep both"),
  ), { description: `${what} here already. Replacing keeps the address and changes what it shows.`, className: "narrow" });
}

function renamed(entry, taken) {
  const { file, folder } = entry;
  const dot = file.name.lastIndexOf(".");
  const [stem, end] = dot > 0 ? [file.name.slice(0, dot), file.name.slice(dot)] : [file.name, ""];
  let count = 2;
  while (taken.has(`${folder}/${stem} (${count})${end}`)) count += 1;
  const name = `${stem} (${count})${end}`;
  taken.add(`${folder}/${name}`);
  return { ...entry, file: new File([file], name, { type: file.type, lastModified: file.lastModified }) };
}
