// The calendar of a date field, behind a button of its own (django/forms/widgets/date.html). The
// field itself belongs to whoever types: nothing in it is read, corrected or emptied here, so that
// the server can say what is wrong with it.
(() => {
  const STRICT = /^(\d{4})-(\d{2})-(\d{2})$/;

  const dayIn = (text) => {
    const found = STRICT.exec(text.trim());
    if (!found) return undefined;
    const [year, month, day] = found.slice(1).map(Number);
    const date = new Date(year, month - 1, day);
    return date.getMonth() === month - 1 && date.getDate() === day ? date : undefined;
  };

  // Above its input if there is room. A calendar of the dialog lives in its body: outside it would
  // lie below, and so it goes when the body is emptied. Flatpickr's own place is the page's.
  const placeAt = (input) => ({ calendarContainer: calendar }) => {
    const dialog = input.closest("dialog");
    const [frame, field] = [dialog, input].map((each) => each.getBoundingClientRect());
    const above = field.top - frame.top - calendar.offsetHeight - 4;
    const top = above > 0 ? above : field.bottom - frame.top + 4;
    calendar.style.top = `${top + dialog.scrollTop}px`;
    calendar.style.left = `${field.left - frame.left}px`;
  };

  const attach = (button) => {
    const input = button.parentElement.querySelector("input");
    const inside = input.closest("#dialog-body");
    const told = (open) => button.setAttribute("aria-expanded", String(open));
    const shown = document.createElement("span"); // what flatpickr takes for its input
    const picker = flatpickr(button.parentElement.appendChild(shown), {
      locale: document.documentElement.lang.startsWith("zh") ? "zh" : "default",
      dateFormat: "Y-m-d",
      ariaDateFormat: "Y-m-d",
      clickOpens: false,
      ignoredFocusElements: [button],
      disableMobile: true,
      positionElement: input,
      ...(inside ? { appendTo: inside, position: placeAt(input) } : {}),
      onOpen: () => told(true),
      onClose: () => { told(false); button.focus(); },
      onChange: (dates, text) => {
        if (!text || text === input.value) return;
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    picker.calendarContainer.setAttribute("role", "dialog");
    picker.calendarContainer.setAttribute("aria-label", button.getAttribute("aria-label"));
    button.addEventListener("click", () => {
      if (picker.isOpen) { picker.close(); return; }
      picker.setDate(dayIn(input.value) || null);
      picker.open();
      const days = ".flatpickr-day:not(.prevMonthDay, .nextMonthDay)";
      const wanted = [".flatpickr-day.selected", ".flatpickr-day.today", days];
      const first = wanted.find((selector) => picker.calendarContainer.querySelector(selector));
      picker.calendarContainer.querySelector(first).focus();
    });
    button.hidden = false;
  };

  const prepare = (root) => root.querySelectorAll("[data-calendar][hidden]").forEach(attach);

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
})();
