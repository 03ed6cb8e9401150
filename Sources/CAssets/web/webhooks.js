import { get, patch, post, remove } from "./api.js";
import { confirm, field, openDialog, openForm, showSecret } from "./dialog.js";
import { h, replace } from "./dom.js";
import { exactly, plural, when } from "./format.js";
import { icon } from "./icons.js";
import { addButton, emptyState, iconButton, item, makePage, pill } from "./page.js";
import { complain, toast } from "./toast.js";

const topics = [
  ["media.created", "A new media object is there"], ["file.created", "A file was added"], ["file.updated", "A file was changed or moved"],
  ["file.deleted", "A file was deleted"], ["upload.expired", "An unfinished upload was dropped"], ["task.completed", "A task is done"],
  ["task.failed", "A task went wrong"],
];

export function webhooksPage(context) {
  const page = makePage({
    title: "Webhooks", text: "Addresses that are told what happens to your files, signed and tried again for a day.",
    actions: context.canChange ? [addButton("Add a webhook", () => edit(null))] : [],
    load: () => get("/webhooks"),
    draw: (hooks) => (hooks.length === 0 ? emptyState("bolt", "No webhooks yet", "Add an address to start work on new files as they arrive.")
      : h("ul", { class: "items", "aria-label": "Webhooks" }, hooks.map(row))),
  });

  const attempt = async (action, said) => {
    try {
      const result = await action();
      toast(typeof said === "function" ? said(result) : said);
      page.reload();
      return result;
    } catch (error) {
      complain(error);
      return null;
    }
  };

  function row(hook) {
    const isPaused = hook.status === "paused";
    const path = `/webhooks/${encodeURIComponent(hook.id)}`;
    return item({
      iconName: "bolt", title: hook.url, mono: true,
      lines: [hook.topics.includes("*") ? "Everything" : hook.topics.join(", "), `${hook.id} · made ${when(hook.created)}`],
      state: isPaused ? pill("Paused", "warn") : pill("Active", "good"),
      actions: [
        iconButton(`Deliveries: ${hook.url}`, "send", () => deliveries(hook)),
        iconButton(`Edit: ${hook.url}`, "rename", () => edit(hook)),
        iconButton(`${isPaused ? "Let it work again" : "Pause"}: ${hook.url}`, isPaused ? "play" : "pause",
          () => attempt(() => patch(path, { status: isPaused ? "active" : "paused" }), isPaused ? "The webhook works again." : "The webhook is paused.")),
        iconButton(`New secret: ${hook.url}`, "key", async () => {
          if (!await confirm("Make a new secret?", "Deliveries are signed with the new secret from now on; the old one is forgotten.", { action: "New secret" })) return;
          const fresh = await attempt(() => post(`${path}/roll`), "The webhook has a new secret.");
          if (fresh) showSecret("New secret", "Copy it now: it is shown this once.", fresh.secret);
        }),
        iconButton(`Delete: ${hook.url}`, "trash", async () => {
          if (await confirm("Delete this webhook?", "What waits to be delivered to it is dropped.", { action: "Delete webhook", danger: true })) {
            attempt(() => remove(path), "The webhook was deleted.");
          }
        }),
      ],
    });
  }

  async function edit(hook) {
    let made = null;
    const chosen = new Set(hook && !hook.topics.includes("*") ? hook.topics : topics.map(([name]) => name));
    await openForm(hook ? "Edit webhook" : "Add a webhook", [
      field("Address", h("input", { class: "input", name: "url", type: "url", required: true, value: hook?.url ?? "", placeholder: "https://example.com/coffer" })),
      h("fieldset", { class: "field" }, h("legend", {}, "What is it told?"), topics.map(([name, text]) => h("label", { class: "choice-row" },
        h("input", { type: "checkbox", name: "topic", value: name, checked: chosen.has(name) }), h("span", {}, h("strong", { class: "mono" }, name), h("span", { class: "quiet" }, text))))),
    ], {
      action: hook ? "Save" : "Add webhook",
      submit: async (form) => {
        const names = form.getAll("topic");
        if (names.length === 0) throw new Error("Choose at least one topic.");
        const body = { url: form.get("url").trim(), topics: names.length === topics.length ? ["*"] : names };
        made = hook ? await patch(`/webhooks/${encodeURIComponent(hook.id)}`, body) : await post("/webhooks", body);
      },
    });
    if (!made) return;
    page.reload();
    if (made.secret) showSecret("Webhook added", "Deliveries are signed with this secret. Copy it now: it is shown this once.", made.secret);
  }

  function deliveries(hook) {
    const path = `/webhooks/${encodeURIComponent(hook.id)}`;
    openDialog("Deliveries", () => {
      const box = h("div", { class: "table-box" }, h("p", { class: "quiet" }, "Loading…"));
      const load = async () => {
        try {
          const records = await get(`${path}/deliveries`);
          replace(box, records.length === 0 ? h("p", { class: "quiet" }, "Nothing has been sent yet.") : table(records));
        } catch (error) {
          replace(box, h("p", { class: "form-error", role: "alert" }, error.message));
        }
      };
      load();
      return [box, h("div", { class: "dialog-buttons" },
        h("button", { type: "button", class: "button", onclick: load }, icon("retry", 18), "Refresh"),
        h("button", {
          type: "button", class: "button primary", onclick: () => attempt(() => post(`${path}/resend`), (result) => `${plural(result.resent, "event")} will be sent again.`),
        }, icon("send", 18), "Send again what was given up"))];
    }, { description: hook.url, className: "wide" });
  }
  return page;
}

const table = (records) => h("table", { class: "table" },
  h("thead", {}, h("tr", {}, ["When", "Event", "Attempt", "Answer", "Time"].map((name) => h("th", { scope: "col" }, name)))),
  h("tbody", {}, records.map((record) => h("tr", {},
    h("td", { title: exactly(record.created) }, when(record.created)), h("td", {}, h("span", { class: "mono" }, record.kind)), h("td", {}, record.attempt),
    h("td", {}, record.status >= 200 && record.status < 300 ? pill(record.status, "good") : pill(record.status ?? "none", "bad"), record.error ? h("span", { class: "quiet" }, ` ${record.error}`) : null),
    h("td", {}, `${record.milliseconds} ms`)))));
