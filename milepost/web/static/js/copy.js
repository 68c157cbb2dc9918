// What has to be typed into a bank is copied by a press. Without this file the buttons are not there: one selects.
//
// <button type="button" data-copy="SE45…" data-words-copied="Copied" aria-label="Copy the IBAN" hidden>…</button>

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const said = Object.assign(document.createElement("span"), { className: "copied small", role: "status" });
      button.before(said);
      said.textContent = button.dataset.wordsCopied;
      setTimeout(() => said.remove(), 2000);
    });
  }
}
