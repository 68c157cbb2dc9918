// Nothing typed is ever lost. A form with data-autosave="URL" is sent there as it stands: when an input is left, and every
// five seconds while something has changed. [data-saved] says when. While the server can't be reached or the session is
// gone, a copy stays in this browser and is offered back the next time the same form is opened.
//
// <form data-autosave="/drafts/…/save" data-draft="drf_…" data-words-saved="Saved" data-words-kept="…" …>
//
// The server answers 2xx (kept; JSON {"saved": "12:04"} or nothing), anything else counts as not kept; a 409 says why in
// {"sentence": "…"}. What it answers is passed on as the event `autosave:kept`; before a copy is put back, the form hears
// `autosave:restore`, so that rows can be made for it.

const EVERY = 5000;

class NotKept extends Error {}

class Autosave {
  constructor(form) {
    this.form = form;
    this.place = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
    this.key = `milepost:${form.dataset.draft ?? location.pathname}:${location.pathname}`;
    this.kept = this.now();
    this.offer();
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("change", () => this.save());
    form.addEventListener("submit", () => this.copy());
    this.timer = setInterval(() => this.save(), EVERY);
    addEventListener("pagehide", () => this.changed() && this.copy());
    document.addEventListener("visibilitychange", () => document.hidden && this.save({ keepalive: true }));
  }

  // What stands in the form, as one line of text. Files are not kept, nor what the page put there: it differs each time.
  now() {
    const hidden = new Set([...this.form.querySelectorAll("[type=hidden]")].map((input) => input.name));
    const typed = [...new FormData(this.form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
    return JSON.stringify(typed);
  }

  changed() {
    return this.now() !== this.kept;
  }

  async save({ keepalive = false } = {}) {
    if (!this.changed() || this.under) return;
    const sent = this.now();
    this.under = true;
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: typed(this.form),
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
        redirect: "error", // a session that ended answers with a way to the login: that is not "saved"
        keepalive,
      });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new NotKept(told.sentence);
      this.kept = sent;
      localStorage.removeItem(this.key);
      this.say(`${this.form.dataset.wordsSaved ?? "Saved"} ${told.saved ?? time()}`);
      this.form.dispatchEvent(new CustomEvent("autosave:kept", { detail: told }));
    } catch (error) {
      this.copy();
      const words = this.form.dataset.wordsKept ?? "Not sent yet; a copy is kept in this browser.";
      this.say(error instanceof NotKept && error.message ? `${error.message} ${words}` : words, "polite");
    } finally {
      this.under = false;
    }
  }

  copy() {
    try {
      localStorage.setItem(this.key, this.now());
    } catch {
      // A browser that keeps nothing: the server's copy is all there is.
    }
  }

  // "Saved 12:04" is there to be looked up; that something is not saved is said aloud.
  say(words, aloud = "off") {
    if (!this.place || this.place.textContent === words) return;
    this.place.ariaLive = aloud;
    this.place.textContent = words;
  }

  // A copy that differs from what the server knows is offered, never put in by itself.
  offer() {
    let copy = null;
    try {
      copy = localStorage.getItem(this.key);
    } catch {
      return;
    }
    if (!copy) return;
    if (copy === this.kept) return localStorage.removeItem(this.key);
    const words = this.form.dataset;
    const note = document.createElement("div");
    note.className = "note warning";
    note.role = "status";
    const text = document.createElement("p");
    text.textContent = words.wordsOffer ?? "This browser kept something you typed here that did not reach us.";
    const box = document.createElement("div");
    box.className = "cluster";
    box.append(
      button(words.wordsRestore ?? "Put it back", () => (this.restore(JSON.parse(copy)), note.remove())),
      button(words.wordsForget ?? "Forget it", () => (localStorage.removeItem(this.key), note.remove())),
    );
    const all = document.createElement("div");
    all.className = "stack tight";
    all.append(text, box);
    note.append(all);
    this.form.prepend(note);
  }

  // Rows that are not there any more can't take their text back: it is shown, so that it can be copied by hand.
  restore(typed) {
    this.form.dispatchEvent(new CustomEvent("autosave:restore", { detail: typed }));
    const seen = new Map();
    const homeless = [];
    for (const input of this.form.querySelectorAll("[type=radio], [type=checkbox]")) input.checked = false;
    for (const [name, value] of typed) {
      const index = seen.get(name) ?? 0;
      seen.set(name, index + 1);
      const all = [...this.form.elements].filter((input) => input.name === name);
      const choice = all.find((input) => /radio|checkbox/.test(input.type) && input.value === value);
      if (choice) choice.checked = true;
      else if (all[index]) all[index].value = value;
      else if (value) homeless.push(value);
    }
    if (homeless.length) {
      const text = document.createElement("textarea");
      text.value = homeless.join("\n");
      text.setAttribute("aria-label", this.form.dataset.wordsOffer ?? "Kept in this browser");
      this.form.prepend(text);
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    this.save();
  }
}

// A file goes with the form alone, when the reader sends it.
function typed(form) {
  const body = new FormData(form);
  for (const input of form.querySelectorAll("[type=file]")) body.delete(input.name);
  return body;
}

function time() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function button(words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button", textContent: words });
  made.addEventListener("click", act);
  return made;
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
