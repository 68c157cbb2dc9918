// Passkeys: a form with `data-passkey` asks the browser for one when it is sent, and carries what the browser answers.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// What the server sends in letters, the browser wants in bytes; and the other way round.
const inBytes = (credential) => ({ ...credential, id: bytes(credential.id) });
function asked({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (options[list]) options[list] = options[list].map(inBytes);
  }
  return { publicKey: options };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function options(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  const response = await fetch(form.dataset.challenge, { method: "POST", body });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
    // It wants to know first that it is they, or was asked too often: the page itself says which.
    if (response.ok) location.reload();
    throw new Error(`no challenge: ${response.status}`);
  }
  return response.json();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button[type=submit]");
  const said = form.querySelector("[role=alert]");
  const say = (words) => Object.assign(said, { textContent: words, hidden: !words });
  if (!window.PublicKeyCredential) {
    say(form.dataset.wordsNone);
    continue;
  }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    try {
      const make = form.dataset.passkey === "create";
      const publicKey = asked(await options(form));
      const credential = await (make ? navigator.credentials.create(publicKey) : navigator.credentials.get(publicKey));
      form.querySelector("[data-answer]").value = JSON.stringify(answered(credential));
      // Not `requestSubmit`: this listener has had its turn.
      form.submit();
    } catch {
      say(form.dataset.wordsStopped);
      button.disabled = false;
    }
  });
}
