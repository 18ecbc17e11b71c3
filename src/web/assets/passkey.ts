// Passkeys in the browser: asks the server for a challenge, the device for an answer, and posts the form.
// A form with data-passkey="create" enrols; with data-passkey="get" it signs in.
// SPDX-License-Identifier: Apache-2.0
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";

const form = document.querySelector<HTMLFormElement>("form[data-passkey]");
const failed = document.querySelector<HTMLElement>("[data-passkey-failed]");
const unsupported = document.querySelector<HTMLElement>("[data-passkey-unsupported]");

async function answer(form: HTMLFormElement): Promise<void> {
  const reply = await fetch(form.dataset["options"] ?? "", { method: "POST", headers: { Accept: "application/json" } });
  // A refusal is a page of its own: the form shows it when it is posted without an answer.
  if (!reply.ok) return form.submit();
  const { challengeId, options } = await reply.json();
  const response =
    form.dataset["passkey"] === "create"
      ? await startRegistration({ optionsJSON: options })
      : await startAuthentication({ optionsJSON: options });
  field(form, "challengeId").value = challengeId;
  field(form, "response").value = JSON.stringify(response);
  form.submit();
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

if (form && browserSupportsWebAuthn()) {
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (failed) failed.hidden = true;
    if (button) button.disabled = true;
    answer(form).catch(() => {
      // Cancelled, timed out, or no passkey on this device: the words on the page say what to do.
      if (button) button.disabled = false;
      if (!failed) return;
      failed.hidden = false;
      failed.focus();
    });
  });
} else if (unsupported) {
  unsupported.hidden = false;
}
