import { get } from "./api.js";
import { deleteFiles, downloadFile, moveFiles, renameFile, shareFile, copyURL, newFolder } from "./actions.js";
import { DetailsPanel } from "./details.js";
import { pickFiles, pickFolder } from "./drop.js";
import { h, isTyping, later, replace } from "./dom.js";
import { FileGrid } from "./filegrid.js";
import { FileSource } from "./filesource.js";
import { number, plural } from "./format.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { openPreview } from "./preview.js";
import { folderAddress, go, place } from "./router.js";
import { announce } from "./toast.js";
import { uploads } from "./uploads.js";

const sorts = [
  ["created-desc", "Newest first"], ["created-asc", "Oldest first"], ["name-asc", "Name A–Z"], ["name-desc", "Name Z–A"],
  ["size-desc", "Largest first"], ["size-asc", "Smallest first"],
];
const kinds = [["", "All kinds"], ["image", "Images"], ["video", "Videos"], ["audio", "Audio"], ["document", "Documents"], ["unknown", "Other"]];
/** Folders shown before one asks for all. */
const folderLimit = 24;

export const libraryPage = (context, where) => new Library(context, where);

class Library {
  #context;
  #source = null;
  #selected = new Map();
  #anchor = null;
  #showsAllFolders = false;
  /** The first file takes the focus as soon as it is there. */
  #wantsFocus = false;
  #folders = { folders: [], truncated: false };
  #refresh = later(500, () => this.reload());
  #onKey = (event) => this.#key(event);
  #onUploaded = () => this.#refresh();

