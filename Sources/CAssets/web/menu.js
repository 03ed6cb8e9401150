import { h } from "./dom.js";
import { icon } from "./icons.js";

let opened = null;

/** A menu at an element or a point; entries are `{label, icon, action, danger, shortcut}`, null is a line. */
export function openMenu(anchor, entries, label) {
  closeMenu();
  const before = document.activeElement;
  const items = [];
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label },
    entries.map((entry) => {
      if (!entry) return h("div", { class: "menu-line", role: "separator" });
      const item = h("button", {
        type: "button", role: "menuitem", tabindex: -1, class: entry.danger ? "menu-item danger" : "menu-item",
        onclick: () => { closeMenu(); entry.action(); },
      }, icon(entry.icon, 18), h("span", {}, entry.label), entry.shortcut ? h("kbd", { "aria-hidden": "true" }, entry.shortcut) : null);
      items.push(item);
      return item;
    }));
  const move = (event) => {
    const index = items.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      closeMenu();
    } else if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      items[(to + items.length) % items.length].focus();
    }
  };
  menu.addEventListener("keydown", move);
  (document.querySelector("dialog[open]:last-of-type") ?? document.body).append(menu);
  putAt(menu, anchor);
  const outside = (event) => { if (!menu.contains(event.target)) closeMenu(); };
  setTimeout(() => document.addEventListener("pointerdown", outside, true));
  window.addEventListener("resize", closeMenu);
  opened = () => {
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", closeMenu);
    menu.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  items[0]?.focus();
}

export function closeMenu() {
  const close = opened;
  opened = null;
  close?.();
}

function putAt(menu, anchor) {
  const edge = 8;
  const box = anchor instanceof Element ? anchor.getBoundingClientRect()
    : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const { width, height } = menu.getBoundingClientRect();
  const below = box.bottom + 4;
  const top = below + height + edge > innerHeight ? Math.max(edge, box.top - height - 4) : below;
  const left = anchor instanceof Element ? box.right - width : box.left;
  menu.style.setProperty("top", `${top}px`);
  menu.style.setProperty("left", `${Math.min(Math.max(edge, left), innerWidth - width - edge)}px`);
}
