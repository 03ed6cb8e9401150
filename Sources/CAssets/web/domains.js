import { get, post, remove } from "./api.js";
import { confirm, field, openForm } from "./dialog.js";
import { h } from "./dom.js";
import { when } from "./format.js";
import { addButton, emptyState, iconButton, item, makePage, pill } from "./page.js";
import { complain, toast } from "./toast.js";

export function domainsPage(context) {
  const page = makePage({
    title: "Domains", text: "The hosts that serve your files.",
    actions: context.canChange ? [addButton("Add a domain", add)] : [],
    load: () => get("/domains"),
    draw: (domains) => (domains.length === 0 ? emptyState("globe", "No domains", "Add one, and files are served from it as soon as its name points at this server.")
      : h("ul", { class: "items", "aria-label": "Domains" }, domains.map(row))),
  });

  function row(domain) {
    return item({
      iconName: domain.private ? "lock" : "globe", title: domain.host,
      lines: [`${domain.url} · bucket ${domain.bucket} · since ${when(domain.created)}`],
      state: domain.private ? pill("Private", "warn") : pill("Public", "good"),
      actions: context.canChange ? [iconButton(`Remove: ${domain.host}`, "trash", async () => {
        if (!await confirm("Remove this domain?", `Files stay, but nothing is served from ${domain.host} any more.`, { action: "Remove domain", danger: true })) return;
        try {
          await remove(`/domains/${encodeURIComponent(domain.host)}`);
          toast("The domain was removed.");
          page.reload();
        } catch (error) {
          complain(error);
        }
      })] : [],
    });
  }

  async function add() {
    const project = await get("/project").catch(() => ({ buckets: [] }));
    const done = await openForm("Add a domain", [
      field("Host", h("input", { class: "input", name: "host", required: true, spellcheck: "false", autocomplete: "off", placeholder: "cdn.example.com" }), "Point its DNS name at this server."),
      project.buckets.length > 1 ? field("Bucket", h("select", { class: "select plain", name: "bucket" }, project.buckets.map((name) => h("option", { value: name }, name)))) : null,
      h("label", { class: "choice-row" }, h("input", { type: "checkbox", name: "private" }), h("span", {}, h("strong", {}, "Private"), h("span", { class: "quiet" }, "Files open with a key or a signed link only"))),
    ], {
      action: "Add domain",
      submit: (form) => post("/domains", { host: form.get("host").trim(), bucket: form.get("bucket") ?? undefined, private: form.has("private") }),
    });
    if (!done) return;
    toast("The domain was added.", { label: "Reload", action: () => location.reload() });
    page.reload();
  }
  return page;
}
