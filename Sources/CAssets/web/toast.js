import { h } from "./dom.js";
import { icon } from "./icons.js";

const shownFor = 5000;
let stack = null;
let polite = null;

/** Makes the places where messages appear and are read out; once. */
export function installToasts() {
  stack = h("section", { class: "toasts", "aria-label": "Messages" });
  polite = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  document.body.append(stack, polite);
}

/** Says something to those who do not see the page. */
export function announce(text) {
  polite.textContent = "";
  setTimeout(() => { polite.textContent = text; }, 50);
}

/** A message that goes by itself; `action` is a button in it. Returns what takes it away. */
export function toast(text, { kind = "plain", action, label, milliseconds = shownFor, onEnd } = {}) {
  let timer = 0;
  let isGone = false;
  const end = (isPressed) => {
    if (isGone) return;
    isGone = true;
    clearTimeout(timer);
    element.classList.add("leaving");
    setTimeout(() => element.remove(), 180);
    if (!isPressed) onEnd?.();
  };
  const start = () => { timer = setTimeout(end, milliseconds, false); };
  const element = h("div", { class: `toast ${kind}` },
    kind === "error" ? icon("warning", 18) : null,
    h("span", { class: "toast-text" }, text),
    action ? h("button", { type: "button", class: "toast-action", onclick: () => { end(true); action(); } }, label) : null,
    h("button", { type: "button", class: "icon-button small", "aria-label": "Dismiss", onclick: () => end(false) },
      icon("close", 16)));
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", start);
  stack.append(element);
  announce(action ? `${text} ${label} is available.` : text);
  start();
  return end;
}

export const complain = (error) => toast(error.message ?? String(error), { kind: "error", milliseconds: 8000 });
