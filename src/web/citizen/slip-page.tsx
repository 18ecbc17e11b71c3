// The slip as a page: when and where, and for each person the security code that only they should know.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import type { AppointmentView, Slip } from "../../modules/appointments/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner, ButtonLink, Card, Cards, SummaryList, Tag } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { type CitizenRequest, doseName } from "./door.js";
import { feeWords } from "./find-results.js";

export function whenWords(t: Translate, one: AppointmentView): string {
  return t("citizen.appointment.when", { date: t.date(one.heldOn), from: one.startsAt, to: one.endsAt });
}

interface SlipPageFacts {
  appointment: AppointmentView;
  names: ReadonlyMap<string, { name: string }>;
  slips: readonly Slip[];
  today: string;
}

const tags = { booked: "blue", "checked-in": "amber", completed: "green", cancelled: "red", moved: "grey" } as const;

export function slipPage(
  request: CitizenRequest,
  reply: FastifyReply,
  { appointment, names, slips, today }: SlipPageFacts,
): FastifyReply {
  const t = wordsOf(request);
  const path = `/${t.locale}/appointments/${appointment.appointmentId}`;
  const isOpen = slips.length > 0;
  const isAhead = appointment.heldOn >= today;
  return sendPage(request, reply, {
    title: t("citizen.slip.title"),
    back: `/${t.locale}/people`,
    children: (
      <>
        <h1>{t("citizen.slip.title")}</h1>
        {appointment.sessionCancelled ? <Banner kind="warning">{t("citizen.slip.sessionCancelled")}</Banner> : null}
        {isOpen && !isAhead ? <Banner kind="warning">{t("citizen.slip.missed")}</Banner> : null}
        <SummaryList
          rows={[
            { key: t("citizen.appointment.date"), value: whenWords(t, appointment) },
            {
              key: t("citizen.appointment.place"),
              value: `${appointment.facilityName}, ${appointment.facilityAddress}, ${t.place(appointment.districtName)}, ${t.place(appointment.stateName)}, ${appointment.pincode}`,
            },
            {
              key: t("citizen.find.product"),
              value: `${productName(appointment.product)}, ${doseName(t, appointment.doseNumber, appointment.pool === "precaution")}`,
            },
            {
              key: t("citizen.find.fee"),
              value: feeWords(t, appointment.feeRupees),
            },
          ]}
        />
        <h2>{t("citizen.slip.people")}</h2>
        <Cards>
          {appointment.people.map(({ beneficiaryId, status }) => {
            const slip = slips.find((one) => one.beneficiaryId === beneficiaryId);
            return (
              <Card
                key={beneficiaryId}
                title={names.get(beneficiaryId)?.name ?? ""}
                meta={<Tag kind={tags[status]}>{t(`citizen.slip.status.${status}`)}</Tag>}
              >
                {slip && isAhead ? (
                  <>
                    <p>
                      {t("citizen.slip.code")}
                      <br />
                      <span class="sk-code">{slip.securityCode}</span>
                    </p>
                    <p>
                      <a href={`${path}/people/${beneficiaryId}/slip.pdf`}>
                        {t("citizen.slip.pdf")} <span class="sk-hidden">{names.get(beneficiaryId)?.name}</span>
                      </a>
                    </p>
                  </>
                ) : null}
              </Card>
            );
          })}
        </Cards>
        {isOpen && isAhead ? <p>{t("citizen.slip.secret")}</p> : null}
        {isOpen ? (
          <div class="sk-actions">
            <ButtonLink
              kind="secondary"
              href={`/${t.locale}/find?${new URLSearchParams({ pincode: String(appointment.pincode), move: appointment.appointmentId })}`}
            >
              {t("citizen.slip.move")}
            </ButtonLink>
            {isAhead ? (
              <ButtonLink kind="secondary" href={`${path}/cancel`}>
                {t("citizen.slip.cancel")}
              </ButtonLink>
            ) : null}
          </div>
        ) : null}
      </>
    ),
  });
}
