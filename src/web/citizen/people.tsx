// The people of an account: one card each with what is next, and their removal. Nobody else's person is found here.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { listAccessNotices } from "../../modules/accesses/index.js";
import { type AppointmentView, findAppointments } from "../../modules/appointments/index.js";
import { listBeneficiaries, mostPeople, removeBeneficiary } from "../../modules/beneficiaries/index.js";
import { findCertificateHolders } from "../../modules/certificates/index.js";
import { leakNoticesOf } from "../../modules/inquiries/index.js";
import { type DoseHistory, doseHistory } from "../../modules/vaccinations/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import {
  Banner,
  Button,
  ButtonLink,
  Card,
  Cards,
  Form,
  SummaryList,
  type SummaryRow,
  Tag,
} from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { AccessNotices } from "./access-notices.js";
import { type CitizenDoor, type CitizenRequest, doseName, queryText, seeOther } from "./door.js";
import { LeakNotices } from "./leak-notice.js";
import type { Citizen } from "./sign-in-guard.js";

const doneMessages = ["registered", "removed", "cancelled", "moved"] as const;

export function peoplePages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/people", (request, reply, citizen) => peoplePage(door, request, reply, citizen));

  door.get("/people/:id/remove", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const own = await listBeneficiaries(deps, citizen.accountId);
    const person = own.find((one) => one.beneficiaryId === request.params["id"]);
    if (!person) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const back = `/${t.locale}/people/${person.beneficiaryId}`;
    return sendPage(request, reply, {
      title: t("citizen.remove.title"),
      back,
      children: (
        <>
          <h1>{t("citizen.remove.title")}</h1>
          <p>{t("citizen.remove.text", { reference: String(person.referenceId) })}</p>
          <Form action={`/${t.locale}/people/${person.beneficiaryId}/remove`}>
            <Button kind="warning">{t("citizen.remove.button")}</Button>
          </Form>
          <p>
            <a href={back}>{t("citizen.remove.keep")}</a>
          </p>
        </>
      ),
    });
  });

  door.post("/people/:id/remove", async (request, reply, citizen) => {
    const outcome = await removeBeneficiary(deps, citizen.actor, request.params["id"] ?? "");
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/people?done=removed`);
  });
}

async function peoplePage(
  { deps }: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const people = await listBeneficiaries(deps, citizen.accountId);
  const ids = people.map((one) => one.beneficiaryId);
  const [histories, appointments, holders, notices, leaks] = await Promise.all([
    doseHistory(deps, citizen.actor, ids),
    findAppointments(deps, citizen.accountId),
    findCertificateHolders(deps, ids),
    listAccessNotices(deps, ids),
    leakNoticesOf(deps, ids),
  ]);
  if (!histories.ok) return sendRefusal(request, reply, histories);
  const today = dateInIndia(deps.clock());
  const references = new Map(people.map((one) => [one.beneficiaryId, one.referenceId]));
  const said = doneMessages.find((one) => one === queryText(request, "done"));
  return sendPage(request, reply, {
    title: t("citizen.people.title"),
    children: (
      <>
        {said ? <Banner kind="success">{t(`citizen.people.done.${said}`)}</Banner> : null}
        <h1>{t("citizen.people.title")}</h1>
        <LeakNotices t={t} notices={leaks} />
        <AccessNotices t={t} notices={notices} />
        <p>
          {people.length === 0
            ? t("citizen.people.none")
            : t("citizen.people.count", { count: people.length, most: mostPeople })}
        </p>
        <Cards>
          {histories.value.map((history) => {
            const appointment = appointmentOf(appointments, history.beneficiaryId, today);
            return (
              <Card
                key={history.beneficiaryId}
                title={history.name}
                href={`/${t.locale}/people/${history.beneficiaryId}`}
                meta={<PersonTag t={t} history={history} />}
              >
                <SummaryList
                  rows={[
                    { key: t("citizen.person.reference"), value: String(references.get(history.beneficiaryId)) },
                    { key: t("citizen.person.next"), value: nextWords(t, history, today) },
                    ...appointmentRow(t, appointment),
                    ...(holders.has(history.beneficiaryId) ? [certificateRow(t, history.beneficiaryId)] : []),
                  ]}
                />
              </Card>
            );
          })}
        </Cards>
        <div class="sk-actions">
          {people.length > 0 ? <ButtonLink href={`/${t.locale}/find`}>{t("citizen.people.find")}</ButtonLink> : null}
          {people.length < mostPeople ? (
            <ButtonLink kind={people.length > 0 ? "secondary" : "primary"} href={`/${t.locale}/people/new`}>
              {t(people.length === 0 ? "citizen.people.addFirst" : "citizen.people.add")}
            </ButtonLink>
          ) : null}
        </div>
        <p>
          <a href={`/${t.locale}/requests`}>{t("citizen.requests.title")}</a>
        </p>
        <p>
          <a href={`/${t.locale}/consents`}>{t("citizen.consents.title")}</a>
        </p>
        {people.length > 0 ? <p class="sk-hint">{t("citizen.people.logged")}</p> : null}
      </>
    ),
  });
}

/** The appointment that a person still has ahead, or has today. */
export function appointmentOf(
  appointments: readonly AppointmentView[],
  beneficiaryId: string,
  today: string,
): AppointmentView | undefined {
  return appointments.find(
    (one) =>
      one.heldOn >= today &&
      one.people.some(
        (person) => person.beneficiaryId === beneficiaryId && ["booked", "checked-in"].includes(person.status),
      ),
  );
}

export function appointmentRow(t: Translate, appointment: AppointmentView | undefined): SummaryRow[] {
  if (!appointment) return [];
  const when = t("citizen.appointment.when", {
    date: t.date(appointment.heldOn),
    from: appointment.startsAt,
    to: appointment.endsAt,
  });
  return [
    {
      key: t("citizen.person.appointment"),
      value: `${when}, ${appointment.facilityName}`,
      action: { href: `/${t.locale}/appointments/${appointment.appointmentId}`, text: t("citizen.person.slip") },
    },
  ];
}

function certificateRow(t: Translate, beneficiaryId: string): SummaryRow {
  return {
    key: t("citizen.person.certificate"),
    value: t("citizen.person.certificate.ready"),
    action: {
      href: `/${t.locale}/people/${beneficiaryId}/certificate.pdf`,
      text: t("common.download"),
      hidden: t("citizen.person.certificate"),
    },
  };
}

export function PersonTag({ t, history }: { t: Translate; history: DoseHistory }) {
  const given = history.doses.filter((dose) => !dose.enteredInError).length;
  const state: "full" | "partly" | "none" =
    history.nextDue.state === "complete" || isPrimaryDone(history) ? "full" : given > 0 ? "partly" : "none";
  const kinds = { full: "green", partly: "blue", none: "grey" } as const;
  return <Tag kind={kinds[state]}>{t(`citizen.person.state.${state}` as MessageKey)}</Tag>;
}

function isPrimaryDone({ nextDue, doses }: DoseHistory): boolean {
  const given = doses.filter((dose) => !dose.enteredInError);
  return (
    given.length > 0 &&
    (given.some((dose) => dose.kind === "precaution") ||
      (nextDue.state === "due" ? nextDue.kind === "precaution" : given.length > 1))
  );
}

/** What is due next, in words. */
export function nextWords(t: Translate, { nextDue }: DoseHistory, today: string): string {
  if (nextDue.state === "complete") return t("citizen.next.complete");
  if (nextDue.state === "none-now") return t("citizen.next.none");
  const dose = doseName(t, nextDue.doseNumber, nextDue.kind === "precaution");
  // A first dose leaves the choice of the product; later doses follow it.
  const product = nextDue.products.length === 1 ? ` (${productName(nextDue.products[0]!)})` : "";
  if (nextDue.from <= today) return t("citizen.next.now", { dose: `${dose}${product}` });
  return t("citizen.next.from", { dose: `${dose}${product}`, date: t.date(nextDue.from) });
}
