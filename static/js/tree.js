// Arrow keys in a tree: up and down through what is visible, right opens, left closes or goes up.
(() => {
  const stops = (tree) =>
    [...tree.querySelectorAll(".tree-label")].filter((label) => label.offsetParent !== null);

  const step = (label, by) => {
    const all = stops(label.closest(".tree"));
    const next = all[all.indexOf(label) + by];
    if (next) next.focus();
  };

  const open = (label, wanted) => {
    const item = label.closest("li");
    const details = item.querySelector(":scope > details");
    if (details && details.open !== wanted) details.open = wanted;
    else if (wanted) step(label, 1);
    else {
      const above = item.parentElement.closest("li");
      if (above) above.querySelector(".tree-label").focus();
    }
  };

  document.addEventListener("keydown", (event) => {
    const label = event.target.closest(".tree-label");
    if (!label) return;
    const moves = {
      ArrowDown: () => step(label, 1),
      ArrowUp: () => step(label, -1),
      ArrowRight: () => open(label, true),
      ArrowLeft: () => open(label, false),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });

  document.addEventListener("htmx:afterOnLoad", (event) => {
    const label = event.target.closest && event.target.closest(".tree-label");
    if (!label) return;
    label.closest(".tree").querySelectorAll("[aria-current]").forEach((other) => {
      other.removeAttribute("aria-current");
    });
    label.setAttribute("aria-current", "true");
    const fold = document.getElementById("tree-open"); // which shows the tree on a phone
    if (fold) fold.checked = false;
  });

  document.addEventListener("DOMContentLoaded", () => {
    const current = document.querySelector(".tree-scroll .tree-label[aria-current]");
    const box = current && current.closest(".tree-scroll");
    if (!box) return;
    const above = current.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += above - box.clientHeight / 2;
  });
})();
