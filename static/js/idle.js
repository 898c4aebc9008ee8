// When a sign-in has ended by itself its pages go too, for what they show is people's data. A page
// on which something typed was not sent yet stays: it can be sent once they are signed in again.
(() => {
  const { idle, alive } = document.body.dataset;
  const wait = Number(idle) * 1000;
  if (!wait) return;
  const minute = 60000;
  const fields = "form[method=post]:not([role=search]) :is(input, select, textarea)";
  const noWork = "[data-quiet], [data-tick], [data-tick-all], [data-all-matching]";
  let due = Date.now() + wait;

  const differs = (field) => {
    if (field.tagName === "SELECT") {
      const chosen = [...field.options].filter((option) => option.defaultSelected).pop();
      return field.selectedIndex !== (chosen ? chosen.index : 0);
    }
    if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  const isTyped = (field) => (
    field.getClientRects().length > 0 && !field.closest(noWork) && differs(field)
  );

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.elt.closest("[data-quiet]")) due = Date.now() + wait;
  });

  const look = async () => {
    if (Date.now() < due || [...document.querySelectorAll(fields)].some(isTyped)) return;
    due = Date.now() + minute; // another tab may keep the sign-in
    const how = { headers: { "X-Watching": "1" }, redirect: "manual" };
    const answer = await fetch(alive, how).catch(() => null);
    if (answer?.type === "opaqueredirect") location.replace(location.pathname + location.search);
  };
  setInterval(look, Math.min(wait, minute / 2));
})();
