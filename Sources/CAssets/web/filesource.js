import { list } from "./api.js";

const pageSize = 100;
/** Pages kept in memory: ten thousand files. */
const pageLimit = 100;

/** A long list of files, of which the pages that are looked at are fetched. */
export class FileSource {
  #pages = new Map();
  #asked = new Map();
  #hidden = new Set();
  #onChange;
  #query;
  total = null;
  error = null;

  constructor(query, onChange) {
    this.#query = query;
    this.#onChange = onChange;
  }

  /** The file at a place of the list; undefined while it is fetched. */
  at(index) {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  /** Asks for what lies between two places, and lets go of what is far from them. */
  need(first, last) {
    const from = Math.floor(first / pageSize);
    const to = Math.floor(Math.max(first, last) / pageSize);
    for (const [page, request] of this.#asked) {
      if (page < from - 1 || page > to + 1) request.abort();
    }
    for (let page = from; page <= to; page += 1) {
      if (!this.#pages.has(page)) this.#fetch(page);
    }
    if (this.#pages.size > pageLimit) {
      for (const page of this.#pages.keys()) {
        if ((page < from - 2 || page > to + 2) && this.#pages.size > pageLimit / 2) this.#pages.delete(page);
      }
    }
  }

  async #fetch(page) {
    if (this.#asked.has(page)) return;
    const request = new AbortController();
    this.#asked.set(page, request);
    try {
      const { items, total } = await list("/files", { ...this.#query, limit: pageSize, page: page + 1 }, { signal: request.signal });
      this.#pages.set(page, items);
      this.total = total;
      this.error = null;
      this.#onChange();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.error = error;
      this.#onChange();
    } finally {
      if (this.#asked.get(page) === request) this.#asked.delete(page);
    }
  }

  /** Fetches what is in sight anew; what is shown stays until it is there. */
  async refresh(first, last) {
    for (const request of this.#asked.values()) request.abort();
    this.#asked.clear();
    const from = Math.floor(first / pageSize);
    const to = Math.floor(Math.max(first, last) / pageSize);
    for (const page of [...this.#pages.keys()]) {
      if (page < from || page > to) this.#pages.delete(page);
    }
    const pages = [];
    for (let page = from; page <= to; page += 1) pages.push(this.#fetch(page));
    await Promise.all(pages);
  }

  put(file) {
    for (const page of this.#pages.values()) {
      const index = page.findIndex((known) => known.id === file.id);
      if (index >= 0) page[index] = file;
    }
    this.#onChange();
  }

  /** Takes files out of sight until they are deleted, or back. */
  hide(ids) {
    for (const id of ids) this.#hidden.add(id);
    this.#onChange();
  }

  unhide(ids) {
    for (const id of ids) this.#hidden.delete(id);
    this.#onChange();
  }

  isHidden(file) {
    return this.#hidden.has(file.id);
  }

  /** Files that are in memory, in order. */
  loaded() {
    return [...this.#pages.keys()].sort((a, b) => a - b).flatMap((page) => this.#pages.get(page));
  }

  cancel() {
    for (const request of this.#asked.values()) request.abort();
  }
}
