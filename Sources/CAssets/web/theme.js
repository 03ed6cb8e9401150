// Runs before the first paint, so that a chosen theme does not flash in the other one's colours.
{
  const chosen = localStorage.getItem("coffer-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
