import { signIn } from "./api.js";
import { h, replace } from "./dom.js";
import { brandMark, icon } from "./icons.js";

/** The page of those who are not signed in. */
export function signInPage(note) {
  const error = h("p", { class: "form-error", role: "alert" }, note ?? "");
  const input = h("input", {
    id: "key", name: "key", class: "input", type: "password", autocomplete: "current-password", required: true,
    autofocus: true, spellcheck: "false", "aria-describedby": "key-hint",
  });
  const eye = h("button", {
    type: "button", class: "icon-button", "aria-label": "Show the key", "aria-pressed": "false", onclick: () => {
      const isShown = input.type === "text";
      input.type = isShown ? "password" : "text";
      eye.setAttribute("aria-pressed", String(!isShown));
    },
  }, icon("eye", 18));
  const button = h("button", { type: "submit", class: "button primary wide" }, "Sign in");
  const submit = async (event) => {
    event.preventDefault();
    replace(error);
    if (!input.value.trim()) {
      replace(error, "Enter the secret of an access key.");
      input.focus();
      return;
    }
    button.disabled = true;
    replace(button, "Signing in…");
    try {
      await signIn(input.value.trim());
      // Fetched anew, the page may reach the files of this project.
      location.reload();
    } catch (problem) {
      replace(error, problem.message);
      button.disabled = false;
      replace(button, "Sign in");
      input.select();
    }
  };
  return h("main", { class: "sign-in" },
    h("form", { class: "sign-in-card", onsubmit: submit, novalidate: true },
      brandMark(44),
      h("h1", {}, "Welcome to Coffer"),
      h("p", { class: "quiet" }, "Your files, on your own server."),
      h("input", { type: "text", name: "username", autocomplete: "username", value: location.host, hidden: true, "aria-hidden": "true", tabindex: -1 }),
      h("div", { class: "field" },
        h("label", { for: "key" }, "Access key"),
        h("div", { class: "input-row" }, input, eye),
        h("p", { class: "hint", id: "key-hint" }, "The secret that was shown when the key was created.")),
      error, button));
}
