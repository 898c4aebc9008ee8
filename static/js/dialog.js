// The one dialog of the page: it opens when htmx has put something into it, asks before something
// typed is lost, empties on closing, and gives the focus back to what opened it.
// A boosted link replaces the whole body, so everything is looked up when it is needed.
(() => {
  // In this order; tabindex -1 marks the button that only Enter presses.
  const FIRST = [
    "[aria-invalid=true], [autofocus]",
    ":is(input, select, textarea):enabled:not([type=hidden])",
    ":is(a, button):not([tabindex='-1'])",
  ];
  const TYPED = "textarea, input:not([type=hidden], [type=checkbox], [type=radio])";

  let openers = []; // what the focus goes back to: the first that is there and visible
  let asShown = ""; // the form before anything was typed
  let typedBefore = false; // typed, and refused or not yet confirmed by the server

  const dialog = () => document.getElementById("dialog");
  const body = () => document.getElementById("dialog-body");

  const written = () => {
    const forms = [...body().querySelectorAll("form[method=post]")];
    const fields = forms.filter((form) => form.querySelector(TYPED)).flatMap((form) =>
      [...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
    return JSON.stringify(fields);
  };

  const somethingTyped = () => typedBefore || written() !== asShown;

  // What was open stays open under the question; who is asked can do nothing else.
  const ask = (wanted) => {
    const question = document.getElementById("dialog-discard");
    question.hidden = !wanted;
    body().inert = wanted;
    if (wanted) question.querySelector("[data-keep]").focus();
    else (body().querySelector("[data-left]") || dialog()).focus();
  };

  const leave = () => {
    if (!somethingTyped()) { dialog().close(); return; }
    const left = document.activeElement;
    body().querySelectorAll("[data-left]").forEach((each) => delete each.dataset.left);
    if (body().contains(left)) left.dataset.left = "";
    ask(true);
  };

  const isAsking = () => !document.getElementById("dialog-discard").hidden;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig, xhr } = event.detail;
    if (!body() || target !== body()) return;
    if (!dialog().open) {
      const { elt } = requestConfig;
      const menu = elt.closest(".dropdown-menu");
      const toggle = menu && menu.parentElement.querySelector("[data-bs-toggle=dropdown]");
      openers = [document.activeElement, elt, toggle];
      typedBefore = false;
      return;
    }
    typedBefore = requestConfig.verb !== "get" && somethingTyped();
    if (xhr.responseText.includes("data-saved")) typedBefore = false;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (!body() || !body().firstElementChild || !dialog().contains(event.detail.target)) return;
    const title = body().querySelector("h1, h2");
    if (title) title.id = "dialog-title";
    if (!dialog().open) dialog().showModal();
    if (event.detail.target !== body()) return;
    asShown = written();
    const wanted = FIRST.find((selector) => body().querySelector(selector));
    if (wanted) body().querySelector(wanted).focus();
  });

  // The list behind the dialog may have been read anew meanwhile.
  const asItIsNow = (each) => (each?.id && document.getElementById(each.id)) || each;

  document.addEventListener("close", (event) => {
    if (event.target.id !== "dialog") return;
    ask(false);
    body().replaceChildren();
    const back = openers.map(asItIsNow).find((each) => each !== document.body && each?.checkVisibility());
    if (back) back.focus();
  }, true); // "close" does not bubble

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-discard]")) dialog().close();
    else if (event.target.closest("[data-keep]")) ask(false);
    else if (event.target.closest("[data-close]")) { event.preventDefault(); leave(); }
  });

  // Not left to "cancel": browsers let a page refuse that only once.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !dialog()?.open) return;
    event.preventDefault();
    if (isAsking()) ask(false);
    else leave();
  });
  document.addEventListener("cancel", (event) => {
    if (event.target.id !== "dialog" || !somethingTyped()) return;
    event.preventDefault();
    leave();
  }, true);
})();
