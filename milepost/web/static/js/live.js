// A page that waits for somebody asks now and then whether something has happened: #live is fetched again with the mark
// of what it shows; 304 means nothing has. A hidden page does not ask. Without this file: reload the page.
const live = () => document.getElementById("live");

document.addEventListener("htmx:beforeRequest", (event) => {
  const polls = event.target.id === "live" && event.detail.requestConfig.verb === "get";
  if (polls && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
});

// What has changed is said once, for those who can't see it change.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = document.querySelector(".notes");
  if (event.target.id !== "live" || !place || !live()?.dataset.wordsChanged) return;
  const note = Object.assign(document.createElement("p"), { className: "unseen", textContent: live().dataset.wordsChanged });
  place.replaceChildren(note);
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && live()) live().dispatchEvent(new Event("seen"));
});
