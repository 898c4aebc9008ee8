// The frame of the console: messages that can be put away, and the menu that opens on a phone.
document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.parentElement.remove();

  const side = document.getElementById("navigation");
  const button = document.querySelector("[data-menu]");
  if (!side || !button || side.contains(event.target)) return;
  const open = button.contains(event.target) && !side.classList.contains("side-open");
  side.classList.toggle("side-open", open);
  button.setAttribute("aria-expanded", String(open));
});
