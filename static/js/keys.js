// Keys of every page: / searches, ? tells of the keys, g and a letter goes to what the menu marks
// with it. Not while somebody types, not with Ctrl and the like, and not for those who switched
// them off. It hears of a key before any page does: a letter after g means nothing else.
(() => {
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const PATIENCE = 1500; // ms between g and its letter
  const root = document.documentElement;

  let since = -Infinity; // when g was pressed

  const press = (selector) => {
    const part = document.querySelector(selector);
    if (part) part.click();
    return Boolean(part);
  };

  const search = () => {
    const box = document.getElementById("global-search");
    if (!box?.checkVisibility()) return press("[data-search-link]");
    box.focus();
    box.select();
    return true;
  };

  const begin = () => { since = performance.now(); return true; };
  const ACTS = { "/": search, "?": () => press("[data-keys-help]"), g: begin };

  const isMeant = (event) => !(
    event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing
    || root.dataset.keys === "off" || event.target.closest?.(TYPING)
    || document.querySelector("dialog[open]"));

  document.addEventListener("keydown", (event) => {
    if (!isMeant(event)) return;
    const goes = performance.now() - since < PATIENCE;
    if (event.key !== "Shift") since = -Infinity;
    const done = goes ? press(`[data-go="${CSS.escape(event.key)}"]`) : ACTS[event.key]?.();
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  const prepare = () => document.querySelectorAll("[data-keys-switch]").forEach((label) => {
    label.hidden = false;
    label.querySelector("input").checked = root.dataset.keys !== "off";
  });

  document.addEventListener("change", (event) => {
    if (!event.target.closest("[data-keys-switch]")) return;
    root.dataset.keys = event.target.checked ? "on" : "off";
    localStorage.setItem("keys", root.dataset.keys);
  });
  root.dataset.keys = localStorage.getItem("keys") || "on";
  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:load", prepare);
})();
