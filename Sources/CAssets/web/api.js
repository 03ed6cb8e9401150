// The library's API, asked with the session's cookie and, for changes, the secret that only this page has.

const retries = 2;
let csrf = "";

export class APIError extends Error {
  constructor(status, kind, message, requestID) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.requestID = requestID;
  }
}

/** Who is signed in; remembers the secret for changes. */
export async function loadSession() {
  return remember(await request("GET", "/session"));
}

export async function signIn(key) {
  return remember(await request("POST", "/session", { body: { key } }));
}

export async function signOut() {
  await request("DELETE", "/session");
}

function remember(session) {
  csrf = session.csrf ?? "";
  return session;
}

export const get = (path, query, options) => request("GET", path, { query, ...options });
export const post = (path, body) => request("POST", path, { body: body ?? {} });
export const patch = (path, body) => request("PATCH", path, { body });
export const remove = (path, options) => request("DELETE", path, options);

/** A page of a list, and how long the whole list is. */
export async function list(path, query, options = {}) {
  let total = 0;
  const items = await request("GET", path, {
    ...options, query, onResponse: (response) => { total = Number(response.headers.get("Total-Count")); },
  });
  const found = Array.isArray(items) ? items : items.data ?? [];
  return { items: found, total: Math.max(total || 0, found.length) };
}

export async function request(method, path, { body, query, signal, keepalive, onResponse } = {}) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && (value !== "" || name === "folder")) url.searchParams.set(name, value);
  }
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-Coffer-CSRF"] = csrf;
  const response = await send(url, {
    method, headers, signal, keepalive, credentials: "same-origin", cache: "no-store",
    body: body === undefined ? undefined : JSON.stringify(body),
  }, method === "GET" ? retries : 0);
  onResponse?.(response);
  return answer(response, path);
}

/** Questions are asked again when the connection or the server fails; changes are not. */
async function send(url, options, left) {
  try {
    const response = await fetch(url, options);
    if (left === 0 || ![429, 502, 503, 504].includes(response.status)) return response;
    await pause(Number(response.headers.get("Retry-After")) * 1000 || 600);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (left === 0) throw new APIError(0, "offline", "The server cannot be reached. Check the connection and try again.");
    await pause(600);
  }
  return send(url, options, left - 1);
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, Math.min(milliseconds, 5000)));

async function answer(response, path) {
  const text = await response.text();
  let document = null;
  try {
    document = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new APIError(response.status, "unreadable", "The server's answer could not be read.");
  }
  if (response.ok) return document;
  const id = response.headers.get("X-Request-Id") ?? document?.meta?.request_id;
  const message = document?.error?.message ?? document?.message ?? `The server answered ${response.status}.`;
  if (response.status === 401 && path !== "/session") window.dispatchEvent(new CustomEvent("coffer:signed-out"));
  throw new APIError(response.status, document?.error?.kind ?? "", message, id);
}
