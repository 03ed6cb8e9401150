const units = ["bytes", "KB", "MB", "GB", "TB", "PB"];

/** Bytes as people read them, in powers of 1,000 as disks are sold. */
export function bytes(count) {
  if (count === null || count === undefined || Number.isNaN(count)) return "–";
  if (count === 1) return "1 byte";
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, "")} ${units[unit]}`;
}

export const number = (count) => new Intl.NumberFormat().format(count ?? 0);

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Seconds as a clock shows them. */
export function duration(seconds) {
  const whole = Math.round(seconds);
  const pad = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export function remaining(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** Short: the time today, the day this year. */
export function when(text) {
  const then = new Date(text);
  if (Number.isNaN(then.getTime())) return "–";
  const now = new Date();
  if (then.toDateString() === now.toDateString()) return clock.format(then);
  return then.getFullYear() === now.getFullYear() ? day.format(then) : date.format(then);
}

export function exactly(text) {
  const then = new Date(text);
  return Number.isNaN(then.getTime()) ? "–" : full.format(then);
}

export const dayName = (text) => day.format(new Date(`${text}T00:00:00`));

export const extension = (name) => (/\.([A-Za-z0-9]{1,5})$/.exec(name ?? "")?.[1] ?? "").toUpperCase();

export const joined = (folder, name) => (folder ? `${folder}/${name}` : name);

const kinds = { video: "Video", image: "Image", audio: "Audio", document: "Document", unknown: "File" };
export const kindName = (kind) => kinds[kind] ?? "File";
