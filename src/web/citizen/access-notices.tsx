// What the holder of records is told about looks at them, on the page of their people: in full, behind the sign-in.
// SPDX-License-Identifier: Apache-2.0
import type { AccessNotice } from "../../modules/accesses/index.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Details } from "../components/index.js";

export function AccessNotices({ t, notices }: { t: Translate; notices: readonly AccessNotice[] }) {
  if (notices.length === 0) return null;
  return (
    <Details summary={t("citizen.notices.title", { count: notices.length })} open={notices.some(isUrgent)}>
      <ul>
        {notices.map(({ beneficiaryId, kind, organisation, at }) => (
          <li key={`${beneficiaryId} ${at.getTime()}`}>
            {t(`citizen.notices.${kind}` as MessageKey, { at: t.instant(at), organisation: organisation ?? "" })}{" "}
            <a href={`/${t.locale}/record/${beneficiaryId}/seen`}>{t("citizen.notices.who")}</a>
          </li>
        ))}
      </ul>
    </Details>
  );
}

function isUrgent({ kind }: AccessNotice): boolean {
  return kind !== "new-organisation";
}
