// Booking a session, or moving an appointment to it: choose people and a time. What the dose rules refuse is shown at
// the person; a refusal keeps what was chosen. The hidden key makes a repeated click one booking.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { errorRule } from "../../errors.js";
import {
  type AppointmentView,
  type BookingChoice,
  bookAppointment,
  bookingChoices,
  findAppointment,
  moveAppointment,
} from "../../modules/appointments/index.js";
import { listBeneficiaries, viewBeneficiaries } from "../../modules/beneficiaries/index.js";
import { findSession, type SessionView } from "../../modules/sessions/index.js";
import { instantInIndia } from "../../platform/clock.js";
import { type Refused, refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import {
  Banner,
  Button,
  ButtonLink,
  Checkboxes,
  type Choice,
  Details,
  Form,
  Radios,
  SummaryList,
} from "../components/index.js";
import { refusalText, sendPage, sendRefusal, wordsOf } from "../page.js";
import { atField, type CitizenDoor, type CitizenRequest, doseName, productName, queryText, seeOther } from "./door.js";
import { ageWords, feeWords, placesWords } from "./find.js";
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
const slotsShown = 10;

interface Typed {
  readonly people: readonly string[];
  readonly slot: string;
  readonly requestKey: string;
}
interface Person {
  readonly id: string;
  readonly name: string;
  readonly choice: BookingChoice;
}

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
  const [session, own, moving] = await Promise.all([
    findSession(deps, request.params["sessionId"] ?? ""),
    listBeneficiaries(deps, citizen.accountId),
    move ? findAppointment(deps, citizen.accountId, move) : undefined,
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
  const people = ids.map((id, i) => ({ id, name: seen.value.get(id)!.name, choice: choices[i]! }));
  const problems = refusal && atField(refusal, slotCodes.includes(refusal.code) ? "slot" : moving ? "slot" : "people");
  return sendPage(request, reply, {
    title: t(moving ? "citizen.book.title.move" : "citizen.book.title"),
    back: `/${t.locale}/find?${new URLSearchParams({ pincode: String(session.facility.pincode), ...(move ? { move } : {}) })}`,
    problems,
    status: refusal && errorRule(refusal.code).status,
    children: (
      <>
        <h1>{t(moving ? "citizen.book.title.move" : "citizen.book.title")}</h1>
        <SessionSummary t={t} session={session} />
        {people.some((one) => one.choice.may) ? (
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
                <li key={one.id}>{`${one.name}: ${whyNot(t, one.choice)}`}</li>
              ))}
            </ul>
            <ButtonLink href={`/${t.locale}/find`}>{t("citizen.book.elsewhere")}</ButtonLink>
          </Banner>
        )}
      </>
    ),
  });
}

/** With one person who may come, that one is chosen already. */
function chosenPeople(people: readonly Person[], typed: Typed): readonly string[] {
  const possible = people.filter((one) => one.choice.may);
  return typed.people.length === 0 && possible.length === 1 && people.length === 1 ? [possible[0]!.id] : typed.people;
}

function personOption(t: Translate, { id, name, choice }: Person): Choice {
  const hint = choice.may ? doseName(t, choice.doseNumber, choice.kind === "precaution") : whyNot(t, choice);
  return { value: id, label: name, hint, disabled: !choice.may };
}

function whyNot(t: Translate, choice: BookingChoice): string {
  if (choice.may) return "";
  const reason = refusalText(t, choice.code);
  return choice.earliestOn ? `${reason} ${t("citizen.book.earliest", { date: t.date(choice.earliestOn) })}` : reason;
}

function SessionSummary({ t, session }: { t: Translate; session: SessionView }) {
  const { facility } = session;
  return (
    <SummaryList
      rows={[
        {
          key: t("citizen.appointment.place"),
          value: `${facility.name}, ${facility.address}, ${facility.districtName}, ${facility.pincode}`,
        },
        { key: t("citizen.appointment.date"), value: t.date(session.heldOn) },
        { key: t("citizen.find.product"), value: productName(session.product) },
        { key: t("citizen.find.ages"), value: ageWords(t, session) },
        {
          key: t("citizen.find.fee"),
          value: feeWords(t, session.feeRupees),
        },
      ]}
    />
  );
}

/** People who are all due for the same kind of dose need not be told which places are theirs. */
function slotWords(t: Translate, left: SessionView["left"], kinds: number): string {
  const count = left.dose1 + left.dose2 + left.precaution;
  return kinds === 1 && count > 0 ? t("citizen.places.left", { count }) : placesWords(t, left);
}

/** A time that has passed is not offered. */
function isOver(session: SessionView, endsAt: string, now: Date): boolean {
  return instantInIndia(session.heldOn, endsAt) <= now;
}

interface SlotProps {
  t: Translate;
  now: Date;
  session: SessionView;
  people: readonly Person[];
  typed: Typed;
  moving: AppointmentView | undefined;
  problems: Refused["problems"];
}

/** The first ten times, and the rest one click away; a time that is full stays in view and says so. */
function SlotChoice({ t, now, session, people, typed, moving, problems }: SlotProps) {
  const pools = new Set(people.flatMap(({ choice }) => (choice.may ? [choice.pool] : [])));
  const options = session.slots
    .filter((slot) => !isOver(session, slot.endsAt, now))
    .map((slot) => {
      const left = { ...slot.left };
      for (const pool of ["dose1", "dose2", "precaution"] as const) if (!pools.has(pool)) left[pool] = 0;
      const isHere = moving?.sessionId === session.sessionId && moving.slotNumber === slot.slotNumber;
      const hint = isHere ? t("citizen.book.slot.here") : slotWords(t, left, pools.size);
      const isFull = left.dose1 + left.dose2 + left.precaution === 0;
      return {
        value: String(slot.slotNumber),
        label: t("citizen.book.slot", { from: slot.startsAt, to: slot.endsAt }),
        hint,
        disabled: isHere || isFull,
      };
    });
  const [shown, rest] = [options.slice(0, slotsShown), options.slice(slotsShown)];
  return (
    <>
      <Radios
        t={t}
        name="slot"
        legend={t("citizen.book.slot.legend")}
        problems={problems}
        options={shown}
        value={typed.slot}
      />
      {rest.length > 0 ? (
        <Details
          summary={t("citizen.book.slot.more", { count: rest.length })}
          open={rest.some((one) => one.value === typed.slot)}
        >
          <Radios t={t} name="slot" legend={t("citizen.book.slot.later")} options={rest} value={typed.slot} />
        </Details>
      ) : null}
    </>
  );
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
