import { h } from "./dom.js";
import { bytes, duration, exactly, kindName, when } from "./format.js";
import { icon } from "./icons.js";
import { thumbnail } from "./pictures.js";

/** Rows drawn above and below what is in sight. */
const margin = 3;
const gap = 16;
const listRow = 56;
const captionHeight = 58;

/** Draws the rows of a long list that are in sight, as a grid of pictures or as lines; arrow keys move in both. */
export class FileGrid {
  #rows = new Map();
  #scroller;
  #host;
  #frame = 0;
  #observer;
  #onScroll = () => this.#soon();
  #hadFocus = false;
  columns = 1;
  rowHeight = listRow;
  focused = 0;
  view = "grid";

  constructor(scroller, host) {
    this.#scroller = scroller;
    this.#host = host;
    this.element = h("div", { class: "rows", role: "grid", "aria-label": "Files", "aria-multiselectable": "true" });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", () => { this.#hadFocus = true; });
    this.element.addEventListener("focusout", (event) => {
      // Focus that goes nowhere went with a row that was drawn anew.
      if (event.relatedTarget) this.#hadFocus = false;
    });
    scroller.addEventListener("scroll", this.#onScroll, { passive: true });
    this.#observer = new ResizeObserver(() => this.layout());
    this.#observer.observe(scroller);
  }

  stop() {
    this.#observer.disconnect();
    this.#scroller.removeEventListener("scroll", this.#onScroll);
    cancelAnimationFrame(this.#frame);
  }

  /** Takes the present width and view, and draws all anew. */
  layout() {
    const width = this.element.clientWidth;
    if (width === 0) return;
    const before = `${this.view} ${this.columns} ${this.rowHeight}`;
    if (this.view === "grid") {
      const wanted = width < 520 ? 150 : 196;
      this.columns = Math.max(2, Math.floor((width + gap) / (wanted + gap)));
      const tile = (width - gap * (this.columns - 1)) / this.columns;
      this.rowHeight = Math.round(tile * 0.72 + captionHeight + gap);
    } else {
      this.columns = 1;
      this.rowHeight = listRow;
    }
    if (before === `${this.view} ${this.columns} ${this.rowHeight}`) {
      this.refresh();
    } else {
      this.#clear();
      this.#draw();
    }
  }

  #clear() {
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
  }

  /** Draws anew what is no longer as it was drawn. */
  refresh() {
    const total = this.#host.total() ?? 0;
    for (const [index, row] of this.#rows) {
      const count = Math.min(this.columns, total - index * this.columns);
      if (count <= 0) {
        row.remove();
        this.#rows.delete(index);
        continue;
      }
      while (row.children.length > count) row.lastElementChild.remove();
      for (let column = 0; column < count; column += 1) {
        const place = index * this.columns + column;
        const cell = row.children[column];
        if (!cell) {
          row.append(this.#makeCell(place, column));
        } else if (cell.dataset.drawn !== this.#drawnAs(place)) {
          const hadFocus = cell === document.activeElement;
          const fresh = this.#makeCell(place, column);
          cell.replaceWith(fresh);
          if (hadFocus) fresh.focus({ preventScroll: true });
        }
      }
    }
    this.#draw();
  }

  /** All that the look of a place depends on. */
  #drawnAs(place) {
    const file = this.#host.at(place);
    if (!file) return "";
    return [file.id, file.version, file.updated, file.status, file.url, this.#host.isSelected(file), this.#host.isHidden(file)].join(" ");
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** First and last place in sight. */
  sight() {
    const top = this.element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / this.rowHeight) - margin);
    const last = Math.max(0, Math.ceil((this.#scroller.clientHeight - top) / this.rowHeight) + margin);
    const rows = Math.ceil((this.#host.total() ?? 0) / this.columns);
    return { first, last: Math.min(last, Math.max(0, rows - 1)), rows };
  }

  #draw() {
    const { first, last, rows } = this.sight();
    const total = this.#host.total();
    this.element.style.setProperty("height", `${Math.max(0, rows * this.rowHeight - (this.view === "grid" ? gap : 0))}px`);
    this.element.setAttribute("aria-rowcount", total === null ? -1 : rows);
    if (this.view === "grid") this.element.setAttribute("aria-colcount", this.columns);
    else this.element.removeAttribute("aria-colcount");
    if (total === null || total === 0) return;
    this.focused = Math.min(this.focused, total - 1);
    const focusedRow = Math.floor(this.focused / this.columns);
    for (const [index, row] of this.#rows) {
      if ((index < first || index > last) && index !== focusedRow) {
        row.remove();
        this.#rows.delete(index);
      }
    }
    this.#host.need(first * this.columns, Math.min(total, (last + 1) * this.columns) - 1);
    const wanted = new Set([focusedRow]);
    for (let index = first; index <= last; index += 1) wanted.add(index);
    for (const index of [...wanted].sort((a, b) => a - b)) {
      if (!this.#rows.has(index) && index < rows) this.#add(index, total);
    }
    if (this.#hadFocus && !this.element.contains(document.activeElement) && document.activeElement === document.body) {
      this.#cell(this.focused)?.focus({ preventScroll: true });
    }
  }

  #add(index, total) {
    const row = h("div", {
      class: this.view === "grid" ? "row tiles" : "row line", role: "row", "aria-rowindex": index + 1,
      style: { transform: `translateY(${index * this.rowHeight}px)`, height: `${this.rowHeight - (this.view === "grid" ? gap : 0)}px` },
    });
    row.style.setProperty("--columns", this.columns);
    for (let column = 0; column < this.columns; column += 1) {
      const place = index * this.columns + column;
      if (place < total) row.append(this.#makeCell(place, column));
    }
    this.#rows.set(index, row);
    const after = [...this.#rows].filter(([other]) => other > index).sort(([a], [b]) => a - b)[0]?.[1];
    this.element.insertBefore(row, after ?? null);
  }

  #makeCell(place, column) {
    const file = this.#host.at(place);
    const attributes = {
      class: this.view === "grid" ? "tile" : "entry", role: "gridcell", tabindex: place === this.focused ? 0 : -1,
      "aria-colindex": column + 1, data: { place, drawn: this.#drawnAs(place) },
    };
    if (!file) {
      return h("div", { ...attributes, class: `${attributes.class} skeleton`, "aria-busy": "true", "aria-label": "Loading" },
        h("div", { class: "thumb" }), h("div", { class: "bar" }), h("div", { class: "bar short" }));
    }
    const isSelected = this.#host.isSelected(file);
    const isHidden = this.#host.isHidden(file);
    const cell = h("div", {
      ...attributes, "aria-selected": String(isSelected), "aria-label": describe(file),
      onclick: (event) => this.#click(event, place, file),
      onfocus: () => this.#moveFocus(place),
      oncontextmenu: (event) => {
        event.preventDefault();
        this.#moveFocus(place);
        this.#host.menu(file, { x: event.clientX, y: event.clientY });
      },
    });
    if (isHidden) cell.classList.add("going");
    if (isSelected) cell.classList.add("selected");
    const check = h("button", {
      type: "button", class: "check", tabindex: -1, "aria-label": `Select ${file.filename}`, "aria-pressed": String(isSelected),
      onclick: (event) => {
        event.stopPropagation();
        this.#host.toggle(file, place, event.shiftKey);
      },
    }, icon("check", 16));
    const more = h("button", {
      type: "button", class: "icon-button small more", tabindex: -1, "aria-label": `Actions for ${file.filename}`,
      onclick: (event) => {
        event.stopPropagation();
        this.#host.menu(file, more);
      },
    }, icon("more", 18));
    if (this.view === "grid") {
      const face = thumbnail(file, 400);
      if (file.kind === "video") face.append(h("span", { class: "badge" }, icon("play", 12), file.duration ? duration(file.duration) : null));
      else if (file.duration) face.append(h("span", { class: "badge" }, duration(file.duration)));
      if (file.status === "processing" || file.status === "waiting") face.append(h("span", { class: "badge start" }, "Processing"));
      cell.append(face, check, h("div", { class: "caption" },
        h("div", { class: "caption-text" },
          h("div", { class: "name", title: file.filename }, ...shortened(file.filename)),
          h("div", { class: "quiet" }, `${kindName(file.kind)} · ${bytes(file.filesize)}`)),
        more));
    } else {
      cell.append(check, thumbnail(file, 96),
        h("div", { class: "entry-name" }, h("span", { class: "name", title: file.filename }, ...shortened(file.filename)),
          this.#host.showsFolders() && file.folder ? h("span", { class: "quiet folder-name" }, file.folder) : null),
        h("span", { class: "entry-kind quiet" }, kindName(file.kind)),
        h("span", { class: "entry-size quiet" }, bytes(file.filesize)),
        h("span", { class: "entry-time quiet", title: exactly(file.created) }, when(file.created)),
        more);
    }
    return cell;
  }

  #click(event, place, file) {
    this.#moveFocus(place);
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.#host.toggle(file, place, event.shiftKey);
    else if (this.#host.isSelecting()) this.#host.toggle(file, place, false);
    else this.#host.open(file, place);
  }

  #cell(place) {
    return this.element.querySelector(`[data-place="${place}"]`);
  }

  #moveFocus(place) {
    if (place === this.focused) return;
    this.#cell(this.focused)?.setAttribute("tabindex", "-1");
    this.focused = place;
    this.#cell(place)?.setAttribute("tabindex", "0");
  }

  /** Brings a place into sight and gives it the focus. */
  focus(place) {
    const total = this.#host.total() ?? 0;
    if (total === 0) return;
    this.#moveFocus(Math.min(Math.max(0, place), total - 1));
    const row = Math.floor(this.focused / this.columns);
    const top = this.element.offsetTop + row * this.rowHeight;
    const scroller = this.#scroller;
    if (top < scroller.scrollTop + 80) scroller.scrollTop = Math.max(0, top - 80);
    else if (top + this.rowHeight > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + this.rowHeight - scroller.clientHeight + 16;
    this.#draw();
    this.#cell(this.focused)?.focus({ preventScroll: true });
  }

  #key(event) {
    const file = this.#host.at(this.focused);
    const onCell = event.target.getAttribute("role") === "gridcell";
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.rowHeight)) * this.columns;
    const step = {
      ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -page, PageDown: page,
      Home: -this.focused, End: (this.#host.total() ?? 0) - 1 - this.focused,
    }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const to = this.focused + step;
      if (to < 0 && event.key === "ArrowUp") return;
      this.focus(to);
      if (event.shiftKey && this.#host.at(this.focused)) this.#host.toggle(this.#host.at(this.focused), this.focused, true);
    } else if (file && onCell && event.key === "Enter") {
      event.preventDefault();
      this.#host.open(file, this.focused);
    } else if (file && onCell && event.key === " ") {
      event.preventDefault();
      this.#host.toggle(file, this.focused, false);
    } else if (file && (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10"))) {
      event.preventDefault();
      this.#host.menu(file, this.#cell(this.focused));
    }
  }
}

/** A long name keeps its end, where the extension is. */
function shortened(name) {
  const end = name.length > 14 ? name.slice(-7).trimStart() : "";
  return [h("span", { class: "name-start" }, name.slice(0, name.length - end.length)), end ? h("span", { class: "name-end" }, end) : null];
}

function describe(file) {
  return [file.filename, kindName(file.kind), bytes(file.filesize), file.duration ? duration(file.duration) : null]
    .filter(Boolean).join(", ");
}
