// One request that carries bytes. XMLHttpRequest, because fetch tells nothing of what was sent so far.

export class TransferError extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may go well later. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500 && this.status !== 507;
  }
}

/** Sends a body; resolves with status and document of any 2xx answer. `signal` aborts. */
export function transfer(url, body, { headers = {}, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    const abort = () => request.abort();
    signal?.addEventListener("abort", abort);
    const end = () => signal?.removeEventListener("abort", abort);
    request.upload.onprogress = (event) => onProgress?.(event.loaded);
    request.onload = () => {
      end();
      const document = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) {
        resolve({ status: request.status, document: document?.data ?? document });
      } else {
        reject(new TransferError(request.status, document?.error?.message ?? document?.message ?? `The server answered ${request.status}.`,
          Number(request.getResponseHeader("Retry-After")) || 0));
      }
    };
    request.onerror = () => {
      end();
      reject(new TransferError(0, "The connection was lost."));
    };
    request.onabort = () => {
      end();
      reject(new DOMException("aborted", "AbortError"));
    };
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
