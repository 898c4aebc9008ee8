// What a form can do beyond HTML: count characters, name the chosen file, narrow a long list of
// choices, ask for a name to be typed before a button works, copy a field. Everything works as a
// plain form without it.
(() => {
  // As the server counts (haina/lib/text.py): without what it drops, an emoji as one.
  const DROPPED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]/g;
  const length = (text) =>
    [...text.replace(DROPPED, "").normalize("NFC").replace(/\s+/g, " ").trim()].length;

  // With data-counter the count is always shown, else only when it is over data-limit. Nothing is
  // cut: whoever typed too much sees by how much, and the server says it too.
  const count = (input) => {
    const limit = Number(input.dataset.limit);
    const used = length(input.value);
    let shown = input.parentElement.querySelector("[data-count]");
    if (!shown) {
      input.insertAdjacentHTML("afterend", '<span class="counter" data-count role="status"></span>');
      shown = input.nextElementSibling;
    }
    shown.textContent = used > limit || "counter" in input.dataset ? `${used}/${limit}` : "";
    shown.classList.toggle("counter-over", used > limit);
  };

  const nameFile = (input) => {
    const picker = input.closest("[data-file-picker]");
    if (!picker || !input.files.length) return;
    picker.querySelector("[data-file-name]").textContent = input.files[0].name;
    const label = picker.querySelector("[data-again]");
    label.textContent = label.dataset.again;
    picker.parentElement.querySelectorAll(".errorlist").forEach((error) => error.remove());
  };

  const confirmTyped = (input) => {
    const button = input.form.querySelector("[data-needs-name]");
    if (button) button.disabled = input.value.trim() !== input.dataset.confirm;
  };

  // The older way: navigator.clipboard is not there without HTTPS. What is selected can be
  // copied by hand where it does not work.
  const copy = (button) => {
    document.getElementById(button.dataset.copy).select();
    if (!document.execCommand("copy")) return;
    const told = button.parentElement.querySelector("[data-copied]");
    told.textContent = told.dataset.copied;
  };

  // A box that narrows the choices below it. What is ticked stays in sight.
  const narrow = (box) => {
    const wanted = box.value.trim().toLowerCase();
    box.hidden = false;
    (box.closest("[data-narrowed]") || box.form).querySelectorAll(".choices label").forEach((label) => {
      const has = label.textContent.toLowerCase().includes(wanted);
      label.hidden = !has && !label.querySelector(":checked");
    });
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-narrows]").forEach(narrow);
    root.querySelectorAll("[data-limit]").forEach(count);
    root.querySelectorAll("[data-confirm]").forEach(confirmTyped);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-limit]")) count(event.target);
    if (event.target.matches("[data-confirm]")) confirmTyped(event.target);
    if (event.target.matches("[data-narrows]")) narrow(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-narrows]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]")) nameFile(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
})();
