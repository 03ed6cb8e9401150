export const chosenTheme = () => localStorage.getItem("coffer-theme") ?? "system";

export function setTheme(theme) {
  if (theme === "system") {
    localStorage.removeItem("coffer-theme");
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem("coffer-theme", theme);
    document.documentElement.dataset.theme = theme;
  }
}
