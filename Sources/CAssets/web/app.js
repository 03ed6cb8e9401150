import { loadSession } from "./api.js";
import { domainsPage } from "./domains.js";
import { installDrops } from "./drop.js";
import { h, isTyping, replace } from "./dom.js";
import { openHelp } from "./help.js";
import { keysPage } from "./keys.js";
import { libraryPage } from "./library.js";
import { onPlace, place } from "./router.js";
import { settingsPage } from "./settings.js";
import { shell } from "./shell.js";
import { signInPage } from "./signin.js";
import { complain, installToasts } from "./toast.js";
import { uploads } from "./uploads.js";
import { installTray } from "./uploadtray.js";
import { uploadsPage } from "./uploadspage.js";
import { usagePage } from "./usage.js";
import { webhooksPage } from "./webhooks.js";

const makers = {
  folder: libraryPage, uploads: uploadsPage, usage: usagePage, keys: keysPage, domains: domainsPage,
  webhooks: webhooksPage, settings: settingsPage,
};

async function start() {
  const root = document.getElementById("app");
  installToasts();
  let session;
  try {
    session = await loadSession();
  } catch (error) {
    replace(root, signInPage(error.message));
    return;
  }
  if (!session.signed_in) {
    replace(root, signInPage());
    return;
  }
  const frame = shell(session);
  replace(root, frame.element);
  const context = { session, canChange: session.key.role === "full" };
  installTray();
  installDrops(context);
  uploads.restore().catch(complain);
  let current = null;
  const show = (isFirst) => {
    const where = place();
    const name = makers[where.page] ? where.page : "folder";
    // A page may take a new place itself, as the library does with another folder.
    if (current?.name === name && current.page.moved) {
      current.page.moved(where);
      return;
    }
    current?.page.leave?.();
    const page = makers[name](context, where);
    current = { name, page };
    replace(frame.main, page.element);
    frame.mark(name);
    if (!isFirst) frame.main.focus({ preventScroll: true });
  };
  onPlace(() => show(false));
  window.addEventListener("coffer:signed-out", () => location.reload(), { once: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !isTyping(event)) openHelp();
  });
  show(true);
}

start().catch((error) => {
  replace(document.getElementById("app"), h("main", { class: "sign-in" }, h("p", { role: "alert" }, error.message)));
});
