// Decisions of booking: may this person come to this session, as which dose, from which pool of places. Pure.
// SPDX-License-Identifier: Apache-2.0
import type { PersonRecord } from "../disclosure/index.js";
import type { SessionView } from "../sessions/index.js";
import { historyOf } from "../vaccinations/index.js";
import { channelAt, type DoseKind, mayGive, type Programme } from "../vaccines/index.js";
import type { BookingChoice, BookingPool } from "./types.js";

export type BookingFacts = Pick<PersonRecord, "birthYear" | "doses">;

export function poolOf(doseNumber: number, kind: DoseKind): BookingPool {
  if (kind === "precaution") return "precaution";
  return doseNumber === 1 ? "dose1" : "dose2";
}

/** A birth year leaves two possible ages on a day; a person comes in when one of them fits the session. */
function isOutsideAges(birthYear: number, session: Pick<SessionView, "heldOn" | "minAge" | "maxAge">): boolean {
  const oldest = Number(session.heldOn.slice(0, 4)) - birthYear;
  return oldest < session.minAge || (session.maxAge !== null && oldest - 1 > session.maxAge);
}

export function chooseDose(programme: Programme, session: SessionView, person: BookingFacts): BookingChoice {
  if (isOutsideAges(person.birthYear, session)) return { may: false, code: "APPOINTMENT_AGE_OUTSIDE" };
  const answer = mayGive(programme, { birthYear: person.birthYear }, historyOf(person.doses), {
    on: session.heldOn,
    product: session.product,
    ...channelAt(session.facility.feeType, "online"),
  });
  if (!answer.may)
    return { may: false, code: answer.code, ...(answer.earliestOn ? { earliestOn: answer.earliestOn } : {}) };
  return { may: true, doseNumber: answer.doseNumber, kind: answer.kind, pool: poolOf(answer.doseNumber, answer.kind) };
}
