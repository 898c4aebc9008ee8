// The one dialog of the page: it opens when htmx has put something into it, and empties on closing.
(() => {
  const dialog = document.getElementById("dialog");
  const body = document.getElementById("dialog-body");
  if (!dialog) return;

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    const title = body.querySelector("h1, h2");
    if (title) title.id = "dialog-title";
    if (!dialog.open) dialog.showModal();
    const first = body.querySelector("[aria-invalid=true], [autofocus]") ||
      body.querySelector("input:not([type=hidden]), select, textarea, button");
    if (first) first.focus();
  });

  dialog.addEventListener("close", () => body.replaceChildren());
  dialog.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (!close) return;
    event.preventDefault();
    dialog.close();
  });

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.parentElement.remove();

    const button = event.target.closest("[data-menu]");
    const side = document.getElementById("navigation");
    if (!side) return;
    const open = button ? !side.classList.contains("side-open") : false;
    if (!button && side.contains(event.target)) return;
    side.classList.toggle("side-open", open);
    document.querySelector("[data-menu]").setAttribute("aria-expanded", String(open));
  });
})();
