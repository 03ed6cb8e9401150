import { patch } from "./api.js";
import { copyURL, downloadFile, renameFile, shareFile } from "./actions.js";
import { field, openForm } from "./dialog.js";
import { h, replace } from "./dom.js";
import { bytes, duration, exactly, kindName, number } from "./format.js";
import { icon } from "./icons.js";
import { thumbnail } from "./pictures.js";
import { complain } from "./toast.js";

const yes = (flag) => (flag ? "Yes" : "No");

/** Every fact of a file that has one, with its name for people. */
function facts(file) {
  const known = [
    ["Kind", kindName(file.kind)], ["Type", file.type], ["Size", `${bytes(file.filesize)} (${number(file.filesize)} bytes)`],
    ["Dimensions", file.width && file.height ? `${number(file.width)} × ${number(file.height)}` : null],
    ["Orientation", file.orientation], ["Rotation", file.rotation ? `${file.rotation}°` : null],
    ["Duration", file.duration ? `${duration(file.duration)} (${Number(file.duration).toFixed(2)} s)` : null],
    ["Frames", file.frames ? number(file.frames) : null], ["Frame rate", file.fps ? `${Number(file.fps.toFixed(3))} per second` : null],
    ["Bit rate", file.bitrate ? `${number(Math.round(file.bitrate / 1000))} kbit/s` : null], ["Codec", file.codec], ["Container", file.container],
    ["Transparency", file.transparency === undefined ? null : yes(file.transparency)],
    ["Animated", file.animated === undefined ? null : yes(file.animated)], ["Pages", file.pages], ["Language", file.language],
    ["Folder", file.folder ?? "Library"], ["Added", exactly(file.created)], ["Changed", exactly(file.updated)],
    ["State", file.status], ["Reference", file.ref], ["Label", file.label], ["Made by", file.created_by],
    ["Version", file.version], ["File id", file.id], ["Media id", file.media_id],
  ];
  return known.filter(([, value]) => value !== null && value !== undefined && value !== "");
}

/** The panel beside the files, or in the preview, that says all about one. */
export class DetailsPanel {
  #context;
  #actions;
  file = null;

  constructor(context, actions) {
    this.#context = context;
    this.#actions = actions;
    this.element = h("aside", { class: "details", "aria-label": "Details", hidden: true, tabindex: -1 });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.file) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  show(file) {
    this.file = file;
    this.element.hidden = false;
    const canChange = this.#context.canChange;
    const button = (label, name, action) => h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: action }, icon(name));
    replace(this.element,
      h("header", { class: "details-head" }, h("h2", {}, "Details"), button("Close details", "close", () => this.close())),
      h("div", { class: "details-body" },
        thumbnail(file, 400),
        h("div", { class: "details-name" }, h("h3", {}, file.filename),
          canChange ? button("Rename", "rename", () => renameFile(file, this.#actions.onChange)) : null),
        h("div", { class: "details-url" }, h("a", { href: file.url, target: "_blank", rel: "noopener noreferrer" }, file.url),
          button("Copy URL", "copy", () => copyURL(file))),
        h("div", { class: "details-actions" },
          h("button", { type: "button", class: "button", onclick: () => shareFile(file) }, icon("link", 18), "Share"),
          h("button", { type: "button", class: "button", onclick: () => downloadFile(file) }, icon("download", 18), "Download")),
        file.background ? h("div", { class: "swatch-row" }, swatch(file.background), h("span", { class: "quiet" }, `Main colour ${file.background}`)) : null,
        h("dl", { class: "facts" }, facts(file).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))),
        this.#metadata(file)));
  }

  #metadata(file) {
    const entries = Object.entries(file.metadata ?? {});
    const canChange = this.#context.canChange;
    if (entries.length === 0 && !canChange) return null;
    return h("section", { class: "metadata" },
      h("header", {}, h("h3", {}, "Metadata"), canChange ? h("button", { type: "button", class: "button ghost small", onclick: () => this.#add(file) }, icon("plus", 16), "Add") : null),
      entries.length === 0 ? h("p", { class: "quiet" }, "None yet.")
        : h("dl", { class: "facts" }, entries.map(([name, value]) => h("div", {}, h("dt", {}, name),
          h("dd", {}, typeof value === "string" ? value : JSON.stringify(value),
            canChange ? h("button", {
              type: "button", class: "icon-button small", "aria-label": `Remove ${name}`, onclick: () => this.#change(file, { [name]: null }).catch(complain),
            }, icon("close", 14)) : null)))));
  }

  #add(file) {
    return openForm("Add metadata", [
      field("Name", h("input", { class: "input", name: "name", required: true, spellcheck: "false" })),
      field("Value", h("input", { class: "input", name: "value" })),
    ], { action: "Add", submit: (form) => this.#change(file, { [form.get("name")]: form.get("value") }) });
  }

  async #change(file, metadata) {
    this.#actions.onChange(await patch(`/files/${encodeURIComponent(file.id)}`, { metadata }));
  }

  focus() {
    this.element.focus({ preventScroll: true });
  }

  close() {
    if (!this.file) return;
    this.file = null;
    this.element.hidden = true;
    this.#actions.onClose();
  }
}

function swatch(colour) {
  const box = h("span", { class: "swatch", "aria-hidden": "true" });
  box.style.setProperty("background-color", colour);
  return box;
}
