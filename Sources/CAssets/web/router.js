// Where the page is stands behind `#`, so that it never meets a path of the API: #/folder/films/2026?q=sea

/** What the address says: the page's name, the words of its path, and its question. */
export function place() {
  const [path, question = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const words = path.split("/").filter(Boolean).map(decode);
  return { page: words[0] ?? "folder", words: words.slice(1), query: new URLSearchParams(question) };
}

function decode(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

export function address(page, words = [], query = {}) {
  const path = [page, ...words].map(encodeURIComponent).join("/");
  const filled = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const question = new URLSearchParams(filled).toString();
  return `#/${path}${question ? `?${question}` : ""}`;
}

export const folderAddress = (folder, query) => address("folder", folder ? folder.split("/") : [], query);

export function go(to, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", to);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}

export const onPlace = (action) => window.addEventListener("hashchange", action);
