import { get, patch, post, remove } from "./api.js";
import { confirm, openForm, showSecret } from "./dialog.js";
import { h } from "./dom.js";
import { when } from "./format.js";
import { addButton, emptyState, iconButton, item, makePage, pill } from "./page.js";
import { complain, toast } from "./toast.js";

const roles = [["full", "Full access", "Reads, writes, deletes, and manages the project"], ["read", "Read only", "Lists and reads files"], ["upload", "Upload only", "Adds new files, and nothing else"]];
const roleName = (role) => roles.find(([name]) => name === role)?.[1] ?? role;

export function keysPage(context) {
  const page = makePage({
    title: "Keys", text: "One key opens every door: this page, uploads by URL, the API and S3.",
    actions: context.canChange ? [addButton("New key", create)] : [],
    load: () => get("/keys"),
    draw: (keys) => (keys.length === 0 ? emptyState("key", "No keys", "Make one for every program that uses the store.")
      : h("ul", { class: "items", "aria-label": "Keys" }, keys.map((key) => row(key)))),
  });

  const attempt = async (action, said) => {
    try {
      await action();
      if (said) toast(said);
      page.reload();
    } catch (error) {
      complain(error);
    }
  };

  function row(key) {
    const isPaused = key.status === "paused";
    const isOwn = key.id === context.session.key.id;
    return item({
      iconName: "key", title: key.id, mono: true,
      lines: [`${roleName(key.role)} · made ${when(key.created)}${key.last_used ? ` · used ${when(key.last_used)}` : ""}`],
      state: isOwn ? pill("Yours", "accent") : isPaused ? pill("Paused", "warn") : pill("Active", "good"),
      actions: [
        iconButton(`Make a successor: ${key.id}`, "retry", () => roll(key)),
        isOwn ? null : iconButton(`${isPaused ? "Let it work again" : "Pause"}: ${key.id}`, isPaused ? "play" : "pause",
          () => attempt(() => patch(`/keys/${key.id}`, { status: isPaused ? "active" : "paused" }), isPaused ? "The key works again." : "The key is paused. All it opened is closed within a second.")),
        isOwn ? null : iconButton(`Delete: ${key.id}`, "trash", async () => {
          if (await confirm("Delete this key?", `Programs that use ${key.id} stop working, and links that it signed stop opening. This cannot be undone.`, { action: "Delete key", danger: true })) {
            attempt(() => remove(`/keys/${key.id}`), "The key was deleted.");
          }
        }),
      ],
    });
  }

  async function shown(key) {
    page.reload();
    await showSecret("Your new key", `Its id is ${key.id}. Copy the secret now: it is shown this once.`, key.secret);
  }

  async function create() {
    let made = null;
    await openForm("New key", h("fieldset", { class: "field" }, h("legend", {}, "What may it do?"),
      roles.map(([role, name, text], index) => h("label", { class: "choice-row" },
        h("input", { type: "radio", name: "role", value: role, checked: index === 0 }), h("span", {}, h("strong", {}, name), h("span", { class: "quiet" }, text))))),
    { action: "Make the key", submit: async (form) => { made = await post("/keys", { role: form.get("role") }); } });
    if (made) shown(made);
  }

  async function roll(key) {
    if (!await confirm("Make a successor?", `A new key with the same rights is made. Give it to the programs that use ${key.id}, then delete the old one.`, { action: "Make the key" })) return;
    try {
      shown(await post(`/keys/${key.id}/roll`));
    } catch (error) {
      complain(error);
    }
  }
  return page;
}
