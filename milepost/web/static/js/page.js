// On every page: a form goes out once, an open menu closes, the reader is put where something has to be read.

// -- once: a second press while the first is under way does nothing --------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("data-many")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  const button = event.submitter;
  // Disabled only after the browser has read the button's name and value into what it sends.
  setTimeout(() => {
    if (button && form.dataset.sent) Object.assign(button, { disabled: true, ariaBusy: "true" });
  });
});

// Back, or a download that leaves the page standing: the form may go out again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) again(form);
});

function again(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

// -- menus: Escape and a press elsewhere close them ------------------------------------------------
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// -- focus: on the summary of what is wrong; on new content that htmx has brought -------------------
document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:afterSwap", (event) => event.target.querySelector("[data-focus]")?.focus());
// Forms with mistakes come back as 422 and are shown in their place, not thrown away.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
