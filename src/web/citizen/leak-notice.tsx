// What a person is told when their record was shown to somebody through whom data leaked: the five things that rule 7(1) of
// the DPDP Rules asks for. It names no fact of health: a number may have gone to somebody else.
// SPDX-License-Identifier: Apache-2.0
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { type LeakNotice, leakNoticesOf } from "../../modules/inquiries/index.js";
import { refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import type { CitizenDoor } from "./door.js";

export function leakNoticePages({ deps, get }: CitizenDoor): void {
  get("/people/:id/leak", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const own = await listBeneficiaries(deps, citizen.accountId);
    const id = own.find((one) => one.beneficiaryId === request.params["id"])?.beneficiaryId;
    const notices = id ? await leakNoticesOf(deps, [id]) : [];
    if (!id || notices.length === 0) return sendRefusal(request, reply, refused("NOT_FOUND"));
    return sendPage(request, reply, {
      title: t("citizen.leak.title"),
      back: `/${t.locale}/people`,
      children: (
        <>
          <h1>{t("citizen.leak.title")}</h1>
          <h2>{t("citizen.leak.what")}</h2>
          {notices.map(({ number, toldAt, awareAt }) => (
            <p key={number}>
              {t("citizen.leak.what.text", { toldAt: t.instant(toldAt), awareAt: t.instant(awareAt) })}
            </p>
          ))}
          <h2>{t("citizen.leak.means")}</h2>
          <p>{t("citizen.leak.means.text")}</p>
          <h2>{t("citizen.leak.measures")}</h2>
          <p>{t("citizen.leak.measures.text")}</p>
          <h2>{t("citizen.leak.do")}</h2>
          <ul>
            <li>{t("citizen.leak.do.code")}</li>
            <li>
              {t("citizen.leak.do.seen")} <a href={`/${t.locale}/record/${id}/seen`}>{t("citizen.notices.who")}</a>
            </li>
            <li>{t("citizen.leak.do.number")}</li>
          </ul>
          <h2>{t("citizen.leak.ask")}</h2>
          <p>
            {t("citizen.leak.ask.text", { number: notices.map(({ number }) => number).join(", ") })}{" "}
            <a href={`/${t.locale}/help`}>{t("citizen.leak.help")}</a>
          </p>
        </>
      ),
    });
  });
}

/** On the list of people: who of them it is about, with the way to the whole text. */
export function LeakNotices({ t, notices }: { t: Translate; notices: readonly LeakNotice[] }) {
  const ids = [...new Set(notices.map(({ beneficiaryId }) => beneficiaryId))];
  if (ids.length === 0) return null;
  return (
    <Banner kind="warning" title={t("citizen.leak.title")}>
      <ul class="sk-plain">
        {ids.map((id) => (
          <li key={id}>
            <a href={`/${t.locale}/people/${id}/leak`}>{t("citizen.leak.read")}</a>
          </li>
        ))}
      </ul>
    </Banner>
  );
}
