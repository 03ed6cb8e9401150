// What was being uploaded, kept over a reload of the page: names, sizes, addresses, and the file itself where the
// browser can hand it out again.

const name = "coffer-uploads";
const store = "uploads";
/** Uploads that are remembered. */
export const rememberedLimit = 1000;

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(mode, action) {
  try {
    const transaction = (await database()).transaction(store, mode);
    const request = action(transaction.objectStore(store));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    // A private window may have no database: uploads then end with the page.
    return undefined;
  }
}

export const remembered = async () => (await run("readonly", (uploads) => uploads.getAll(null, rememberedLimit))) ?? [];
export const remember = (record) => run("readwrite", (uploads) => uploads.put(record));
export const forget = (id) => run("readwrite", (uploads) => uploads.delete(id));
