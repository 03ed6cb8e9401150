import { h, newID, replace } from "./dom.js";
import { icon } from "./icons.js";

/** A modal window; resolves with what `close` is given, undefined when it is cancelled. */
export function openDialog(title, build, { className = "", description } = {}) {
  return new Promise((resolve) => {
    const titleID = newID("title");
    const before = document.activeElement;
    let result;
    const close = (value) => {
      result = value;
      dialog.close();
    };
    const dialog = h("dialog", { class: `dialog ${className}`, "aria-labelledby": titleID },
      h("header", { class: "dialog-head" },
        h("h2", { id: titleID }, title),
        h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => close() }, icon("close"))),
      description ? h("p", { class: "dialog-text" }, description) : null);
    dialog.append(...[build(close, dialog)].flat());
    // A press beside the window closes it; one that began inside, as in selecting text, does not.
    let isBeside = false;
    dialog.addEventListener("pointerdown", (event) => {
      const box = dialog.getBoundingClientRect();
      isBeside = event.target === dialog
        && (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom);
    });
    dialog.addEventListener("click", (event) => { if (event.target === dialog && isBeside) close(); });
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus], input, select, textarea, .primary")?.focus();
  });
}

/** Asks for yes or no. */
export function confirm(title, description, { action = "OK", danger = false } = {}) {
  return openDialog(title, (close) => buttons(
    h("button", { type: "button", class: "button", onclick: () => close(false) }, "Cancel"),
    h("button", { type: "button", class: `button ${danger ? "danger" : "primary"}`, autofocus: true, onclick: () => close(true) }, action),
  ), { description, className: "narrow" });
}

/** A form in a window; `submit` gets the form's data and throws to show an error. */
export function openForm(title, fields, { action, submit, description, className = "narrow" }) {
  return openDialog(title, (close) => {
    const error = h("p", { class: "form-error", role: "alert" });
    const button = h("button", { type: "submit", class: "button primary" }, action);
    return h("form", {
      class: "form", novalidate: true, onsubmit: async (event) => {
        event.preventDefault();
        replace(error);
        const invalid = event.target.querySelector(":invalid:not(fieldset)");
        if (invalid) {
          replace(error, invalid.validationMessage);
          invalid.focus();
          return;
        }
        button.disabled = true;
        try {
          close((await submit(new FormData(event.target))) ?? true);
        } catch (problem) {
          replace(error, problem.message);
        } finally {
          button.disabled = false;
        }
      },
    }, fields, error, buttons(
      h("button", { type: "button", class: "button", onclick: () => close() }, "Cancel"), button));
  }, { description, className });
}

export const buttons = (...list) => h("div", { class: "dialog-buttons" }, list);

/** A labelled control. */
export function field(label, control, hint) {
  const id = control.id || newID("field");
  control.id = id;
  const hintID = hint ? `${id}-hint` : null;
  if (hintID) control.setAttribute("aria-describedby", hintID);
  return h("div", { class: "field" },
    h("label", { for: id }, label), control, hint ? h("p", { class: "hint", id: hintID }, hint) : null);
}

/** Shows a secret that is shown only once. */
export function showSecret(title, description, secret) {
  return openDialog(title, (close) => [
    secretField(secret),
    buttons(h("button", { type: "button", class: "button primary", onclick: () => close() }, "Done")),
  ], { description, className: "narrow" });
}

export function secretField(text, label = "Copy") {
  const input = h("input", { class: "input mono", value: text, readonly: true, "aria-label": "Value", onfocus: () => input.select() });
  const said = h("span", {}, label);
  return h("div", { class: "copy-field" }, input,
    h("button", {
      type: "button", class: "button", onclick: async () => {
        await copyText(text);
        replace(said, "Copied");
        setTimeout(() => replace(said, label), 1600);
      },
    }, icon("copy", 18), said));
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain HTTP on another machine has no clipboard but this.
    const area = h("textarea", { class: "unseen", value: text, "aria-hidden": "true" });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
