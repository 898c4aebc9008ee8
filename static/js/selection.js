// Tick boxes of a table: [data-tick] in the rows, [data-tick-all], and what needs a selection. With
// [data-all-matching] also the rows of all other pages are meant; its value is their number.
(() => {
  const everybody = () => document.querySelector("[data-all-matching]:checked");

  const show = () => {
    const ticks = [...document.querySelectorAll("[data-tick]")];
    const ticked = ticks.filter((tick) => tick.checked).length;
    const all = everybody();
    const number = all ? all.dataset.allMatching : String(ticked);
    document.querySelectorAll("[data-selected]").forEach((place) => {
      place.textContent = number;
    });
    document.querySelectorAll("[data-needs-selection]").forEach((part) => {
      part.disabled = number === "0";
    });
    document.querySelectorAll("[data-tick-all]").forEach((box) => {
      box.checked = ticked > 0 && ticked === ticks.length;
      box.indeterminate = ticked > 0 && ticked < ticks.length;
    });
  };

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-tick-all]")) {
      document.querySelectorAll("[data-tick]").forEach((tick) => {
        tick.checked = box.checked;
      });
    }
    if (box.matches("[data-tick], [data-tick-all]") && !box.checked && everybody()) {
      everybody().checked = false;
    }
    if (box.matches("[data-tick], [data-tick-all], [data-all-matching]")) show();
  });
  document.addEventListener("htmx:afterSwap", show);
  document.addEventListener("DOMContentLoaded", show);
})();
