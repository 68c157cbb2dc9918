// Files that are too large are refused before they are sent, where the person looks; while the rest is under way, it
// is seen how far. A plain form without this file sends the same and is refused by the server with the same words; with
// data-plain the browser sends it in any case, and only the size is looked at.
//
// <form enctype="multipart/form-data" …><div class="drop" data-max="52428800" data-words-large="… is larger than 50 MB.">
//   <input type="file" multiple></div></form>

for (const drop of document.querySelectorAll(".drop[data-max]")) {
  const input = drop.querySelector("input[type=file]");
  const form = input.form;
  const problem = Object.assign(document.createElement("p"), { className: "error", hidden: true, id: `${input.id}_large` });
  problem.role = "alert";
  drop.after(problem);

  input.addEventListener("change", () => {
    const large = [...input.files].filter((file) => file.size > Number(drop.dataset.max));
    const words = large.map((file) => `“${file.name}” ${drop.dataset.wordsLarge ?? "is too large."}`).join(" ");
    problem.textContent = words;
    problem.hidden = !words;
    input.setCustomValidity(words);
    input.toggleAttribute("aria-invalid", false);
    if (words) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${problem.id}`.trim());
    }
  });

  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !input.files.length) return;
    // A form that checks nothing by itself would send it all the same.
    if (!input.validity.valid) {
      event.preventDefault();
      return input.focus();
    }
    // Sent by the browser: the page that answers goes on with its scripts.
    if ("plain" in drop.dataset) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    send(form, event.submitter, drop);
  });
}

// XMLHttpRequest, because fetch can't tell how much has gone out.
function send(form, submitter, drop) {
  const body = new FormData(form, submitter);
  if (submitter) Object.assign(submitter, { disabled: true, ariaBusy: "true" });
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  bar.ariaLabel = drop.dataset.wordsSending ?? "Sending";
  drop.append(bar);
  const request = new XMLHttpRequest();
  request.open("POST", submitter?.getAttribute("formaction") ?? form.action);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
  request.addEventListener("load", () => {
    // After a redirect the browser has followed it: go where it led. Otherwise the same page with its sentences.
    if (request.status < 400 && request.responseURL !== form.action) return location.assign(request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.addEventListener("error", () => {
    bar.remove();
    const problem = drop.nextElementSibling;
    problem.textContent = drop.dataset.wordsLost ?? "The connection broke. Nothing was sent; try again.";
    problem.hidden = false;
    delete form.dataset.sent;
    if (submitter) Object.assign(submitter, { disabled: false, ariaBusy: null });
  });
  request.send(body);
}
