import { h, newID, replace } from "./dom.js";
import { pickAgain } from "./drop.js";
import { bytes, plural, remaining } from "./format.js";
import { icon } from "./icons.js";
import { announce } from "./toast.js";
import { uploads } from "./uploads.js";

/** Lines drawn; the rest is counted. */
const lineLimit = 60;

/** The window at the edge that shows what is being uploaded. */
export function installTray() {
  const listID = newID("uploads");
  const title = h("h2", { class: "tray-title" });
  const speed = h("p", { class: "quiet tray-speed" });
  const bar = progressBar("All uploads");
  const lines = h("ul", { class: "tray-list", id: listID, "aria-label": "Uploads" });
  const setFolded = (isFolded) => {
    tray.classList.toggle("folded", isFolded);
    fold.setAttribute("aria-expanded", String(!isFolded));
  };
  const fold = h("button", {
    type: "button", class: "icon-button small", "aria-expanded": "true", "aria-controls": listID, "aria-label": "Show or hide the list",
    onclick: () => setFolded(!tray.classList.contains("folded")),
  }, icon("down", 18));
  const pause = h("button", { type: "button", class: "icon-button small", onclick: () => (uploads.active.length > 0 ? uploads.pause() : uploads.resume()) });
  const close = h("button", { type: "button", class: "icon-button small", "aria-label": "Clear finished uploads", onclick: () => uploads.clear() }, icon("close", 18));
  const tray = h("section", { class: "tray", "aria-label": "Uploads in progress", hidden: true },
    h("header", { class: "tray-head" }, h("div", { class: "tray-text" }, title, speed), pause, fold, close), bar.element, lines);
  document.body.append(tray);
  const drawn = new Map();
  let wasBusy = false;

  const draw = () => {
    const all = uploads.all;
    tray.hidden = all.length === 0;
    document.body.classList.toggle("has-tray", all.length > 0);
    if (all.length === 0) {
      drawn.clear();
      replace(lines);
      wasBusy = false;
      return;
    }
    const active = uploads.active.length;
    const open = uploads.open.length;
    const done = all.filter((upload) => upload.state === "done").length;
    const failed = all.filter((upload) => upload.state === "failed").length;
    const { total, sent, speed: rate } = uploads.progress();
    title.textContent = active > 0 ? `Uploading ${plural(open, "file")}`
      : open > 0 ? (failed > 0 ? `${plural(failed, "upload")} stopped` : `${plural(open, "upload")} paused`) : `${plural(done, "file")} uploaded`;
    speed.textContent = active > 0
      ? [`${bytes(sent)} of ${bytes(total)}`, rate > 0 ? `${bytes(rate)}/s` : null, rate > 0 ? remaining((total - sent) / rate) : null].filter(Boolean).join(" · ")
      : open > 0 ? `${bytes(sent)} of ${bytes(total)}` : bytes(total);
    bar.set(total > 0 ? sent / total : open > 0 ? 0 : 1);
    tray.classList.toggle("finished", open === 0);
    const canPause = active > 0;
    pause.hidden = open === 0 || (!canPause && !all.some((upload) => upload.state === "paused" || upload.state === "failed"));
    pause.setAttribute("aria-label", canPause ? "Pause all uploads" : "Resume all uploads");
    replace(pause, icon(canPause ? "pause" : "play", 18));
    // When all is done there is nothing more to watch, and the files are what is to be seen.
    if (wasBusy !== (active > 0)) setFolded(open === 0);
    if (wasBusy && active === 0) announce(failed > 0 ? `${plural(failed, "upload")} stopped.` : open > 0 ? "Uploads are paused." : `${plural(done, "file")} uploaded.`);
    wasBusy = active > 0;
    drawLines(lines, drawn, all);
  };
  uploads.addEventListener("change", draw);
  uploads.addEventListener("finished", draw);
}

function drawLines(lines, drawn, all) {
  const order = ["active", "failed", "waiting", "paused", "queued", "done"];
  const shown = [...all].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).slice(0, lineLimit);
  const wanted = new Set(shown.map((upload) => upload.id));
  for (const [id, line] of drawn) {
    if (!wanted.has(id)) {
      line.element.remove();
      drawn.delete(id);
    }
  }
  shown.forEach((upload, index) => {
    let line = drawn.get(upload.id);
    if (!line) {
      line = makeLine(upload);
      drawn.set(upload.id, line);
    }
    line.draw();
    if (lines.children[index] !== line.element && !line.element.contains(document.activeElement)) {
      lines.insertBefore(line.element, lines.children[index] ?? null);
    } else if (!line.element.isConnected) {
      lines.append(line.element);
    }
  });
  let rest = lines.querySelector(".tray-rest");
  if (all.length > shown.length) {
    rest ??= h("li", { class: "tray-rest quiet" });
    rest.textContent = `and ${plural(all.length - shown.length, "more file")}`;
    lines.append(rest);
  } else {
    rest?.remove();
  }
}

export function makeLine(upload) {
  const state = h("span", { class: "quiet upload-state" });
  const bar = progressBar(upload.name);
  const actions = h("span", { class: "upload-actions" });
  const element = h("li", { class: "upload-line" },
    h("div", { class: "upload-text" }, h("span", { class: "name upload-name", title: upload.name }, upload.name), state), actions, bar.element);
  let last = null;
  const button = (label, name, action) => h("button", { type: "button", class: "icon-button small", "aria-label": `${label} ${upload.name}`, title: label, onclick: action }, icon(name, 18));
  const draw = () => {
    element.dataset.state = upload.state;
    state.textContent = describe(upload);
    bar.set(upload.size > 0 ? upload.sent / upload.size : upload.state === "done" ? 1 : 0);
    if (last === upload.state) return;
    last = upload.state;
    replace(actions,
      upload.state === "active" || upload.state === "queued" ? button("Pause", "pause", () => upload.pause()) : null,
      upload.state === "paused" ? button("Resume", "play", () => uploads.resumeOne(upload)) : null,
      upload.state === "failed" ? button("Try again:", "retry", () => uploads.resumeOne(upload)) : null,
      upload.state === "waiting" ? button("Choose the file again:", "folder", async () => { if (!await uploads.reopen(upload)) pickAgain(upload); }) : null,
      upload.state === "done" ? h("span", { class: "tick" }, icon("check", 18)) : button("Cancel", "close", () => uploads.cancel(upload)));
  };
  return { element, draw };
}

function describe(upload) {
  const far = `${bytes(upload.sent)} of ${bytes(upload.size)}`;
  switch (upload.state) {
    case "queued": return "Waiting for its turn";
    case "active": return upload.error ? `${upload.error.message} Trying again…` : far;
    case "paused": return `Paused at ${far}`;
    case "waiting": return upload.error?.message ?? "Choose the file again to go on";
    case "failed": return upload.error?.message ?? "Stopped";
    default: return bytes(upload.size);
  }
}

function progressBar(label) {
  const fill = h("div", { class: "progress-fill" });
  const element = h("div", { class: "progress", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  return {
    element,
    set: (part) => {
      const percent = Math.floor(Math.min(1, Math.max(0, part)) * 100);
      element.setAttribute("aria-valuenow", percent);
      fill.style.setProperty("transform", `scaleX(${part})`);
    },
  };
}
