import { h, replace } from "./dom.js";
import { icon } from "./icons.js";

/** A page with a title, a sentence, and a body that is loaded: `load` gives what `draw` shows. */
export function makePage({ title, text, actions = [], load, draw }) {
  const body = h("div", { class: "page-body", "aria-live": "off" });
  const element = h("div", { class: "page", tabindex: 0, role: "region", "aria-label": title },
    h("header", { class: "page-head" }, h("div", {}, h("h1", {}, title), text ? h("p", { class: "quiet" }, text) : null),
      h("div", { class: "page-actions" }, actions)),
    body);
  const reload = async () => {
    try {
      replace(body, draw(await load()));
    } catch (error) {
      replace(body, problem(error, reload));
    }
  };
  replace(body, h("div", { class: "rows-skeleton", role: "status", "aria-label": "Loading" },
    Array.from({ length: 4 }, () => h("div", { class: "skeleton bar" }))));
  reload();
  return { element, reload, body };
}

function problem(error, again) {
  const isForbidden = error.status === 403;
  return h("div", { class: "empty", role: "alert" }, h("div", { class: "empty-art" }, icon(isForbidden ? "lock" : "warning", 30)),
    h("h2", {}, isForbidden ? "Your key may not see this" : "This could not be loaded"),
    h("p", { class: "quiet" }, isForbidden ? "Sign in with a key of full access." : error.message),
    isForbidden ? null : h("button", { type: "button", class: "button", onclick: again }, icon("retry", 18), "Try again"));
}

export const emptyState = (iconName, title, text, action) => h("div", { class: "empty" },
  h("div", { class: "empty-art" }, icon(iconName, 30)), h("h2", {}, title), h("p", { class: "quiet" }, text), action);

/** A row of a list: a picture, a title, words below it, a state, and what can be done. */
export const item = ({ iconName, title, lines, state, actions, mono }) => h("li", { class: "item" },
  h("span", { class: "item-icon" }, icon(iconName)),
  h("div", { class: "item-text" }, h("div", { class: mono ? "item-title mono" : "item-title" }, title), lines.map((line) => h("div", { class: "quiet" }, line))),
  state ?? null, h("div", { class: "item-actions" }, actions));

export const pill = (text, kind = "") => h("span", { class: `pill ${kind}` }, text);

export const iconButton = (label, name, action) => h("button", {
  type: "button", class: "icon-button", "aria-label": label, title: label.split(":")[0], onclick: action,
}, icon(name));

export const addButton = (label, action) => h("button", { type: "button", class: "button primary", onclick: action }, icon("plus", 18), label);
