// A one-time link, shown on the answer to a form and nowhere else: it is worth a passkey, so it is neither stored nor
// put into an address that stays in a history.
// SPDX-License-Identifier: Apache-2.0
import encodeQR from "qr";
import type { Invitation } from "../../modules/staff/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner, ButtonLink } from "../components/index.js";
import type { OfficerDoor } from "./door.js";

/** Where a one-time link leads. Passkeys need a name, so on this machine it is localhost (see `relyingPartyOf`). */
export function enrolmentUrl(origin: string, locale: string, token: string): string {
  return `${origin.replace(/^http:\/\/(127\.0\.0\.1|\[::1\])(?=:|$)/, "http://localhost")}/${locale}/staff/enrol/${token}`;
}

export function oneTimeLink(t: Translate, door: OfficerDoor, invitation: Invitation) {
  const url = enrolmentUrl(door.options.origin, t.locale, invitation.token);
  const picture = `data:image/svg+xml;base64,${Buffer.from(encodeQR(url, "svg")).toString("base64")}`;
  return {
    title: t("officer.staff.link.title"),
    children: (
      <>
        <h1>{t("officer.staff.link.title")}</h1>
        <p class="sk-lead">{t("officer.staff.link.lead")}</p>
        <p>
          <code>{url}</code>
        </p>
        <p>
          <img class="sk-qr" src={picture} alt={t("officer.staff.link.qr")} width="220" height="220" />
        </p>
        <Banner kind="warning">
          <p>{t("officer.staff.link.once", { until: t.instant(invitation.expiresAt) })}</p>
        </Banner>
        <ButtonLink kind="secondary" href={`/${t.locale}/officer/staff`}>
          {t("officer.staff.toList")}
        </ButtonLink>
      </>
    ),
  };
}
