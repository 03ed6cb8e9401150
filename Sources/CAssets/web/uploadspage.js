import { get, remove } from "./api.js";
import { h } from "./dom.js";
import { bytes, joined, when } from "./format.js";
import { emptyState, iconButton, item, makePage } from "./page.js";
import { complain, toast } from "./toast.js";
import { uploads } from "./uploads.js";
import { makeLine } from "./uploadtray.js";

const period = 3000;

/** Uploads of this window, and all that are open at the server, whoever sends them. */
export function uploadsPage(context) {
  const mine = h("section", { class: "card" });
  const lines = h("ul", { class: "tray-list", "aria-label": "Uploads in this window" });
  const drawn = new Map();
  const drawMine = () => {
    mine.hidden = uploads.all.length === 0;
    for (const upload of uploads.all.slice(0, 200)) {
      if (!drawn.has(upload.id)) {
        drawn.set(upload.id, makeLine(upload));
        lines.append(drawn.get(upload.id).element);
      }
      drawn.get(upload.id).draw();
    }
    for (const [id, line] of drawn) {
      if (uploads.all.some((upload) => upload.id === id)) continue;
      line.element.remove();
      drawn.delete(id);
    }
  };
  mine.append(h("h2", {}, "In this window"), lines);
  drawMine();
  uploads.addEventListener("change", drawMine);

  const page = makePage({
    title: "Uploads", text: "Files that are on their way. What has arrived is kept for a while, so that an upload can go on.",
    load: () => get("/uploads"),
    draw: (open) => (open.length === 0 ? emptyState("cloud", "Nothing is being uploaded", "Unfinished uploads appear here, from this page and from programs.")
      : [h("h2", { class: "section-title" }, "At the server"), h("ul", { class: "items", "aria-label": "Uploads at the server" }, open.map(row))]),
  });
  page.body.before(mine);
  const timer = setInterval(() => { if (!document.hidden && !page.body.contains(document.activeElement)) page.reload(); }, period);
  page.leave = () => {
    clearInterval(timer);
    uploads.removeEventListener("change", drawMine);
  };

  function row(upload) {
    const size = upload.filesize ? `${bytes(upload.received)} of ${bytes(upload.filesize)} (${Math.floor(upload.received / upload.filesize * 100)} %)` : bytes(upload.received);
    return item({
      iconName: "cloud", title: joined(upload.folder, upload.filename),
      lines: [`${size} · begun ${when(upload.created)} · kept until ${when(upload.expires)}`],
      actions: context.canChange ? [iconButton(`Cancel: ${upload.filename}`, "trash", async () => {
        try {
          await remove(`/uploads/${encodeURIComponent(upload.id)}`);
          toast("The upload was cancelled.");
          page.reload();
        } catch (error) {
          complain(error);
        }
      })] : [],
    });
  }
  return page;
}
