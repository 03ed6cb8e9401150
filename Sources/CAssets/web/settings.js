import { get, patch } from "./api.js";
import { field } from "./dialog.js";
import { h } from "./dom.js";
import { bytes, exactly, number } from "./format.js";
import { icon } from "./icons.js";
import { makePage } from "./page.js";
import { chosenTheme, setTheme } from "./themes.js";
import { complain, toast } from "./toast.js";

export function settingsPage(context) {
  const page = makePage({
    title: "Settings", text: "Your project, and how this page looks.",
    load: () => get("/project"),
    draw: (project) => [name(project), sizes(project), theme(), facts(project)],
  });

  const save = async (body, said) => {
    try {
      await patch("/project", body);
      toast(said);
      page.reload();
    } catch (error) {
      complain(error);
    }
  };

  function name(project) {
    const input = h("input", { class: "input", name: "name", value: project.display_name, maxlength: 256, required: true, disabled: !context.canChange });
    return h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); if (input.value.trim()) save({ display_name: input.value.trim() }, "The name was saved."); } },
      h("h2", {}, "Name"), field("What people see", input, `The project is called ${project.name} in addresses and commands.`),
      context.canChange ? h("button", { type: "submit", class: "button" }, "Save name") : null);
  }

  function sizes(project) {
    const input = h("input", { class: "input mono", name: "sizes", value: project.picture_sizes.join(" "), spellcheck: "false", placeholder: "320x240 640x x480", disabled: !context.canChange });
    return h("form", { class: "card", onsubmit: (event) => { event.preventDefault(); save({ picture_sizes: input.value.split(/[\s,]+/).filter(Boolean) }, "The sizes were saved."); } },
      h("h2", {}, "Picture sizes"), field("Sizes anybody may ask for", input, "Width x height, as in 320x240; leave a side out to keep the proportions. Other sizes need a signed link."),
      context.canChange ? h("button", { type: "submit", class: "button" }, "Save sizes") : null);
  }

  function theme() {
    const chosen = chosenTheme();
    return h("section", { class: "card" }, h("h2", { id: "theme-title" }, "Look"),
      h("div", { class: "segments", role: "radiogroup", "aria-labelledby": "theme-title" },
        [["light", "Light", "sun"], ["dark", "Dark", "moon"], ["system", "As the system", "contrast"]].map(([value, label, iconName]) => h("label", { class: "segment" },
          h("input", { type: "radio", name: "theme", value, checked: chosen === value, onchange: () => setTheme(value) }), h("span", {}, icon(iconName, 18), label)))));
  }
  return page;
}

function facts(project) {
  const { filesize, storage, uploads } = project.limits;
  const rows = [
    ["Project id", project.id], ["Buckets", project.buckets.join(", ") || "none"], ["Domains", project.domains.map((domain) => domain.host).join(", ") || "none"],
    ["Largest file", filesize ? bytes(filesize) : "The server's own limit"], ["Storage", storage ? bytes(storage) : "No limit"],
    ["Open uploads", uploads ? number(uploads) : "The server's own limit"], ["Created", exactly(project.created)],
  ];
  return h("section", { class: "card" }, h("h2", {}, "Project"), h("dl", { class: "facts" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))));
}
