// Requests of htmx that failed: a line at the foot of the page instead of silence.
(() => {
  const toast = document.getElementById("toast");
  if (!toast) return;
  let timer;

  const say = (text) => {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, 6000);
  };

  document.addEventListener("htmx:responseError", (event) => {
    const refused = event.detail.xhr.status < 500;
    say(refused ? toast.dataset.refused : toast.dataset.broken);
  });
  document.addEventListener("htmx:sendError", () => say(toast.dataset.offline));

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    const search = document.querySelector("input[type=search]");
    if (event.key !== "/" || typing || !search) return;
    event.preventDefault();
    search.focus();
  });
})();
