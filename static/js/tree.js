// Arrow keys in a tree: up and down through what is visible, right opens, left closes or goes up. A
// tree of links is one stop for Tab, the row last stood on; without scripts every link is one.
(() => {
  const STOP = ".tree-label, .tree-gap a";

  const stops = (tree) =>
    [...tree.querySelectorAll(STOP)].filter((label) => label.checkVisibility());

  const rove = (tree, label) => {
    tree.querySelectorAll(`${STOP}, .tree-menu, .tree-map, .tree-toggle`).forEach((each) => {
      each.tabIndex = -1;
    });
    label.tabIndex = 0;
    label.parentElement.querySelectorAll(".tree-menu, .tree-map").forEach((each) => {
      each.tabIndex = 0;
    });
  };

  const prepare = () => document.querySelectorAll(".tree:has(a.tree-label)").forEach((tree) => {
    const seen = stops(tree);
    const stood = "[tabindex='0']";
    const wanted = seen.find((each) => each === document.activeElement)
      || seen.find((each) => each.matches(stood))
      || tree.querySelector(".tree-label[aria-current]")
      || tree.querySelector("a.tree-label");
    rove(tree, wanted);
  });

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
    const label = event.target.closest(STOP);
    if (!label || !label.closest(".tree")) return;
    const all = stops(label.closest(".tree"));
    const moves = {
      Home: () => all[0].focus(),
      End: () => all.at(-1).focus(),
      ArrowDown: () => step(label, 1),
      ArrowUp: () => step(label, -1),
      ArrowRight: () => open(label, true),
      ArrowLeft: () => open(label, false),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });

  document.addEventListener("focusin", (event) => {
    const label = event.target.closest("a.tree-label, .tree-gap a");
    const tree = label && label.closest(".tree");
    if (tree) rove(tree, label);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.closest?.(".tree")) prepare();
  }, true); // "toggle" does not bubble
  document.addEventListener("htmx:load", prepare);
  document.addEventListener("DOMContentLoaded", prepare);

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
