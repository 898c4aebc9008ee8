// What is found below the search of the top bar: arrows go from the box through the links, Escape
// and leaving close it. A boosted link may replace the bar, so everything is looked up when needed.
(() => {
  const box = () => document.getElementById("global-search");
  const hits = () => document.getElementById("search-hits");
  const isInside = (part) => Boolean(part?.closest?.("[data-search]"));

  const step = (by) => {
    const stops = [box(), ...hits().querySelectorAll("a")];
    stops[stops.indexOf(document.activeElement) + by]?.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (!isInside(event.target) || event.isComposing) return;
    const isOpen = hits().firstElementChild;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape" && isOpen) { hits().replaceChildren(); box().focus(); }
    else return;
    event.preventDefault();
  });

  const leave = (event) => {
    if (hits() && !isInside(event.target)) hits().replaceChildren();
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);

  // An answer that comes when the box has been left is late.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const isLate = !isInside(document.activeElement);
    if (event.detail.target === hits() && isLate) event.detail.shouldSwap = false;
  });
})();
