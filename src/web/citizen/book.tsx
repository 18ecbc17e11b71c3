// Booking a session, or moving an appointment to it: choose people and a time. What the dose rules refuse is shown at
// the person; a refusal keeps what was chosen. The hidden key makes a repeated click one booking.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { errorRule } from "../../errors.js";
import {
  bookAppointment,
  bookingChoices,
  findAppointment,
  findAppointments,
  moveAppointment,
} from "../../modules/appointments/index.js";
import { listBeneficiaries, viewBeneficiaries } from "../../modules/beneficiaries/index.js";
import { findSession } from "../../modules/sessions/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { type Refused, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, ButtonLink, Checkboxes, Form } from "../components/index.js";
import { refusalText, sendPage, sendRefusal, wordsOf } from "../page.js";
import {
  chosenPeople,
  isOver,
  mayCome,
  personOption,
  SessionSummary,
  SlotChoice,
  type Typed,
  whyNot,
} from "./book-form.js";
import { atField, type CitizenDoor, type CitizenRequest, queryText, seeOther } from "./door.js";
import { appointmentOf } from "./people.js";
import type { Citizen } from "./sign-in-guard.js";

const slotCodes: readonly string[] = [
  "APPOINTMENT_SLOT_FULL",
  "APPOINTMENT_SLOT_OVER",
  "APPOINTMENT_SLOT_MISSING",
  "APPOINTMENT_SAME_SLOT",
];
/** Refusals that no other choice on this page can mend. */
const endCodes: readonly string[] = [
  "APPOINTMENT_SESSION_CANCELLED",
  "APPOINTMENT_SESSION_NOT_FOUND",
  "APPOINTMENT_NOT_FOUND",
  "APPOINTMENT_CHANGED",
  "NOT_FOUND",
  "NOT_SIGNED_IN",
];

export function bookPages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/book/:sessionId", (request, reply, citizen) => {
    const move = queryText(request, "move");
    return bookPage(door, request, reply, citizen, move, { people: [], slot: "", requestKey: uuidv7() });
  });

  door.post("/book/:sessionId", async (request, reply, citizen) => {
    const { form } = request;
    const sessionId = request.params["sessionId"] ?? "";
    const typed: Typed = { people: form.all("people"), slot: form.text("slot"), requestKey: form.text("requestKey") };
    const slotNumber = /^\d{1,2}$/.test(typed.slot) ? Number(typed.slot) : 0;
    const move = form.text("move");
    const { requestKey } = typed;
    const outcome = move
      ? await moveAppointment(deps, citizen.actor, { appointmentId: move, sessionId, slotNumber, requestKey })
      : await bookAppointment(deps, citizen.actor, { sessionId, slotNumber, beneficiaryIds: typed.people, requestKey });
    if (outcome.ok)
      return seeOther(
        reply,
        `/${wordsOf(request).locale}/appointments/${outcome.value.appointmentId}/${move ? "moved" : "booked"}`,
      );
    return bookPage(door, request, reply, citizen, move, typed, outcome);
  });
}

