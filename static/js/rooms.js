// 房态图: arrow keys go from room to room as they stand on the page, and the map is one stop for
// Tab; without scripts every room is one. Buttons that print are shown, because they need a script.
(() => {
  const ROOMS = ".sections td > a";
  const all = () => [...document.querySelectorAll(ROOMS)];

  const rove = (room) => {
    all().forEach((each) => {
      each.tabIndex = each === room ? 0 : -1;
    });
  };

  const prepare = () => {
    const rooms = all();
    if (rooms.length) rove(rooms.find((each) => each === document.activeElement) || rooms[0]);
    document.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
    });
  };

  const middle = (box) => ({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });

  // The nearest room straight ahead: along is how far it is, aside how far from the way.
  const ahead = (room, key) => {
    const from = room.getBoundingClientRect();
    const here = middle(from);
    const found = all().map((each) => {
      const there = middle(each.getBoundingClientRect());
      const right = there.x - here.x;
      const down = there.y - here.y;
      const ways = {
        ArrowRight: [right, down, from.height],
        ArrowLeft: [-right, down, from.height],
        ArrowDown: [down, right, from.width],
        ArrowUp: [-down, right, from.width],
      };
      const [along, aside, wide] = ways[key];
      return { each, along, fits: along > 1 && Math.abs(aside) < wide / 2 };
    }).filter((one) => one.fits);
    return found.sort((one, other) => one.along - other.along)[0]?.each;
  };

  document.addEventListener("keydown", (event) => {
    const room = event.target.closest?.(ROOMS);
    if (!room || !event.key.startsWith("Arrow") || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    ahead(room, event.key)?.focus();
  });

  document.addEventListener("focusin", (event) => {
    const room = event.target.closest?.(ROOMS);
    if (room) rove(room);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("htmx:load", prepare);
  document.addEventListener("DOMContentLoaded", prepare);
})();
