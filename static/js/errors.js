// Requests of htmx that failed: a line at the foot of the page instead of silence. An ended sign-in
// and a token of an earlier one are told above the form, which stays as it is and can be sent again.
(() => {
  let timer;
  let stale = false; // until something was saved, the page's token is fetched anew before sending

  const say = (kind) => {
    const toast = document.getElementById("toast");
    if (!toast) return;
    toast.textContent = toast.dataset[kind];
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { toast.hidden = true; }, 6000);
  };

  const notice = (html) => {
    const place = document.querySelector("dialog[open] #dialog-body")
      || document.getElementById("messages");
    place.querySelectorAll("[data-notice]").forEach((each) => each.remove());
    const title = place.querySelector("h1, h2");
    if (title) title.insertAdjacentHTML("afterend", html);
    else place.insertAdjacentHTML("afterbegin", html);
    place.querySelector("[data-notice]").scrollIntoView({ block: "nearest" });
  };

  const renew = async () => {
    const answer = await fetch(document.body.dataset.token);
    const token = await answer.text();
    if (!answer.ok) return;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => {
      input.value = token;
    });
  };

  // What a page asks by itself every other second tells nobody that it failed.
  const isQuiet = (event) => event.detail.elt.closest("[data-quiet]");

  document.addEventListener("htmx:responseError", (event) => {
    if (isQuiet(event)) return;
    const { status, responseText } = event.detail.xhr;
    stale ||= responseText.includes("data-notice");
    if (responseText.includes("data-notice")) notice(responseText);
    else say(status < 500 ? "refused" : "broken");
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (!stale || event.detail.verb === "get") return;
    event.preventDefault();
    renew().finally(() => event.detail.issueRequest(true));
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful) return;
    document.querySelectorAll("[data-notice]").forEach((each) => each.remove());
    if (detail.requestConfig.verb !== "get") stale = false;
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isQuiet(event)) say("offline");
  });
})();