async function bookPage(
  door: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  move: string,
  typed: Typed,
  refusal?: Refused,
): Promise<FastifyReply> {
  const { deps } = door;
  const t = wordsOf(request);
  if (refusal && (endCodes.includes(refusal.code) || errorRule(refusal.code).status >= 500))
    return endPage(request, reply, refusal);
  const [session, own, moving, appointments] = await Promise.all([
    findSession(deps, request.params["sessionId"] ?? ""),
    listBeneficiaries(deps, citizen.accountId),
    move ? findAppointment(deps, citizen.accountId, move) : undefined,
    move ? [] : findAppointments(deps, citizen.accountId),
  ]);
  if (!session || session.status === "draft") return endPage(request, reply, refused("APPOINTMENT_SESSION_NOT_FOUND"));
  if (session.status === "cancelled") return endPage(request, reply, refused("APPOINTMENT_SESSION_CANCELLED"));
  if (session.slots.every((slot) => isOver(session, slot.endsAt, deps.clock())))
    return endPage(request, reply, refused("APPOINTMENT_SLOT_OVER"));
  if (move && !moving) return endPage(request, reply, refused("APPOINTMENT_NOT_FOUND"));
  if (own.length === 0) return seeOther(reply, `/${t.locale}/people`);
  const ids = moving
    ? moving.people.filter((one) => one.status === "booked").map((one) => one.beneficiaryId)
    : own.map((one) => one.beneficiaryId);
  const seen = await viewBeneficiaries(deps, citizen.actor, ids, ["name", "birthYear", "doses"]);
  if (!seen.ok) return sendRefusal(request, reply, seen);
  const choices = bookingChoices(
    session,
    ids.map((id) => seen.value.get(id)!),
  );
  const today = dateInIndia(deps.clock());
  const people = ids.map((id, i) => ({
    id,
    name: seen.value.get(id)!.name,
    choice: choices[i]!,
    appointment: appointmentOf(appointments, id, today),
  }));
  const somebody = people.some(mayCome);
  // Without a form there is no field to lead to: each person's reason stands on the page.
  const problems =
    somebody && refusal
      ? atField(refusal, slotCodes.includes(refusal.code) ? "slot" : moving ? "slot" : "people")
      : undefined;
  return sendPage(request, reply, {
    title: t(moving ? "citizen.book.title.move" : "citizen.book.title"),
    back: `/${t.locale}/find?${new URLSearchParams({ pincode: String(session.facility.pincode), ...(move ? { move } : {}) })}`,
    problems,
    status: refusal && errorRule(refusal.code).status,
    children: (
      <>
        <h1>{t(moving ? "citizen.book.title.move" : "citizen.book.title")}</h1>
        <SessionSummary t={t} session={session} />
        {somebody ? (
          <Form
            action={`/${t.locale}/book/${session.sessionId}`}
            fields={{ requestKey: typed.requestKey, ...(move ? { move } : {}) }}
          >
            {moving ? null : (
              <Checkboxes
                t={t}
                name="people"
                legend={t("citizen.book.people")}
                hint={t("citizen.book.people.hint")}
                problems={problems}
                options={people.map((one) => personOption(t, one))}
                values={chosenPeople(people, typed)}
              />
            )}
            <SlotChoice
              t={t}
              now={deps.clock()}
              session={session}
              people={people}
              typed={typed}
              moving={moving}
              problems={problems}
            />
            <Button>{t(moving ? "citizen.book.button.move" : "citizen.book.button")}</Button>
          </Form>
        ) : (
          <Banner kind="warning" title={t("citizen.book.nobody")}>
            <ul>
              {people.map((one) => (
                <li key={one.id}>{`${one.name}: ${whyNot(t, one)}`}</li>
              ))}
            </ul>
            <ButtonLink href={`/${t.locale}/find`}>{t("citizen.book.elsewhere")}</ButtonLink>
          </Banner>
        )}
      </>
    ),
  });
}

/** The session is gone: an answer with the next step. */
function endPage(request: CitizenRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  const rule = errorRule(refusal.code);
  if (rule.status >= 500) return sendRefusal(request, reply, refusal);
  const t = wordsOf(request);
  return sendPage(request, reply, {
    title: t("citizen.book.gone"),
    back: `/${t.locale}/people`,
    status: rule.status,
    children: (
      <>
        <h1>{t("citizen.book.gone")}</h1>
        <p class="sk-lead">{refusalText(t, refusal.code, refusal.facts)}</p>
        <ButtonLink href={`/${t.locale}/find`}>{t("citizen.book.elsewhere")}</ButtonLink>
        <p class="sk-hint">
          {t("common.error.code")} <code>{refusal.code}</code>
        </p>
      </>
    ),
  });
}
