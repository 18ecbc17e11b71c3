// One appointment: confirmation, slip with a security code for each person, moving and cancelling.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { errorRule } from "../../errors.js";
import {
  type AppointmentView,
  cancelAppointment,
  downloadSlip,
  findAppointment,
  slipsOf,
} from "../../modules/appointments/index.js";
import { viewBeneficiaries } from "../../modules/beneficiaries/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { type Refused, refused } from "../../platform/errors.js";
import { Button, ButtonLink, Checkboxes, Form, Panel } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { atField, type CitizenDoor, type CitizenRequest, seeOther } from "./door.js";
import type { Citizen } from "./sign-in-guard.js";
import { slipPage, whenWords } from "./slip-page.js";

export function appointmentPages(door: CitizenDoor): void {
  const { deps } = door;
  const find = (request: CitizenRequest, citizen: Citizen) =>
    findAppointment(deps, citizen.accountId, request.params["id"] ?? "");

  for (const what of ["booked", "moved"] as const) {
    door.get(`/appointments/:id/${what}`, async (request, reply, citizen) => {
      const appointment = await find(request, citizen);
      if (!appointment) return sendRefusal(request, reply, refused("APPOINTMENT_NOT_FOUND"));
      return confirmationPage(request, reply, appointment, what);
    });
  }

  door.get("/appointments/:id", async (request, reply, citizen) => {
    const appointment = await find(request, citizen);
    if (!appointment) return sendRefusal(request, reply, refused("APPOINTMENT_NOT_FOUND"));
    const names = await namesOf(door, citizen, appointment);
    if (!names.ok) return sendRefusal(request, reply, names);
    return slipPage(request, reply, {
      appointment,
      names: names.value,
      slips: slipsOf(deps, appointment),
      today: dateInIndia(deps.clock()),
    });
  });

  // Without a person: a page for everybody.
  for (const path of ["/appointments/:id/slip.pdf", "/appointments/:id/people/:beneficiaryId/slip.pdf"]) {
    door.get(path, async (request, reply, citizen) => {
      const { id = "", beneficiaryId } = request.params;
      const { locale } = wordsOf(request);
      const slip = await downloadSlip(deps, citizen.actor, { appointmentId: id, beneficiaryId, locale });
      if (!slip.ok) return sendRefusal(request, reply, slip);
      return reply
        .header("Content-Disposition", 'attachment; filename="appointment-slip.pdf"')
        .type("application/pdf")
        .send(Buffer.from(slip.value));
    });
  }

  door.get("/appointments/:id/cancel", async (request, reply, citizen) => {
    const appointment = await find(request, citizen);
    if (!appointment) return sendRefusal(request, reply, refused("APPOINTMENT_NOT_FOUND"));
    return cancelPage(door, request, reply, citizen, appointment);
  });

  door.post("/appointments/:id/cancel", async (request, reply, citizen) => {
    const appointment = await find(request, citizen);
    if (!appointment) return sendRefusal(request, reply, refused("APPOINTMENT_NOT_FOUND"));
    const beneficiaryIds = request.form.all("people");
    if (beneficiaryIds.length === 0)
      return cancelPage(door, request, reply, citizen, appointment, refused("APPOINTMENT_PEOPLE_MISSING"));
    const outcome = await cancelAppointment(deps, citizen.actor, {
      appointmentId: appointment.appointmentId,
      beneficiaryIds,
    });
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/people?done=cancelled`);
  });
}

function namesOf({ deps }: CitizenDoor, citizen: Citizen, appointment: AppointmentView) {
  return viewBeneficiaries(
    deps,
    citizen.actor,
    appointment.people.map((one) => one.beneficiaryId),
    ["name"],
  );
}

function confirmationPage(
  request: CitizenRequest,
  reply: FastifyReply,
  appointment: AppointmentView,
  what: "booked" | "moved",
): FastifyReply {
  const t = wordsOf(request);
  return sendPage(request, reply, {
    title: t(`citizen.${what}.title`),
    children: (
      <>
        <Panel title={t(`citizen.${what}.title`)}>
          {whenWords(t, appointment)}
          <br />
          {appointment.facilityName}
        </Panel>
        <h2>{t("citizen.booked.next")}</h2>
        <ul>
          {([1, 2, 3] as const).map((n) => (
            <li key={n}>{t(`citizen.booked.next.${n}`)}</li>
          ))}
        </ul>
        <div class="sk-actions">
          <ButtonLink href={`/${t.locale}/appointments/${appointment.appointmentId}`}>
            {t("citizen.booked.slip")}
          </ButtonLink>
          <ButtonLink kind="secondary" href={`/${t.locale}/people`}>
            {t("citizen.people.title")}
          </ButtonLink>
        </div>
      </>
    ),
  });
}

async function cancelPage(
  door: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  appointment: AppointmentView,
  refusal?: Refused,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const booked = appointment.people.filter((one) => one.status === "booked");
  if (booked.length === 0) return seeOther(reply, `/${t.locale}/appointments/${appointment.appointmentId}`);
  const names = await namesOf(door, citizen, appointment);
  if (!names.ok) return sendRefusal(request, reply, names);
  const problems = refusal && atField(refusal, "people");
  const path = `/${t.locale}/appointments/${appointment.appointmentId}`;
  return sendPage(request, reply, {
    title: t("citizen.cancel.title"),
    back: path,
    problems,
    status: refusal && errorRule(refusal.code).status,
    children: (
      <>
        <h1>{t("citizen.cancel.title")}</h1>
        <p>{`${whenWords(t, appointment)}, ${appointment.facilityName}`}</p>
        <p>{t("citizen.cancel.text")}</p>
        <Form action={`${path}/cancel`}>
          <Checkboxes
            t={t}
            name="people"
            legend={t("citizen.cancel.people")}
            problems={problems}
            options={booked.map(({ beneficiaryId }) => ({
              value: beneficiaryId,
              label: names.value.get(beneficiaryId)?.name ?? "",
            }))}
            values={refusal ? [] : booked.map((one) => one.beneficiaryId)}
          />
          <Button kind="warning">{t("citizen.cancel.button")}</Button>
        </Form>
        <p>
          <a href={path}>{t("citizen.cancel.keep")}</a>
        </p>
      </>
    ),
  });
}
