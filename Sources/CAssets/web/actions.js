import { get, patch, remove } from "./api.js";
import { buttons, copyText, field, openDialog, openForm, secretField } from "./dialog.js";
import { h, replace } from "./dom.js";
import { exactly, joined, plural } from "./format.js";
import { icon } from "./icons.js";
import { isPrivate, readableURL, signedURL } from "./links.js";
import { folderAddress, go } from "./router.js";
import { complain, toast } from "./toast.js";

/** How long a deletion can be taken back. */
const undoTime = 7000;
/** Requests of one deletion or move that are on their way at once. */
const atOnce = 4;

// -- delete --------------------------------------------------------------------------------------------------------

const waiting = new Set();

/** Deletes files unless it is taken back in time, or at once when the page is left. */
export function deleteFiles(files, { onUndo, onFail, onDone }) {
  const batch = { files, send: (file, keepalive) => remove(`/files/${encodeURIComponent(file.id)}`, { keepalive }) };
  waiting.add(batch);
  const text = files.length === 1 ? `“${files[0].filename}” was deleted.` : `${plural(files.length, "file")} were deleted.`;
  toast(text, {
    milliseconds: undoTime, label: "Undo",
    action: () => {
      waiting.delete(batch);
      onUndo();
    },
    onEnd: async () => {
      if (!waiting.delete(batch)) return;
      const failed = [];
      await each(files, async (file) => {
        try {
          await batch.send(file);
        } catch (error) {
          if (error.status === 404) return;
          failed.push(file);
          if (failed.length === 1) complain(error);
        }
      });
      if (failed.length > 0) onFail(failed);
      onDone();
    },
  });
}

window.addEventListener("pagehide", () => {
  for (const batch of waiting) {
    for (const file of batch.files) batch.send(file, true).catch(() => {});
  }
  waiting.clear();
});

async function each(items, action) {
  const rest = [...items];
  await Promise.all(Array.from({ length: Math.min(atOnce, rest.length) }, async () => {
    while (rest.length > 0) await action(rest.shift());
  }));
}

// -- rename and move -----------------------------------------------------------------------------------------------

export function renameFile(file, onChange) {
  const input = h("input", { class: "input", name: "filename", value: file.filename, required: true, maxlength: 1024, spellcheck: "false" });
  const dot = file.filename.lastIndexOf(".");
  setTimeout(() => input.setSelectionRange(0, dot > 0 ? dot : file.filename.length), 30);
  return openForm("Rename", field("Name", input, "The address changes with the name: links to the old one stop working."), {
    action: "Rename",
    submit: async (form) => {
      const filename = form.get("filename").trim();
      if (filename.includes("/")) throw new Error("A name has no slash. Use Move to put the file into another folder.");
      if (filename === file.filename) return;
      onChange(await change(file, { filename }));
      toast(`Renamed to “${filename}”.`);
    },
  });
}

const change = (file, fields) => patch(`/files/${encodeURIComponent(file.id)}`, fields).catch((error) => {
  throw error.status === 409 ? new Error("There is a file with this name already.") : error;
});

export function moveFiles(files, folder, onChange) {
  const input = h("input", { class: "input", name: "folder", value: files[0].folder ?? "", spellcheck: "false", placeholder: "Library", autocomplete: "off" });
  const choices = h("ul", { class: "choices", "aria-label": "Folders" });
  const show = async (path) => {
    try {
      const found = await get("/folders", { folder: path });
      const up = path ? [{ name: "..", path: path.split("/").slice(0, -1).join("/") }] : [];
      replace(choices, [...up, ...found.folders].map((one) => h("li", {}, h("button", {
        type: "button", class: "choice", "aria-label": one.name === ".." ? "One folder up" : one.name,
        onclick: () => { input.value = one.path; show(one.path); },
      }, icon(one.name === ".." ? "up" : "folder", 18), one.name === ".." ? "One folder up" : one.name))));
    } catch {
      replace(choices);
    }
  };
  show(files[0].folder ?? "");
  return openForm(files.length === 1 ? `Move “${files[0].filename}”` : `Move ${plural(files.length, "file")}`,
    [field("Folder", input, "Choose a folder or write a new one, such as films/2026. Empty is the library itself."), choices], {
      action: "Move here",
      submit: async (form) => {
        const to = form.get("folder").trim().replace(/^\/+|\/+$/g, "");
        let failure = null;
        await each(files, async (file) => {
          try {
            onChange(await change(file, { folder: to }));
          } catch (error) {
            failure = error;
          }
        });
        if (failure) throw failure;
        toast(files.length === 1 ? `Moved to ${to || "the library"}.` : `${plural(files.length, "file")} moved to ${to || "the library"}.`,
          { label: "Open", action: () => go(folderAddress(to)) });
      },
    });
}

export function newFolder(folder) {
  const input = h("input", { class: "input", name: "name", required: true, spellcheck: "false", placeholder: "films" });
  return openForm("New folder", field("Name", input, "The folder is there as soon as a file is in it."), {
    action: "Open",
    submit: (form) => {
      const name = form.get("name").trim().replace(/^\/+|\/+$/g, "");
      if (name.split("/").some((word) => word === "." || word === ".." || word === "")) throw new Error("This cannot be the name of a folder.");
      go(folderAddress(joined(folder, name)));
    },
  });
}

// -- links ---------------------------------------------------------------------------------------------------------

export async function copyURL(file) {
  await copyText(file.url);
  toast(await isPrivate(file) ? "Copied. This file is private: the address works with a signed link only." : "Address copied.",
    { label: "Share a link", action: () => shareFile(file) });
}

export async function downloadFile(file) {
  try {
    const url = new URL(await readableURL(file));
    if (url.searchParams.has("signature")) url.searchParams.set("download", file.filename);
    const link = h("a", { href: url.href, download: file.filename, rel: "noopener" });
    document.body.append(link);
    link.click();
    link.remove();
  } catch (error) {
    complain(error);
  }
}

const hour = 3600;
const lifetimes = [[hour, "1 hour"], [24 * hour, "1 day"], [7 * 24 * hour, "1 week"], [30 * 24 * hour, "30 days"], [365 * 24 * hour, "1 year"]];

/** Makes a link that opens one file until it ends. */
export function shareFile(file) {
  return openDialog("Share a link", (close) => {
    const result = h("div", { class: "share-result", role: "status" });
    const choice = h("select", { class: "select", id: "lifetime", onchange: () => { replace(result); } },
      lifetimes.map(([seconds, text]) => h("option", { value: seconds, selected: seconds === 7 * 24 * hour }, text)));
    const make = h("button", {
      type: "button", class: "button primary", onclick: async () => {
        make.disabled = true;
        try {
          const expiry = Math.floor(Date.now() / 1000) + Number(choice.value);
          const signed = await signedURL(file, expiry);
          replace(result, secretField(signed.url, "Copy link"),
            h("p", { class: "hint" }, `Anybody with this link can open the file until ${exactly(expiry * 1000)}, or until the key that you are signed in with is paused or deleted.`));
        } catch (error) {
          replace(result, h("p", { class: "form-error", role: "alert" }, error.message));
        } finally {
          make.disabled = false;
        }
      },
    }, icon("link", 18), "Make a link");
    return [
      labelled("The link works for", choice), result,
      buttons(h("button", { type: "button", class: "button", onclick: () => close() }, "Done"), make),
    ];
  }, { description: `“${file.filename}” can be opened with this link, also when it is private.`, className: "narrow" });
}

const labelled = (label, select) => h("div", { class: "field" }, h("label", { for: select.id }, label),
  h("span", { class: "select-box" }, select, icon("down", 16)));
