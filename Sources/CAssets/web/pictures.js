import { h } from "./dom.js";
import { extension } from "./format.js";
import { icon } from "./icons.js";

/** The face of a file: its picture when there is one, else what it is. */
export function thumbnail(file, size = 320) {
  const box = h("div", { class: `thumb kind-${file.kind}`, "aria-hidden": "true" });
  const url = file.preview;
  if (file.background && url) box.style.setProperty("background-color", file.background);
  box.append(h("div", { class: "thumb-face" }, icon(file.kind, size > 100 ? 30 : 18), size > 100 ? h("span", { class: "thumb-type" }, extension(file.filename)) : null));
  if (url) {
    const picture = h("img", { alt: "", loading: "lazy", decoding: "async", draggable: "false", class: "thumb-picture" });
    if (file.placeholder?.startsWith("data:image/")) {
      box.append(h("img", { alt: "", src: file.placeholder, class: "thumb-placeholder", draggable: "false" }));
    }
    picture.addEventListener("load", () => box.classList.add("has-picture"));
    picture.addEventListener("error", () => picture.remove());
    picture.src = url;
    box.append(picture);
  }
  return box;
}
