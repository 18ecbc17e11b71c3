// The form behind a passkey: one button. The script fills the two hidden fields with the device's answer.
// SPDX-License-Identifier: Apache-2.0
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner } from "../components/index.js";

interface PasskeyFormProps {
  t: Translate;
  kind: "create" | "get";
  action: string;
  optionsUrl: string;
  button: string;
  whatToDo: string;
}

export function PasskeyForm({ t, kind, action, optionsUrl, button, whatToDo }: PasskeyFormProps) {
  return (
    <>
      <form method="post" action={action} data-passkey={kind} data-options={optionsUrl}>
        <input type="hidden" name="challengeId" value="" />
        <input type="hidden" name="response" value="" />
        <button class="sk-button sk-button--primary" type="submit">
          {button}
        </button>
      </form>
      <div data-passkey-failed hidden tabIndex={-1} role="alert">
        <Banner kind="warning" title={t("staff.passkey.failed.title")}>
          <p>{whatToDo}</p>
        </Banner>
      </div>
      <div data-passkey-unsupported hidden>
        <Banner kind="warning">
          <p>{t("staff.passkey.unsupported")}</p>
        </Banner>
      </div>
      <noscript>
        <Banner kind="warning">
          <p>{t("staff.passkey.needsScript")}</p>
        </Banner>
      </noscript>
    </>
  );
}
