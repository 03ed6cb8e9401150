import { openDialog } from "./dialog.js";
import { h } from "./dom.js";

const shortcuts = [
  ["Move among files", "← ↑ → ↓"], ["Open the file", "Enter"], ["Select the file", "Space"],
  ["Select all that are loaded", "Ctrl A"], ["Details", "I"], ["Rename", "F2"], ["Delete", "Delete"],
  ["Add files", "U"], ["Search", "/"], ["Grid or list", "V"], ["Close or clear the selection", "Esc"],
  ["This help", "?"],
];

export function openHelp() {
  if (document.querySelector("dialog[open]")) return;
  openDialog("Keyboard shortcuts", () => h("dl", { class: "shortcuts" },
    shortcuts.map(([what, keys]) => h("div", {}, h("dt", {}, what), h("dd", {}, h("kbd", {}, keys))))));
}
