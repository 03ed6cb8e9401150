import { downloadFile, shareFile } from "./actions.js";
import { DetailsPanel } from "./details.js";
import { h, replace } from "./dom.js";
import { bytes, kindName } from "./format.js";
import { icon } from "./icons.js";
import { pictureURL, readableURL } from "./links.js";
import { thumbnail } from "./pictures.js";
import { announce } from "./toast.js";

/** Bytes of a text that are shown. */
const textLimit = 256 * 1024;
/** Pixels of the longer side of a picture made for the screen. */
const pictureSide = 1600;
// Pages of a document.
const pagesShown = 8;
/** Larger pictures are shown as one made of them. */
const wholePicture = 12_000_000;
const shownByBrowsers = /^image\/(jpeg|png|gif|webp|avif|svg\+xml|bmp|x-icon)/;
const textTypes = /^(text\/|application\/(json|xml|javascript|yaml|x-sh|toml|sql))/;

/** Shows a file in front of everything; `list` says which come before and after. */
export function openPreview(context, list, first) {
  let index = list.index;
  let file = first;
  let turn = 0;
  const name = h("h2", { id: "preview-title" });
  const place = h("span", { class: "quiet" });
  const stage = h("div", { class: "stage" });
  const details = new DetailsPanel(context, {
    onClose: () => { dialog.classList.remove("with-details"); infoButton.setAttribute("aria-pressed", "false"); infoButton.focus(); },
    onChange: (changed) => { file = changed; name.textContent = changed.filename; details.show(changed); list.onChange(changed); },
  });
  const button = (label, iconName, action, extra = "") => h("button", {
    type: "button", class: `icon-button on-stage ${extra}`, "aria-label": label, title: label, onclick: action,
  }, icon(iconName));
  const toggleDetails = () => {
    if (details.file) {
      details.close();
      return;
    }
    details.show(file);
    dialog.classList.add("with-details");
    infoButton.setAttribute("aria-pressed", "true");
    details.focus();
  };
  const infoButton = button("Details", "info", toggleDetails);
  infoButton.setAttribute("aria-pressed", "false");
  const before = button("Previous file", "left", () => move(-1), "turn back");
  const after = button("Next file", "right", () => move(1), "turn forth");
  const dialog = h("dialog", { class: "preview", "aria-labelledby": "preview-title" },
    h("div", { class: "preview-main" },
      h("header", { class: "preview-head" },
        button("Close", "close", () => dialog.close()),
        h("div", { class: "preview-name" }, name, place),
        h("div", { class: "preview-actions" },
          button("Share a link", "link", () => shareFile(file)), button("Download", "download", () => downloadFile(file)),
          context.canChange ? button("Delete", "trash", () => { dialog.close(); list.onDelete(file); }) : null, infoButton)),
      stage, before, after),
    details.element);

  const move = (step) => {
    const to = index + step;
    if (to < 0 || to >= list.count()) return;
    index = to;
    arrive(0);
  };
  const arrive = (tries) => {
    const next = list.at(index);
    if (next) {
      file = next;
      show();
    } else if (tries < 100) {
      replace(stage, loading());
      setTimeout(arrive, 100, tries + 1);
    }
  };
  const show = async () => {
    const mine = (turn += 1);
    name.textContent = file.filename;
    place.textContent = `${kindName(file.kind)} · ${bytes(file.filesize)}`;
    before.hidden = index === 0;
    after.hidden = index >= list.count() - 1;
    if (details.file) details.show(file);
    stopMedia(stage);
    replace(stage, loading());
    announce(file.filename);
    try {
      const content = await picture(file);
      if (mine !== turn) return;
      replace(stage, content);
    } catch (error) {
      if (mine === turn) replace(stage, nothing(file, error.message));
    }
  };
  dialog.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open].dialog")) return;
    const isMedia = event.target instanceof HTMLMediaElement;
    if (event.key === "ArrowLeft" && !isMedia) move(-1);
    else if (event.key === "ArrowRight" && !isMedia) move(1);
    else if (event.key === "i") toggleDetails();
    else if (event.key === "Delete" && context.canChange) { dialog.close(); list.onDelete(file); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    turn += 1;
    stopMedia(stage);
    dialog.remove();
    list.onClose(index);
  });
  stage.addEventListener("click", (event) => { if (event.target === stage) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  dialog.focus();
  show();
}

const loading = () => h("div", { class: "spinner", role: "status", "aria-label": "Loading" });

function stopMedia(stage) {
  for (const media of stage.querySelectorAll("video, audio")) {
    media.pause();
    media.removeAttribute("src");
    media.load();
  }
}

async function picture(file) {
  const type = (file.type ?? "").split(";")[0];
  if (file.kind === "video") return player("video", file, await readableURL(file));
  if (file.kind === "audio") {
    return h("div", { class: "sound" }, thumbnail(file, 400), h("p", { class: "sound-name" }, file.filename), player("audio", file, await readableURL(file)));
  }
  if (file.kind === "image") {
    const whole = shownByBrowsers.test(type) && (!file.preview || file.filesize <= wholePicture);
    return image(file, whole ? await readableURL(file) : await pictureURL(file, pictureSide));
  }
  if (textTypes.test(type)) return text(file, await readableURL(file));
  if (file.preview) return pages(file);
  return nothing(file);
}

function image(file, url) {
  if (!url) return nothing(file);
  const box = h("div", { class: "whole-image" });
  const element = h("img", { alt: file.filename, src: url, draggable: "false" });
  element.addEventListener("error", () => replace(box, nothing(file, "The picture could not be loaded.")));
  if (file.transparency) element.classList.add("chequered");
  box.append(element);
  return box;
}

function player(tag, file, url) {
  const poster = tag === "video" ? file.preview : null;
  const element = h(tag, { controls: true, preload: "metadata", src: url, poster, playsinline: true, "aria-label": file.filename });
  element.addEventListener("error", () => {
    if (element.hasAttribute("src")) element.replaceWith(nothing(file, "This browser cannot play the file. Download it to play it elsewhere."));
  });
  return element;
}

/** Read as text and shown as text: whatever it says, nothing in it runs. */
async function text(file, url) {
  const headers = file.filesize > textLimit ? { Range: `bytes=0-${textLimit - 1}` } : {};
  const response = await fetch(url, { headers, referrerPolicy: "no-referrer", credentials: "omit" });
  if (!response.ok) throw new Error(`The text could not be loaded (${response.status}).`);
  const content = new TextDecoder().decode(await response.arrayBuffer());
  return h("div", { class: "text-page" }, h("pre", { tabindex: 0, "aria-label": file.filename }, content),
    file.filesize > textLimit ? h("p", { class: "quiet" }, `The first ${bytes(textLimit)} of ${bytes(file.filesize)}.`) : null);
}

/** The first pages as pictures: a document itself could carry scripts. Each is made when it comes into sight. */
async function pages(file) {
  const shown = Math.min(file.pages ?? 1, pagesShown);
  const box = h("div", { class: "paper", tabindex: 0, "aria-label": file.filename });
  for (let number = 1; number <= shown; number += 1) {
    const url = await pictureURL(file, pictureSide, number);
    if (!url) break;
    const page = h("img", { alt: `Page ${number} of ${file.filename}`, src: url, loading: number > 1 ? "lazy" : "eager" });
    page.addEventListener("error", () => (number > 1 ? page.remove() : page.replaceWith(nothing(file))));
    box.append(page);
  }
  if (file.pages > 1) {
    const text = shown < file.pages ? `The first ${shown} of ${file.pages} pages. Download the file to read on.` : `${file.pages} pages.`;
    box.append(h("p", { class: "quiet" }, text));
  }
  return box;
}

function nothing(file, why) {
  return h("div", { class: "no-preview" }, h("div", { class: "empty-art" }, icon(file.kind, 34)),
    h("p", {}, why ?? "There is no preview of this kind of file."),
    h("button", { type: "button", class: "button", onclick: () => downloadFile(file) }, icon("download", 18), "Download"));
}
