// Logging in with a passkey, and adding one. The server's options are JSON with base64url, browsers want bytes.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, fields, form) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(address, { method: "POST", body });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail);
  return found;
}

function asJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

function decoded(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list || []) one.id = bytes(one.id);
  }
  return options;
}

async function run(element, form, fields, ceremony, extra) {
  const problem = document.getElementById("passkey-error");
  problem.textContent = "";
  try {
    const options = decoded(await post(element.dataset.options, fields, form));
    const credential = await ceremony({ publicKey: options });
    const done = await post(element.dataset.done, { ...extra, credential: asJson(credential) }, form);
    location.assign(done.next);
  } catch (error) {
    problem.textContent = error.message;
  }
}

const button = document.getElementById("passkey");
if (button && window.PublicKeyCredential) {
  const form = document.getElementById("log-in");
  button.hidden = false;
  button.addEventListener("click", () =>
    run(button, form, {}, (o) => navigator.credentials.get(o), { next: form.elements.next.value }));
}
const adding = document.getElementById("add-passkey");
if (adding) {
  adding.addEventListener("submit", (event) => {
    event.preventDefault();
    run(adding, adding, { password: adding.elements.password.value }, (o) => navigator.credentials.create(o), {});
  });
}
