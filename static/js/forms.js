// What a form can do beyond HTML: count characters, name the chosen file, pick a date, ask for a
// name to be typed before a button works. Everything works as a plain form without it.
(() => {
  const count = (input) => {
    const shown = input.parentElement.querySelector("[data-count]");
    if (shown) shown.textContent = `${[...input.value].length}/${input.dataset.counter || input.maxLength}`;
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

  // Above its input if there is room. A calendar of the dialog lives in its body: outside it would
  // lie below, and so it goes when the body is emptied. Flatpickr's own place is the page's.
  const place = (picker) => {
    const { calendarContainer: calendar, _input: input } = picker;
    const [frame, field] = [input.closest("dialog"), input].map((e) => e.getBoundingClientRect());
    const above = field.top - frame.top - calendar.offsetHeight - 4;
    const top = above > 0 ? above : field.bottom - frame.top + 4;
    calendar.style.top = `${top + input.closest("dialog").scrollTop}px`;
    calendar.style.left = `${field.left - frame.left}px`;
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-counter]").forEach((input) => {
      if (!input.parentElement.querySelector("[data-count]")) {
        input.insertAdjacentHTML("afterend", '<span class="counter" data-count></span>');
      }
      count(input);
    });
    root.querySelectorAll("input[data-date]").forEach((input) => {
      if (input._flatpickr) return;
      const inside = input.closest("#dialog-body");
      const held = inside ? { appendTo: inside, position: place } : {};
      flatpickr(input, { locale: "zh", allowInput: false, dateFormat: "Y-m-d", ...held });
    });
    root.querySelectorAll("[data-confirm]").forEach(confirmTyped);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-counter]")) count(event.target);
    if (event.target.matches("[data-confirm]")) confirmTyped(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]")) nameFile(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
})();
