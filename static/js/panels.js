// The panels of the top bar: one is open at a time, a click elsewhere or Escape closes it, and htmx
// hears of "opened". A boosted link may replace the bar, so everything is looked up when needed.
(() => {
  const closeOthers = (kept) => document.querySelectorAll("[data-panel][open]").forEach((panel) => {
    if (panel !== kept) panel.open = false;
  });

  document.addEventListener("toggle", (event) => {
    const panel = event.target;
    if (!panel.matches?.("[data-panel][open]")) return;
    closeOthers(panel);
    htmx.trigger(panel, "opened");
  }, true); // "toggle" does not bubble

  // What htmx has replaced meanwhile is in no panel any more, and was in one.
  document.addEventListener("click", (event) => {
    if (event.target.isConnected) closeOthers(event.target.closest("[data-panel]"));
  });

  document.addEventListener("keydown", (event) => {
    const panel = document.querySelector("[data-panel][open]");
    if (event.key !== "Escape" || !panel || document.querySelector("dialog[open]")) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
})();
