// The one dialog of the page: it opens when htmx has put something into it, and empties on closing.
// A boosted link replaces the whole body, so everything is looked up when it is needed.
(() => {
  // In this order; tabindex -1 marks the button that only Enter presses.
  const FIRST = [
    "[aria-invalid=true], [autofocus]",
    ":is(input, select, textarea):enabled:not([type=hidden])",
    ":is(a, button):not([tabindex='-1'])",
  ];

  document.addEventListener("htmx:afterSwap", (event) => {
    const body = document.getElementById("dialog-body");
    if (!body || !body.firstElementChild) return;
    const dialog = body.parentElement;
    if (!dialog.contains(event.detail.target)) return;
    const title = body.querySelector("h1, h2");
    if (title) title.id = "dialog-title";
    if (!dialog.open) dialog.showModal();
    if (event.detail.target !== body) return;
    const wanted = FIRST.find((selector) => body.querySelector(selector));
    if (wanted) body.querySelector(wanted).focus();
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