  constructor(context, where) {
    this.#context = context;
    this.#build();
    this.moved(where);
    document.addEventListener("keydown", this.#onKey);
    uploads.addEventListener("finished", this.#onUploaded);
  }

  leave() {
    document.removeEventListener("keydown", this.#onKey);
    uploads.removeEventListener("finished", this.#onUploaded);
    clearInterval(this.poll);
    this.#source?.cancel();
    this.grid.stop();
  }

  #build() {
    this.search = h("input", {
      class: "search-input", type: "search", placeholder: "Search files", "aria-label": "Search files", spellcheck: "false",
      oninput: later(220, () => this.#ask({ q: this.search.value.trim() })),
      onkeydown: (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          const hadText = this.search.value !== "";
          this.search.value = "";
          this.search.blur();
          if (hadText) this.#ask({ q: "" });
          this.#wantsFocus = true;
          this.#drawFiles();
        } else if (event.key === "ArrowDown") {
          event.preventDefault();
          this.grid.focus(0);
        }
      },
    });
    this.crumbs = h("nav", { class: "crumbs", "aria-label": "Folders" });
    this.count = h("p", { class: "count quiet", role: "status" });
    this.kind = select("Kind", kinds, (value) => this.#ask({ kind: value }));
    this.sort = select("Sort", sorts, (value) => this.#ask({ sort: value === "created-desc" ? "" : value }));
    this.viewButton = h("button", { type: "button", class: "icon-button", onclick: () => this.#switchView() });
    const add = h("button", {
      type: "button", class: "button primary add", "aria-label": "Add files", onclick: () => pickFiles(this.folder),
    }, icon("plus", 18), h("span", {}, "Add files"));
    const more = h("button", {
      type: "button", class: "icon-button", "aria-label": "More ways to add", "aria-haspopup": "menu",
      onclick: () => openMenu(more, [
        { label: "Add files", icon: "upload", action: () => pickFiles(this.folder), shortcut: "U" },
        { label: "Add a folder", icon: "folder", action: () => pickFolder(this.folder) },
        { label: "New folder", icon: "folderPlus", action: () => newFolder(this.folder) },
      ], "Add"),
    }, icon("down", 18));
    const canAdd = this.#context.session.key.role !== "read";
    this.toolbar = h("div", { class: "toolbar" },
      h("label", { class: "search" }, icon("search", 18), this.search, h("kbd", { "aria-hidden": "true" }, "/")),
      h("div", { class: "toolbar-end" }, canAdd ? h("div", { class: "split" }, add, more) : null));
    this.filters = h("div", { class: "filters" }, this.crumbs, h("div", { class: "filters-end" }, this.kind.element, this.sort.element, this.viewButton));
    this.selection = h("div", { class: "selection-bar", role: "toolbar", "aria-label": "Selected files", hidden: true });
    this.folderList = h("ul", { class: "folders", "aria-label": "Folders here" });
    this.state = h("div", { class: "state" });
    this.scroller = h("div", { class: "scroller" });
    this.grid = new FileGrid(this.scroller, {
      total: () => this.#source?.total ?? null, at: (index) => this.#source?.at(index),
      need: (first, last) => this.#source?.need(first, last),
      isSelected: (file) => this.#selected.has(file.id), isHidden: (file) => this.#source.isHidden(file),
      isSelecting: () => this.#selected.size > 0, showsFolders: () => this.isSearching(),
      toggle: (file, index, isRange) => this.#toggle(file, index, isRange),
      open: (file, index) => this.#open(file, index), menu: (file, anchor) => this.#menu(file, anchor),
    });
    this.grid.view = localStorage.getItem("coffer-view") === "list" ? "list" : "grid";
    this.#markView();
    this.columns = h("div", { class: "list-head", "aria-hidden": "true" },
      h("span", {}, "Name"), h("span", { class: "entry-kind" }, "Kind"), h("span", { class: "entry-size" }, "Size"), h("span", { class: "entry-time" }, "Added"));
    this.scroller.append(this.folderList, this.count, this.columns, this.grid.element, this.state);
    this.details = new DetailsPanel(this.#context, { onClose: () => this.#closeDetails(), onChange: (file) => this.#changed(file) });
    this.element = h("div", { class: "library" },
      h("h1", { class: "unseen" }, "Library"),
      h("div", { class: "library-main" }, this.toolbar, this.filters, this.selection, this.scroller), this.details.element);
    // Facts of new files come a moment after them.
    this.poll = setInterval(() => {
      if (!document.hidden && this.#source?.loaded().some((file) => file.status === "processing")) this.reload();
    }, 4000);
  }

  isSearching() { return Boolean(this.query.q || this.query.kind); }

  /** Shows the folder and the question that the address names. */
  moved(where) {
    const folder = where.words.join("/");
    const isOther = folder !== this.folder;
    this.folder = folder;
    this.query = { q: where.query.get("q") ?? "", kind: where.query.get("kind") ?? "", sort: where.query.get("sort") ?? "created-desc" };
    if (document.activeElement !== this.search) this.search.value = this.query.q;
    this.kind.input.value = this.query.kind;
    this.sort.input.value = this.query.sort;
    this.#select(null);
    this.#drawCrumbs();
    if (isOther) {
      this.#showsAllFolders = false;
      this.#folders = { folders: [], truncated: false };
      this.#drawFolders();
    }
    this.#begin();
    this.#loadFolders();
  }

  #begin() {
    this.#source?.cancel();
    const [sort, order] = this.query.sort.split("-");
    const question = { sort, order, search: this.query.q, kind: this.query.kind };
    // Without a folder all files are asked for, at whatever depth they are.
    if (this.folder || !this.isSearching()) question.folder = this.folder;
    const source = new FileSource(question, () => { if (source === this.#source) this.#drawFiles(); });
    this.#source = source;
    this.grid.focused = 0;
    this.scroller.scrollTop = 0;
    this.#drawFiles();
    source.need(0, 0);
  }

  async #loadFolders() {
    const folder = this.folder;
    try {
      const found = await get("/folders", { folder });
      if (folder !== this.folder) return;
      this.#folders = found;
      this.#drawFolders();
      this.#drawFiles();
    } catch {
      // The files say what is wrong.
    }
  }

  reload() {
    const { first, last } = this.grid.sight();
    this.#source?.refresh(first * this.grid.columns, (last + 1) * this.grid.columns - 1);
    this.#loadFolders();
  }

  #ask(change) {
    const query = { ...this.query, ...change };
    if (query.sort === "created-desc") query.sort = "";
    go(folderAddress(this.folder, query), { replace: true });
  }

  #drawCrumbs() {
    const words = this.folder ? this.folder.split("/") : [];
    const parts = [["Library", ""], ...words.map((word, index) => [word, words.slice(0, index + 1).join("/")])];
    replace(this.crumbs, h("ol", {}, parts.map(([name, folder], index) => h("li", {},
      index === parts.length - 1 ? h("span", { "aria-current": "page" }, name)
        : h("a", { href: folderAddress(folder) }, name)))));
  }

  #drawFolders() {
    const folders = this.isSearching() ? [] : this.#folders.folders;
    const shown = this.#showsAllFolders ? folders : folders.slice(0, folderLimit);
    this.folderList.hidden = folders.length === 0;
    replace(this.folderList,
      shown.map((folder) => h("li", {}, h("a", { class: "folder", href: folderAddress(folder.path) },
        icon("folder"), h("span", { title: folder.name }, folder.name)))),
      shown.length < folders.length ? h("li", {}, h("button", {
        type: "button", class: "folder all", onclick: () => { this.#showsAllFolders = true; this.#drawFolders(); this.grid.refresh(); },
      }, `Show all ${number(folders.length)}${this.#folders.truncated ? "+" : ""}`)) : null);
  }

  #drawFiles() {
    const { total, error } = this.#source;
    this.#drawFolders();
    const isList = this.grid.view === "list";
    this.columns.hidden = !isList || !total;
    this.count.textContent = total ? `${plural(total, "file")}${this.query.q ? ` for “${this.query.q}”` : ""}` : "";
    replace(this.state);
    if (error && total === null) replace(this.state, this.#failure(error));
    else if (total === null) replace(this.state, skeletons(isList));
    else if (total === 0) replace(this.state, this.#empty());
    this.grid.layout();
    if (total && this.#wantsFocus) {
      this.#wantsFocus = false;
      this.grid.focus(0);
    }
    if (total !== null && this.details.file) {
      const fresh = this.#source.loaded().find((file) => file.id === this.details.file.id);
      if (fresh && fresh.updated !== this.details.file.updated) this.details.show(fresh);
    }
  }

  #failure(error) {
    if (error.status === 403 && this.#context.session.key.role === "upload") return this.#dropHere("Your key adds files and shows none");
    return h("div", { class: "empty", role: "alert" }, h("div", { class: "empty-art" }, icon("warning", 30)),
      h("h2", {}, "The files could not be loaded"), h("p", { class: "quiet" }, error.message),
      h("button", { type: "button", class: "button", onclick: () => this.#begin() }, icon("retry", 18), "Try again"));
  }

  #empty() {
    if (this.isSearching()) {
      return h("div", { class: "empty" }, h("div", { class: "empty-art" }, icon("search", 30)), h("h2", {}, "Nothing found"),
        h("p", { class: "quiet" }, this.query.q ? `No file here has “${this.query.q}” in its name.` : "No file here is of this kind."),
        h("button", { type: "button", class: "button", onclick: () => { this.search.value = ""; this.#ask({ q: "", kind: "" }); } }, "Clear the search"));
    }
    if (this.#folders.folders.length > 0) return null;
    if (this.#context.session.key.role === "read") {
      return h("div", { class: "empty" }, h("div", { class: "empty-art" }, icon("folder", 30)), h("h2", {}, "No files here yet"));
    }
    return this.#dropHere(this.folder ? "This folder is empty" : "Drop your first files here");
  }

  #dropHere(title) {
    return h("div", { class: "empty drop-here" }, h("div", { class: "empty-art" }, icon("upload", 30)), h("h2", {}, title),
      h("p", { class: "quiet" }, "Drag files or whole folders anywhere onto this window. Each is served from its own address as soon as it has arrived."),
      h("div", { class: "empty-actions" },
        h("button", { type: "button", class: "button primary", onclick: () => pickFiles(this.folder) }, icon("plus", 18), "Add files"),
        h("button", { type: "button", class: "button", onclick: () => pickFolder(this.folder) }, icon("folder", 18), "Add folder")));
  }

  #switchView() {
    this.grid.view = this.grid.view === "grid" ? "list" : "grid";
    localStorage.setItem("coffer-view", this.grid.view);
    this.#markView();
    this.#drawFiles();
    announce(this.grid.view === "grid" ? "Shown as a grid" : "Shown as a list");
  }

  #markView() {
    const isGrid = this.grid.view === "grid";
    this.viewButton.setAttribute("aria-label", isGrid ? "Show as a list" : "Show as a grid");
    this.viewButton.title = isGrid ? "List" : "Grid";
    replace(this.viewButton, icon(isGrid ? "list" : "library"));
  }

  // -- selection -------------------------------------------------------------------------------------------------

  #toggle(file, index, isRange) {
    if (isRange && this.#anchor !== null) {
      for (let place = Math.min(index, this.#anchor); place <= Math.max(index, this.#anchor); place += 1) {
        const one = this.#source.at(place);
        if (one) this.#selected.set(one.id, one);
      }
      this.grid.refresh();
    } else {
      if (this.#selected.has(file.id)) this.#selected.delete(file.id);
      else this.#selected.set(file.id, file);
      this.#anchor = index;
      this.grid.refresh();
    }
    this.#drawSelection();
  }

  #select(files) {
    const before = this.#selected.size;
    this.#selected = new Map((files ?? []).map((file) => [file.id, file]));
    if (files === null) this.#anchor = null;
    if (before || this.#selected.size) {
      this.grid.refresh();
      this.#drawSelection();
    }
  }

  #drawSelection() {
    const files = [...this.#selected.values()];
    this.selection.hidden = files.length === 0;
    this.element.classList.toggle("selecting", files.length > 0);
    if (files.length === 0) return;
    const button = (label, name, action, danger) => h("button", {
      type: "button", class: danger ? "button ghost danger-text" : "button ghost", onclick: action, title: label,
    }, icon(name, 18), h("span", { class: "label" }, label));
    const canChange = this.#context.canChange;
    replace(this.selection,
      h("button", { type: "button", class: "icon-button", "aria-label": "Clear the selection", onclick: () => this.#select(null) }, icon("close")),
      h("span", { class: "selection-count", role: "status" }, `${number(files.length)} selected`),
      h("div", { class: "selection-actions" },
        files.length === 1 ? button("Copy URL", "copy", () => copyURL(files[0])) : null,
        files.length === 1 ? button("Share", "link", () => shareFile(files[0])) : null,
        canChange ? button("Move", "move", () => moveFiles(files, this.folder, (file) => this.#moved(file))) : null,
        canChange ? button("Delete", "trash", () => this.#delete(files), true) : null));
  }

  // -- actions ---------------------------------------------------------------------------------------------------

  #open(file, index) {
    openPreview(this.#context, {
      index, count: () => this.#source.total ?? 0,
      at: (place) => { this.#source.need(place, place); return this.#source.at(place); },
      onChange: (changed) => this.#changed(changed), onDelete: (gone) => this.#delete([gone]),
      onClose: (place) => this.grid.focus(place),
    }, file);
  }

  #menu(file, anchor) {
    const files = this.#selected.has(file.id) ? [...this.#selected.values()] : [file];
    const canChange = this.#context.canChange;
    const one = files.length === 1;
    openMenu(anchor, [
      one ? { label: "Open", icon: "eye", action: () => this.#open(file, this.grid.focused), shortcut: "Enter" } : undefined,
      one ? { label: "Details", icon: "info", action: () => this.#details(file), shortcut: "I" } : undefined,
      one ? { label: "Download", icon: "download", action: () => downloadFile(file) } : undefined,
      one ? { label: "Copy URL", icon: "copy", action: () => copyURL(file) } : undefined,
      one ? { label: "Share a link", icon: "link", action: () => shareFile(file) } : undefined,
      one && canChange ? null : undefined,
      one && canChange ? { label: "Rename", icon: "rename", action: () => renameFile(file, (changed) => this.#changed(changed)), shortcut: "F2" } : undefined,
      canChange ? { label: one ? "Move" : `Move ${files.length} files`, icon: "move", action: () => moveFiles(files, this.folder, (changed) => this.#moved(changed)) } : undefined,
      canChange ? { label: one ? "Delete" : `Delete ${files.length} files`, icon: "trash", danger: true, action: () => this.#delete(files), shortcut: "Del" } : undefined,
    ].filter((entry) => entry !== undefined), `Actions for ${file.filename}`);
  }

  #details(file) {
    this.details.show(file);
    this.element.classList.add("with-details");
    this.grid.layout();
    this.details.focus();
  }

  #closeDetails() {
    this.element.classList.remove("with-details");
    this.grid.layout();
    this.grid.focus(this.grid.focused);
  }

  #changed(file) {
    this.#source.put(file);
    if (this.details.file?.id === file.id) this.details.show(file);
    this.#refresh();
  }

  #moved() {
    this.#select(null);
    this.#refresh();
  }

  #delete(files) {
    const source = this.#source;
    const ids = files.map((file) => file.id);
    this.#select(null);
    source.hide(ids);
    if (ids.includes(this.details.file?.id)) this.details.close();
    deleteFiles(files, {
      onUndo: () => {
        source.unhide(ids);
        this.grid.focus(this.grid.focused);
      },
      onFail: (failed) => source.unhide(failed.map((file) => file.id)),
      onDone: () => { if (source === this.#source) this.reload(); },
    });
  }

  #key(event) {
    if (isTyping(event) || document.querySelector("dialog[open]") || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    const focused = this.grid.element.contains(document.activeElement) ? this.#source?.at(this.grid.focused) : null;
    const files = this.#selected.size > 0 ? [...this.#selected.values()] : focused ? [focused] : [];
    const only = files.length === 1 ? files[0] : null;
    const actions = {
      "/": () => { this.search.focus(); this.search.select(); },
      u: () => this.#context.session.key.role !== "read" && pickFiles(this.folder),
      v: () => this.#switchView(),
      i: () => (this.details.file ? this.details.close() : only && this.#details(only)),
      F2: () => only && this.#context.canChange && renameFile(only, (changed) => this.#changed(changed)),
      Delete: () => files.length > 0 && this.#context.canChange && this.#delete(files),
      Backspace: () => this.folder && go(folderAddress(this.folder.split("/").slice(0, -1).join("/"))),
      Escape: () => (this.#selected.size > 0 ? this.#select(null) : this.details.close()),
    };
    if (isCommand && event.key === "a") {
      event.preventDefault();
      this.#select(this.#source.loaded().filter((file) => !this.#source.isHidden(file)));
      return;
    }
    if (!isCommand && actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  }
}

function select(label, options, action) {
  const input = h("select", { class: "select", "aria-label": label, onchange: () => action(input.value) },
    options.map(([value, text]) => h("option", { value }, text)));
  return { element: h("span", { class: "select-box" }, input, icon("down", 16)), input };
}

function skeletons(isList) {
  return h("div", { class: isList ? "skeleton-list" : "skeleton-grid", "aria-label": "Loading files", role: "status" },
    Array.from({ length: 12 }, () => h("div", { class: `${isList ? "entry" : "tile"} skeleton` },
      h("div", { class: "thumb" }), h("div", { class: "bar" }), h("div", { class: "bar short" }))));
}

export const currentFolder = () => (place().page === "folder" ? place().words.join("/") : "");
