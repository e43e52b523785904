// Asks the browser for a passkey, or to make one, and sends its answer with the form of the button that was pressed.
(() => {
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (each) => ({ ...each, id: decode(each.id) });
  const isAble = window.isSecureContext && window.PublicKeyCredential;

  // As JSON has no bytes, what is bytes comes and goes as base64url.
  function read(given) {
    const options = { ...given, challenge: decode(given.challenge) };
    if (given.user) options.user = named(given.user);
    for (const list of ["excludeCredentials", "allowCredentials"]) if (given[list]) options[list] = given[list].map(named);
    return options;
  }

  function write(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[part]) response[part] = encode(credential.response[part]);
    const { id, type } = credential;
    return JSON.stringify({ id, rawId: encode(credential.rawId), type, response, clientExtensionResults: {} });
  }

  async function ask(button) {
    const { options, passkey } = button.dataset;
    const sent = new URLSearchParams({ csrf_token: button.form.elements.csrf_token.value });
    const answer = await fetch(options, { method: "POST", body: sent, redirect: "error" }).catch(() => null);
    if (!answer?.ok) return { problem: button.dataset.stale };
    try {
      return { credential: await navigator.credentials[passkey]({ publicKey: read(await answer.json()) }) };
    } catch (error) {
      return { problem: error.name === "InvalidStateError" ? button.dataset.exists : button.dataset.failed };
    }
  }

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const { form, dataset } = button;
    const status = form.querySelector("[data-passkey-status]");
    if (!isAble) {
      status.textContent = dataset.missing;
      continue;
    }
    status.textContent = "";
    button.hidden = false;
    button.addEventListener("click", async (event) => {
      // Sent without a name, the form comes back with what is wrong, before the device has made anything.
      const name = form.elements.name;
      if (name && !name.value.trim()) return;
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      button.setAttribute("aria-disabled", "true");
      status.textContent = "";
      const { credential, problem } = await ask(button);
      button.removeAttribute("aria-disabled");
      if (credential) {
        form.elements.answer.value = write(credential);
        form.requestSubmit(button);
      } else status.textContent = problem;
    });
  }
})();
