// 认证审核 by keyboard: j and k go down and up the list, also while an application is open; a and r
// press what carries them in the open one. Not while somebody types, and not with Ctrl and the like.
(() => {
  const GLANCE = 500; // ms: a key pressed twice must not decide on the next one, too
  const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

  let since = 0; // when the open application came

  const links = () => [...document.querySelectorAll("[data-review]")];
  const dialog = () => document.querySelector("dialog[open]");
  const shown = () => document.querySelector("dialog[open] [data-application]");

  const step = (way) => {
    const all = links();
    const open = shown();
    const at = open
      ? all.findIndex((link) => link.dataset.review === open.dataset.application)
      : all.indexOf(document.activeElement);
    const next = all[at < 0 ? 0 : at + way];
    if (!next) return;
    if (open) next.click();
    else next.focus();
  };

  // 拒绝 opens, and its first reason is ready to be chosen; 通过 is pressed.
  const press = (key) => {
    const part = (dialog() || document).querySelector(`[data-application] [data-key=${key}]`);
    if (!part) return;
    const details = part.closest("details");
    if (!details) {
      const follows = part.closest("[data-application]").querySelector(".review-told");
      if (!follows || performance.now() - since > GLANCE) part.click();
      return;
    }
    details.open = true;
    details.querySelector("input[type=radio]").focus();
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.closest("#dialog-body")) since = performance.now();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (event.target.closest(TYPING) || document.documentElement.dataset.keys === "off") return;
    if (dialog() && !shown()) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "a" || event.key === "r") press(event.key);
    else return;
    event.preventDefault();
  });
})();
