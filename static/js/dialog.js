// The one dialog of the page: it opens when htmx has put something into it, and empties on closing.
// A boosted link replaces the whole body, so everything is looked up when it is needed.
(() => {
  const FIRST = "[aria-invalid=true], [autofocus]";
  const FIELD = "input:not([type=hidden]), select, textarea, button";

  document.addEventListener("htmx:afterSwap", (event) => {
    const body = document.getElementById("dialog-body");
    if (!body || !body.firstElementChild || !body.parentElement.contains(event.detail.target)) return;
    const dialog = body.parentElement;
    const title = body.querySelector("h1, h2");
    if (title) title.id = "dialog-title";
    if (!dialog.open) dialog.showModal();
    if (event.detail.target !== body) return;
    const first = body.querySelector(FIRST) || body.querySelector(FIELD);
    if (first) first.focus();
  });

  document.addEventListener("close", (event) => {
    if (event.target.id === "dialog") document.getElementById("dialog-body").replaceChildren();
  }, true); // "close" does not bubble

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (!close) return;
    event.preventDefault();
    close.closest("dialog").close();
  });
})();
