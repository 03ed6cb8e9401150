import { get } from "./api.js";
import { h, s } from "./dom.js";
import { bytes, dayName, number } from "./format.js";
import { makePage } from "./page.js";

// A narrow window scales the chart less, so that its words stay readable.
const width = () => (innerWidth < 600 ? 360 : 720);
const height = 240;
const dayWidth = 120;
const edge = { top: 16, right: 8, bottom: 28, left: 64 };

export const usagePage = () => makePage({
  title: "Usage", text: "What your files need, and what storing equal parts once saves.",
  load: () => get("/usage"),
  draw: (usage) => {
    const share = usage.logical > 0 ? usage.saved / usage.logical : 0;
    return [
      h("div", { class: "figures" },
        figure("Files", number(usage.files), usage.uploads ? `${number(usage.uploads)} uploads open` : "in all folders"),
        figure("Uploaded", bytes(usage.logical), "as people see it"),
        figure("Stored", bytes(usage.stored), "on the disk"),
        figure("Saved", bytes(usage.saved), `${Math.round(share * 100)} % by keeping equal parts once`, "good")),
      h("section", { class: "card" }, h("h2", {}, "Uploaded and stored"), meter(usage)),
      h("section", { class: "card" }, h("h2", {}, "Over time"), chart(usage.days)),
      h("section", { class: "card" }, h("h2", {}, "Limits"), limits(usage)),
    ];
  },
});

const figure = (name, value, text, kind = "") => h("div", { class: `figure ${kind}` },
  h("div", { class: "quiet" }, name), h("div", { class: "figure-value" }, value), h("div", { class: "quiet" }, text));

function meter(usage) {
  const bar = (name, value, kind) => {
    const fill = h("div", { class: `meter-fill ${kind}` });
    fill.style.setProperty("width", `${usage.logical > 0 ? Math.max(1, value / Math.max(usage.logical, usage.stored) * 100) : 0}%`);
    return h("div", { class: "meter-row" }, h("span", {}, name), h("div", { class: "meter" }, fill), h("span", { class: "quiet" }, bytes(value)));
  };
  return h("div", { class: "meters" }, bar("Uploaded", usage.logical, "logical"), bar("Stored", usage.stored, "stored"));
}

function limits(usage) {
  const line = (name, limit, used) => h("div", {}, h("dt", {}, name), h("dd", {}, limit === null || limit === undefined ? "The server's own" : `${limit}${used ? ` (${used})` : ""}`));
  const { filesize, storage, uploads } = usage.limits ?? {};
  return h("dl", { class: "facts" },
    line("Largest file", filesize ? bytes(filesize) : null), line("Storage", storage ? bytes(storage) : null, storage ? `${Math.round(usage.logical / storage * 100)} % used` : null),
    line("Open uploads", uploads ? number(uploads) : null));
}

/** Two lines over days, as a picture and as a table for those who do not see it. */
function chart(days) {
  if (!days || days.length < 2) return h("p", { class: "quiet" }, "The chart begins tomorrow: one point is noted each day.");
  const most = nice(Math.max(...days.map((day) => Math.max(day.logical, day.stored)), 1));
  const right = width();
  const x = (index) => edge.left + index / (days.length - 1) * (right - edge.left - edge.right);
  const y = (value) => height - edge.bottom - value / most * (height - edge.top - edge.bottom);
  const line = (name) => days.map((day, index) => `${index === 0 ? "M" : "L"}${x(index).toFixed(1)} ${y(day[name]).toFixed(1)}`).join("");
  const area = (name) => `${line(name)}L${x(days.length - 1).toFixed(1)} ${y(0)}L${x(0)} ${y(0)}Z`;
  const ticks = [0, 0.5, 1].map((part) => part * most);
  const every = Math.max(1, Math.ceil(days.length / (right / dayWidth)));
  const anchor = (index) => (index === 0 ? "start" : index === days.length - 1 ? "end" : "middle");
  const picture = s("svg", { class: "chart", viewBox: `0 0 ${right} ${height}`, role: "img", "aria-label": `Uploaded and stored bytes of ${days.length} days, at most ${bytes(most)}` },
    ticks.map((tick) => [
      s("line", { class: "chart-grid", x1: edge.left, x2: right - edge.right, y1: y(tick), y2: y(tick) }),
      s("text", { class: "chart-label", x: edge.left - 10, y: y(tick) + 4, "text-anchor": "end" }, bytes(tick)),
    ]),
    days.map((day, index) => (index % every === 0 ? s("text", { class: "chart-label", x: x(index), y: height - 8, "text-anchor": anchor(index) }, dayName(day.day)) : null)),
    s("path", { class: "chart-area logical", d: area("logical") }), s("path", { class: "chart-area stored", d: area("stored") }),
    s("path", { class: "chart-line logical", d: line("logical") }), s("path", { class: "chart-line stored", d: line("stored") }));
  return h("figure", { class: "chart-figure" }, picture,
    h("figcaption", { class: "legend" }, h("span", { class: "legend-key logical" }, "Uploaded"), h("span", { class: "legend-key stored" }, "Stored")),
    h("details", { class: "chart-table" }, h("summary", {}, "As a table"),
      h("table", { class: "table" }, h("thead", {}, h("tr", {}, ["Day", "Files", "Uploaded", "Stored"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, [...days].reverse().map((day) => h("tr", {}, h("td", {}, day.day), h("td", {}, number(day.files)), h("td", {}, bytes(day.logical)), h("td", {}, bytes(day.stored))))))));
}

/** The next round number. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value);
}
