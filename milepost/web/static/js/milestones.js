// Send proposal, while one types: rows of milestones and deliverables are added, moved and removed without a new page, and
// what the server understood of the amounts stands beside them. Without this file the same buttons are sent to the server.

const form = document.querySelector("#wizard");
const list = form.querySelector("[data-milestones]");

// -- fields that only one answer needs: <div data-when="tax_treatment=standard"> -----------------------
const dependent = [...form.querySelectorAll("[data-when]")];
function showNeeded() {
  const answers = new FormData(form);
  for (const part of dependent) {
    const [name, value] = part.dataset.when.split("=");
    part.hidden = answers.get(name) !== value;
  }
}
if (dependent.length) {
  showNeeded();
  form.addEventListener("change", showNeeded);
  form.addEventListener("input", showNeeded);
}

// -- rows ---------------------------------------------------------------------------------------------
// The numbers in names only say what belongs together; the order is that of the page. So nothing is renumbered but
// what is read.
let next = 1000;

function made(kind, milestone, deliverable = next++) {
  const html = form.querySelector(`template[data-new=${kind}]`).innerHTML;
  const holder = document.createElement("template");
  holder.innerHTML = html.replaceAll("__m__", milestone).replaceAll("__d__", deliverable);
  return holder.content.firstElementChild;
}

const kindOf = (row) => (row.hasAttribute("data-milestone") ? "milestone" : "deliverable");
const rowsOf = (parent, kind) => [...parent.querySelectorAll(`[data-${kind}]`)];

function renumber() {
  const rows = rowsOf(list, "milestone");
  rows.forEach((row, index) => {
    for (const place of row.querySelectorAll("header [data-number]")) place.textContent = index + 1;
    row.querySelector("[data-act=up]")?.toggleAttribute("hidden", index === 0);
    row.querySelector("[data-act=down]")?.toggleAttribute("hidden", index === rows.length - 1);
    rowsOf(row, "deliverable").forEach((item, place) => {
      for (const number of item.querySelectorAll("[data-number]")) number.textContent = place + 1;
    });
  });
}

function changed(focus) {
  renumber();
  focus?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

const firstInput = (row) => row?.querySelector("input:not([type=hidden])");

const acts = {
  "add-milestone": () => {
    const row = made("milestone", next++);
    list.append(row);
    changed(firstInput(row));
  },
  "add-deliverable": (button) => {
    const milestone = button.closest("[data-milestone]");
    const row = made("deliverable", milestone.querySelector("input").name.split(".")[1]);
    milestone.querySelector("[data-deliverables]").append(row);
    changed(firstInput(row));
  },
  up: (button) => move(button, (row) => row.previousElementSibling?.matches("[data-milestone]") && row.previousElementSibling.before(row)),
  down: (button) => move(button, (row) => row.nextElementSibling?.matches("[data-milestone]") && row.nextElementSibling.after(row)),
  remove: (button) => remove(button.closest("[data-deliverable], [data-milestone]")),
};

function move(button, go) {
  const row = button.closest("[data-milestone]");
  go(row);
  renumber();
  changed(button.hidden ? firstInput(row) : button);
}

// Removed at once; for ten seconds, or while the focus is on it, there is a way back.
function remove(row) {
  const words = list.dataset;
  const note = document.createElement("div");
  note.className = "note";
  note.role = "status";
  const text = document.createElement("p");
  text.textContent = words.wordsRemoved;
  const undo = document.createElement("button");
  Object.assign(undo, { type: "button", className: "button plain", textContent: words.wordsUndo });
  const line = document.createElement("div");
  line.className = "cluster";
  line.append(text, undo);
  note.append(line);
  row.replaceWith(note);
  const goAway = () => (note.matches(":focus-within, :hover") ? setTimeout(goAway, 2000) : note.remove());
  setTimeout(goAway, 10000);
  undo.addEventListener("click", () => {
    note.replaceWith(row);
    changed(firstInput(row));
  });
  changed(undo);
}

if (list) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    event.preventDefault();
    acts[button.dataset.act](button);
  });

  // A copy that this browser kept may have rows that the page has not.
  form.addEventListener("autosave:restore", ({ detail: typed }) => {
    for (const [name] of typed) {
      const found = /^milestones\.(\d+)\.(?:deliverables\.(\d+)\.)?title$/.exec(name);
      if (!found || form.elements.namedItem(name)) continue;
      const milestone = form.elements.namedItem(`milestones.${found[1]}.title`)?.closest("[data-milestone]");
      if (!milestone) list.append(made("milestone", found[1]));
      else if (found[2]) milestone.querySelector("[data-deliverables]").append(made("deliverable", found[1], found[2]));
      next = Math.max(next, Number(found[1]) + 1, Number(found[2] ?? 0) + 1);
    }
    renumber();
  });

  // What the server understood. Parts that are being read by a screen reader change only when they say something new.
  form.addEventListener("autosave:kept", ({ detail: told }) => {
    rowsOf(list, "milestone").forEach((row, index) => {
      row.querySelector("[data-understood]").textContent = told.understood?.[index] ?? "";
    });
  });
}

form.addEventListener("autosave:kept", ({ detail: told }) => {
  for (const [name, html] of Object.entries(told.parts ?? {})) {
    const part = document.querySelector(`[data-part=${name}]`);
    if (part && part.dataset.html !== html) replace(part, html);
  }
});

// What has been chosen in it meanwhile, and the focus, stay.
function replace(part, html) {
  const inputs = [...part.querySelectorAll("select")].map((input) => [input.id, input.value]);
  const focus = part.contains(document.activeElement) && document.activeElement.id;
  part.innerHTML = html;
  part.dataset.html = html;
  for (const [id, value] of inputs) {
    const input = document.getElementById(id);
    if (input && [...input.options].some((option) => option.value === value)) input.value = value;
  }
  if (focus) document.getElementById(focus)?.focus();
}
