// The frame of the console: messages that can be put away, the menu that opens on a phone, and the
// row of tabs, which is wider than a phone, at the tab that is open.
(() => {
  const toggle = (wanted) => {
    const side = document.getElementById("navigation");
    const button = document.querySelector("[data-menu]");
    if (!side || !button) return;
    const open = wanted && !side.classList.contains("side-open");
    side.classList.toggle("side-open", open);
    button.setAttribute("aria-expanded", String(open));
  };

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.parentElement.remove();
    if (!event.target.closest("#navigation")) toggle(Boolean(event.target.closest("[data-menu]")));
  });

  // Screen readers tell what comes into a live region, not what a page brings along.
  document.addEventListener("DOMContentLoaded", () => {
    const messages = document.getElementById("messages");
    if (messages && messages.children.length) {
      setTimeout(() => messages.replaceChildren(...messages.children), 500);
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const tab = document.querySelector(".section-tabs [aria-current]");
    if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.querySelector(".side-open")) return;
    toggle(false);
    document.querySelector("[data-menu]").focus();
  });
})();
