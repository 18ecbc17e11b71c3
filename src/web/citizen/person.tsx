// One person of the account: dose history, what is due, the certificate, and the way to "who saw this record".
// SPDX-License-Identifier: Apache-2.0

import { findAppointments } from "../../modules/appointments/index.js";
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { findCertificateHolders } from "../../modules/certificates/index.js";
import { type DoseHistory, doseHistory } from "../../modules/vaccinations/index.js";
import { addDays, dateInIndia } from "../../platform/clock.js";
import { refused } from "../../platform/errors.js";
import { Banner, ButtonLink, Card, Cards, Empty, SummaryList, Tag } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { type CitizenDoor, doseName } from "./door.js";
import { appointmentOf, appointmentRow, nextWords, PersonTag } from "./people.js";

const bookableDays = 28;

export function personPages(door: CitizenDoor): void {
  const { deps } = door;

  door.get("/people/:id", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const person = (await listBeneficiaries(deps, citizen.accountId)).find(
      (one) => one.beneficiaryId === request.params["id"],
    );
    if (!person) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const id = person.beneficiaryId;
    const [histories, appointments, holders] = await Promise.all([
      doseHistory(deps, citizen.actor, [id]),
      findAppointments(deps, citizen.accountId),
      findCertificateHolders(deps, [id]),
    ]);
    if (!histories.ok) return sendRefusal(request, reply, histories);
    const history = histories.value[0]!;
    const today = dateInIndia(deps.clock());
    const appointment = appointmentOf(appointments, id, today);
    const given = history.doses.some((dose) => !dose.enteredInError);
    return sendPage(request, reply, {
      title: t("citizen.person.title"),
      back: `/${t.locale}/people`,
      children: (
        <>
          <h1 translate={false}>{history.name}</h1>
          <p>
            <PersonTag t={t} history={history} />
          </p>
          <SummaryList
            rows={[
              { key: t("citizen.person.reference"), value: String(person.referenceId) },
              { key: t("citizen.register.birthYear"), value: String(history.birthYear) },
              { key: t("citizen.person.next"), value: nextWords(t, history, today) },
              ...appointmentRow(t, appointment),
            ]}
          />
          <div class="sk-actions">
            {holders.has(id) ? (
              <ButtonLink href={`/${t.locale}/people/${id}/certificate`}>{t("citizen.person.certificate")}</ButtonLink>
            ) : null}
            {!appointment && isDueSoon(history, today) ? (
              <ButtonLink kind={holders.has(id) ? "secondary" : "primary"} href={`/${t.locale}/find`}>
                {t("citizen.people.find")}
              </ButtonLink>
            ) : null}
            <ButtonLink kind="secondary" href={`/${t.locale}/record/${id}/seen`}>
              {t("citizen.person.seen")}
            </ButtonLink>
            <ButtonLink kind="secondary" href={`/${t.locale}/people/${id}/data`}>
              {t("citizen.data.title")}
            </ButtonLink>
            <ButtonLink kind="secondary" href={`/${t.locale}/people/${id}/correct`}>
              {t("citizen.correct.title")}
            </ButtonLink>
          </div>
          {given && !holders.has(id) ? <Banner kind="info">{t("citizen.person.certificate.soon")}</Banner> : null}
          <h2>{t("citizen.person.doses")}</h2>
          {history.doses.length === 0 ? (
            <Empty>{t("citizen.person.doses.none")}</Empty>
          ) : (
            <Cards>
              {history.doses.map((dose) => (
                <Card
                  key={dose.vaccinationId}
                  title={doseName(t, dose.doseNumber, dose.kind === "precaution")}
                  meta={dose.enteredInError ? <Tag kind="red">{t("citizen.dose.error")}</Tag> : t.date(dose.givenOn)}
                >
                  <p>
                    <strong>{productName(dose.product)}</strong>
                    {` · ${t("citizen.dose.batch", { lot: dose.lotNumber })}`}
                    {dose.enteredInError ? ` · ${t.date(dose.givenOn)}` : null}
                  </p>
                  <p>{dose.facilityName}</p>
                </Card>
              ))}
            </Cards>
          )}
          {history.doses.length === 0 && !appointment ? (
            <p>
              <a href={`/${t.locale}/people/${id}/remove`}>{t("citizen.person.remove")}</a>
            </p>
          ) : null}
        </>
      ),
    });
  });
}

/** Sessions are published a few weeks ahead; before that there is nothing to book. */
function isDueSoon({ nextDue }: DoseHistory, today: string): boolean {
  return nextDue.state === "due" && nextDue.from <= addDays(today, bookableDays);
}
