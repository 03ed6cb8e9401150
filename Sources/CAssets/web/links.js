import { get, post } from "./api.js";

const lifetime = 6 * 3600;
const known = new Map();
const knownLimit = 500;
let privateHosts = null;

/** An address from which a file can be read for some hours, private or not. */
export async function readableURL(file) {
  const cached = known.get(file.id);
  if (cached && cached.source === file.url && cached.until > Date.now()) return cached.url;
  let url = file.url;
  try {
    const signed = await signedURL(file, Math.floor(Date.now() / 1000) + lifetime);
    // Links are made on one domain of the project; a file of another bucket is not there.
    if (new URL(signed.url).origin === new URL(file.url).origin) url = signed.url;
  } catch (error) {
    // Without the right to sign, what is public can be read all the same.
    if (![400, 403, 409].includes(error.status)) throw error;
  }
  if (known.size >= knownLimit) known.clear();
  known.set(file.id, { url, source: file.url, until: Date.now() + lifetime * 500 });
  return url;
}

/** A link that anybody may read the file with until `expiry`, in seconds since 1970. */
export function signedURL(file, expiry) {
  return post("/signatures", { filename: file.filename, folder: file.folder ?? "", expiry, method: "get" });
}

/** A picture of a file that fits a square, for what browsers do not show themselves. */
export async function pictureURL(file, side, page = 1) {
  if (!file.preview) return null;
  const expiry = Math.floor(Date.now() / 1000) + lifetime;
  const { url } = await post("/signatures", {
    filename: file.filename, folder: file.folder ?? "", expiry, method: "get", width: side, height: side, fit: "inside",
    ...(page > 1 ? { page } : {}),
  });
  if (new URL(url).origin === new URL(file.url).origin) return url;
  return page > 1 ? null : file.preview;
}

export const putURL = (folder, filename, expiry) => post("/signatures", { filename, folder, expiry, method: "put" });

/** Whether everybody may read what a domain serves. */
export async function isPrivate(file) {
  try {
    privateHosts ??= new Set((await get("/domains")).filter((domain) => domain.private).map((domain) => domain.host));
    return privateHosts.has(new URL(file.url).hostname);
  } catch {
    return false;
  }
}
