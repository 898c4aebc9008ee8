// Tick boxes of a table: [data-tick] in the rows, [data-tick-all], and what needs a selection.
(() => {
  const show = () => {
    const ticks = [...document.querySelectorAll("[data-tick]")];
    const number = ticks.filter((tick) => tick.checked).length;
    document.querySelectorAll("[data-selected]").forEach((place) => {
      place.textContent = String(number);
    });
    document.querySelectorAll("[data-needs-selection]").forEach((part) => {
      part.disabled = number === 0;
    });
    document.querySelectorAll("[data-tick-all]").forEach((all) => {
      all.checked = number > 0 && number === ticks.length;
      all.indeterminate = number > 0 && number < ticks.length;
    });
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      document.querySelectorAll("[data-tick]").forEach((tick) => {
        tick.checked = event.target.checked;
      });
    }
    if (event.target.matches("[data-tick], [data-tick-all]")) show();
  });
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("DOMContentLoaded", show);
})();
