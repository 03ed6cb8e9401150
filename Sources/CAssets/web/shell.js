import { signOut } from "./api.js";
import { h } from "./dom.js";
import { brandMark, icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { chosenTheme, setTheme } from "./themes.js";
import { complain } from "./toast.js";
import { openHelp } from "./help.js";

const pages = [
  { page: "folder", label: "Library", icon: "library", href: "#/folder" },
  { page: "uploads", label: "Uploads", icon: "cloud", href: "#/uploads" },
  { page: "usage", label: "Usage", icon: "chart", href: "#/usage" },
  { page: "keys", label: "Keys", icon: "key", href: "#/keys" },
  { page: "domains", label: "Domains", icon: "globe", href: "#/domains" },
  { page: "webhooks", label: "Webhooks", icon: "bolt", href: "#/webhooks" },
  { page: "settings", label: "Settings", icon: "gear", href: "#/settings" },
];

/** The frame around every page: where one can go, who is signed in, and the place for the page. */
export function shell(session) {
  const links = pages.map((entry) => h("a", { class: "nav-link", href: entry.href, data: { page: entry.page } },
    icon(entry.icon), h("span", {}, entry.label)));
  const main = h("main", { class: "main", id: "main", tabindex: -1 });
  const project = session.project.display_name || session.project.name;
  const more = h("button", {
    type: "button", class: "account", "aria-haspopup": "menu", "aria-label": `Account: ${project}, ${roleName(session.key.role)}`,
    onclick: () => openMenu(more, accountMenu(), "Account"),
  }, h("span", { class: "avatar", "aria-hidden": "true" }, project.slice(0, 1).toUpperCase()),
  h("span", { class: "account-text" },
    h("span", { class: "account-name" }, project), h("span", { class: "account-role" }, roleName(session.key.role))),
  icon("more", 18));
  const element = h("div", { class: "shell" },
    h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, "Skip to content"),
    h("nav", { class: "sidebar", "aria-label": "Main" },
      h("a", { class: "brand", href: "#/folder", "aria-label": "Coffer, library" }, brandMark(), h("span", { "aria-hidden": "true" }, "Coffer")),
      h("div", { class: "nav-links" }, links),
      more),
    main);
  const mark = (page) => {
    for (const link of links) {
      if (link.dataset.page === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    const current = pages.find((entry) => entry.page === page);
    document.title = `${current?.label ?? "Library"} · ${project} · Coffer`;
  };
  return { element, main, mark };
}

const roleName = (role) => ({ full: "Full access", read: "Read only", upload: "Upload only" })[role] ?? role;

function accountMenu() {
  const theme = chosenTheme();
  return [
    { label: theme === "light" ? "Light ✓" : "Light", icon: "sun", action: () => setTheme("light") },
    { label: theme === "dark" ? "Dark ✓" : "Dark", icon: "moon", action: () => setTheme("dark") },
    { label: theme === "system" ? "As the system ✓" : "As the system", icon: "contrast", action: () => setTheme("system") },
    null,
    { label: "Keyboard shortcuts", icon: "help", action: openHelp, shortcut: "?" },
    {
      label: "Sign out", icon: "signOut", action: async () => {
        try {
          await signOut();
          location.hash = "";
          location.reload();
        } catch (error) {
          complain(error);
        }
      },
    },
  ];
}
