// Requests of htmx that failed: a line at the foot of the page instead of silence.
(() => {
  let timer;

  const say = (kind) => {
    const toast = document.getElementById("toast");
    if (!toast) return;
    toast.textContent = toast.dataset[kind];
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, 6000);
  };

  document.addEventListener("htmx:responseError", (event) => {
    say(event.detail.xhr.status < 500 ? "refused" : "broken");
  });
  document.addEventListener("htmx:sendError", () => say("offline"));

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, dialog");
    const search = document.querySelector("input[type=search]");
    if (event.key !== "/" || typing || !search) return;
    event.preventDefault();
    search.focus();
  });
})();
