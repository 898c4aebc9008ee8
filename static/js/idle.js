// When a sign-in has ended by itself its pages go too, for what they show is people's data. A page
// on which somebody has typed stays: it can be sent once they are signed in again.
(() => {
  const { idle, alive } = document.body.dataset;
  const wait = Number(idle) * 1000;
  if (!wait) return;
  const minute = 60000;
  let due = Date.now() + wait;
  let typed = false;

  const isQuiet = (element) => element.closest("[data-quiet]");

  document.addEventListener("input", (event) => {
    if (!isQuiet(event.target)) typed = true;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (isQuiet(event.detail.elt)) return;
    due = Date.now() + wait;
    if (event.detail.successful) typed = false;
  });

  const look = async () => {
    if (typed || Date.now() < due) return;
    due = Date.now() + minute; // another tab may keep the sign-in
    const how = { headers: { "X-Watching": "1" }, redirect: "manual" };
    const answer = await fetch(alive, how).catch(() => null);
    if (answer?.type === "opaqueredirect") location.replace(location.pathname + location.search);
  };
  setInterval(look, Math.min(wait, minute / 2));
})();
