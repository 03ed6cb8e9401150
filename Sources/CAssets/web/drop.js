import { h } from "./dom.js";
import { icon } from "./icons.js";
import { place } from "./router.js";
import { complain, toast } from "./toast.js";
import { plural } from "./format.js";
import { uploads } from "./uploads.js";

/** Files of one drop. */
const dropLimit = 20_000;
const depthLimit = 32;
/** What systems leave in folders and nobody means to upload. */
const litter = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

const here = () => (place().page === "folder" ? place().words.join("/") : "");

/** Takes what is dropped anywhere on the window. */
export function installDrops(context) {
  const text = h("p", { class: "drop-text" });
  const cover = h("div", { class: "drop-cover", "aria-hidden": "true" }, h("div", { class: "drop-card" }, icon("upload", 36), text));
  document.body.append(cover);
  let depth = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const end = () => {
    depth = 0;
    cover.classList.remove("shown");
  };
  window.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    const folder = here();
    text.textContent = context.session.key.role === "read" ? "Your key may read only"
      : folder ? `Drop to add to “${folder.split("/").at(-1)}”` : "Drop to add to your library";
    cover.classList.add("shown");
  });
  window.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) end();
  });
  window.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = context.session.key.role === "read" ? "none" : "copy";
  });
  window.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    end();
    if (context.session.key.role === "read") return;
    try {
      await take(dropped(event.dataTransfer, here()));
    } catch (error) {
      complain(error);
    }
  });
  window.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || context.session.key.role === "read") return;
    take(Promise.resolve(files.map((file) => ({ file, folder: here() })))).catch(complain);
  });
}

/** All that is dropped, folders with what is in them. Items live until the event has ended, so they are taken at once. */
function dropped(transfer, folder) {
  const items = [...transfer.items].filter((item) => item.kind === "file").map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile(),
    handle: item.getAsFileSystemHandle?.().catch(() => null) ?? null,
  }));
  return collect(items, folder, [...transfer.files]);
}

async function collect(items, folder, files) {
  const found = [];
  if (items.length === 0) return files.map((file) => ({ file, folder }));
  for (const { entry, file, handle } of items) {
    if (entry?.isDirectory) await walk(entry, folder, found, 0);
    else if (file) found.push({ file, folder, handle: (await handle) ?? undefined });
  }
  return found;
}

async function walk(directory, folder, found, depth) {
  if (depth >= depthLimit) throw new Error(`Folders deeper than ${depthLimit} are not taken.`);
  const path = folder ? `${folder}/${directory.name}` : directory.name;
  const reader = directory.createReader();
  for (;;) {
    const entries = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (entries.length === 0) return;
    for (const entry of entries) {
      if (entry.isDirectory) {
        await walk(entry, path, found, depth + 1);
      } else {
        found.push({ file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }), folder: path });
      }
      if (found.length > dropLimit) throw new Error(`At most ${dropLimit} files are taken at once.`);
    }
  }
}

async function take(promise) {
  const entries = (await promise).filter(({ file }) => !litter.has(file.name));
  if (entries.length === 0) {
    toast("There were no files in that.");
    return;
  }
  toast(`Adding ${plural(entries.length, "file")}.`, { milliseconds: 2500 });
  await uploads.add(entries);
}

/** Lets the person choose files; with handles where the browser has them, so that a reload can go on. */
export async function pickFiles(folder) {
  if (window.showOpenFilePicker && !navigator.webdriver) {
    try {
      const handles = await window.showOpenFilePicker({ multiple: true });
      await take(Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), folder, handle }))));
      return;
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.name !== "SecurityError") {
        complain(error);
        return;
      }
    }
  }
  choose({ multiple: true }, (files) => files.map((file) => ({ file, folder })));
}

export function pickFolder(folder) {
  choose({ webkitdirectory: true, multiple: true }, (files) => files.map((file) => {
    const path = file.webkitRelativePath.split("/").slice(0, -1).join("/");
    return { file, folder: folder && path ? `${folder}/${path}` : folder || path };
  }));
}

/** Lets the person choose the file of one upload again. */
export function pickAgain(upload) {
  choose({}, (files) => {
    if (!upload.matches(files[0])) throw new Error(`This is not the file that was begun: “${upload.name}”.`);
    return [{ file: files[0], folder: upload.record.folder }];
  });
}

function choose(attributes, entries) {
  const input = h("input", { type: "file", class: "unseen", "aria-label": "Files to add", tabindex: -1, ...attributes });
  for (const old of document.querySelectorAll("input.file-choice")) old.remove();
  input.classList.add("file-choice");
  document.body.append(input);
  const end = () => setTimeout(() => input.remove());
  input.addEventListener("cancel", end);
  input.addEventListener("change", () => {
    const files = [...input.files];
    end();
    if (files.length > 0) Promise.resolve().then(() => take(Promise.resolve(entries(files)))).catch(complain);
  });
  input.click();
}
