// One person of the account: dose history, what is due, the certificate, and the way to "who saw this record".
// SPDX-License-Identifier: Apache-2.0
import { findAppointments } from "../../modules/appointments/index.js";
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { certificateText, downloadCertificate, findCertificateHolders } from "../../modules/certificates/index.js";
import { doseHistory } from "../../modules/vaccinations/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { refused } from "../../platform/errors.js";
import { Banner, ButtonLink, Empty, SummaryList, Table } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type CitizenDoor, doseName, productName } from "./door.js";
import { appointmentOf, appointmentRow, nextWords, PersonTag } from "./people.js";

export function personPages(door: CitizenDoor): void {
  const { deps, options } = door;

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
              <ButtonLink href={`/${t.locale}/people/${id}/certificate.pdf`}>
                {t("citizen.person.certificate.download")}
              </ButtonLink>
            ) : null}
            {!appointment && history.nextDue.state === "due" ? (
              <ButtonLink kind={holders.has(id) ? "secondary" : "primary"} href={`/${t.locale}/find`}>
                {t("citizen.people.find")}
              </ButtonLink>
            ) : null}
            <ButtonLink kind="secondary" href={`/${t.locale}/record/${id}/seen`}>
              {t("citizen.person.seen")}
            </ButtonLink>
          </div>
          {given && !holders.has(id) ? <Banner kind="info">{t("citizen.person.certificate.soon")}</Banner> : null}
          <h2>{t("citizen.person.doses")}</h2>
          {history.doses.length === 0 ? (
            <Empty>{t("citizen.person.doses.none")}</Empty>
          ) : (
            <Table
              caption={t("citizen.person.doses")}
              hiddenCaption
              columns={[
                t("citizen.dose.dose"),
                t("citizen.dose.on"),
                t("citizen.dose.vaccine"),
                t("citizen.dose.batch"),
                t("citizen.dose.place"),
              ].map((text) => ({ text }))}
              rows={history.doses.map((dose) => [
                dose.enteredInError
                  ? `${doseName(t, dose.doseNumber, dose.kind === "precaution")} – ${t("citizen.dose.error")}`
                  : doseName(t, dose.doseNumber, dose.kind === "precaution"),
                t.date(dose.givenOn),
                productName(dose.product),
                dose.lotNumber,
                dose.facilityName,
              ])}
            />
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

  door.get("/people/:id/certificate.pdf", async (request, reply, citizen) => {
    const own = await listBeneficiaries(deps, citizen.accountId);
    const id = request.params["id"] ?? "";
    if (!own.some((one) => one.beneficiaryId === id)) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const outcome = await downloadCertificate(deps, citizen.actor, id, {
      verifyAddress: `${options.origin}/${wordsOf(request).locale}/verify`,
    });
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return reply
      .header("Content-Disposition", `attachment; filename="${outcome.value.fileName}"`)
      .type("application/pdf")
      .send(Buffer.from(outcome.value.pdf));
  });

  door.get("/people/:id/certificate.txt", async (request, reply, citizen) => {
    const own = await listBeneficiaries(deps, citizen.accountId);
    const id = request.params["id"] ?? "";
    if (!own.some((one) => one.beneficiaryId === id)) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const outcome = await certificateText(deps, citizen.actor, id);
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return reply
      .header("Content-Disposition", 'attachment; filename="certificate.txt"')
      .type("text/plain; charset=utf-8")
      .send(`${outcome.value}\n`);
  });
}
