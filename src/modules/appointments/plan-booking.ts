// What booking and moving share: who holds the account, whether the session takes bookings, and what the dose rules
// say of each person. Birth year and doses come through the gate; nothing of them leaves this function.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, type Problem, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import { findSession, type SessionView } from "../sessions/index.js";
import { currentProgramme, type DoseCode } from "../vaccines/index.js";
import type { AppointmentCode } from "./errors.js";
import { type BookingFacts, chooseDose } from "./rules.js";
import type { BookingChoice, BookingPool } from "./types.js";

export type CitizenActor = Extract<Actor, { kind: "citizen" }>;
export type BookingCode = AppointmentCode | DoseCode | GateError | "INPUT_INVALID" | "NOT_SIGNED_IN" | "NOT_FOUND";
const mostPeople = 6;

export interface BookingWish {
  readonly sessionId: string;
  readonly slotNumber: number;
  readonly beneficiaryIds: readonly string[];
  readonly requestKey: string;
  /** Which dose the caller believes it is, where a caller says so. */
  readonly doseNumber?: number | undefined;
}
export interface BookingPlan {
  readonly accountId: string;
  readonly pool: BookingPool;
  readonly doseNumber: number;
}

/** What the dose rules say of people for a session, in the order given. */
export function bookingChoices(session: SessionView, people: readonly BookingFacts[]): BookingChoice[] {
  return people.map((person) => chooseDose(currentProgramme(), session, person));
}

function wishFaults(wish: BookingWish): Problem[] {
  const { beneficiaryIds: ids, slotNumber } = wish;
  const problems: Problem[] = [];
  const isList = ids.length >= 1 && ids.length <= mostPeople && new Set(ids).size === ids.length;
  if (!isList) problems.push({ field: "people", code: "APPOINTMENT_PEOPLE_MISSING" });
  if (!Number.isInteger(slotNumber) || slotNumber < 1 || slotNumber > 48)
    problems.push({ field: "slot", code: "APPOINTMENT_SLOT_MISSING" });
  if (!isUuid(wish.requestKey)) problems.push({ field: "requestKey", code: "REQUEST_UNREADABLE" });
  return problems;
}

export async function planBooking(
  deps: Deps,
  actor: CitizenActor,
  wish: BookingWish,
): Promise<Outcome<BookingPlan, BookingCode>> {
  const problems = wishFaults(wish);
  if (problems.length > 0) return invalid(problems);
  const [holder, session] = await Promise.all([findAccountHolder(deps, actor), findSession(deps, wish.sessionId)]);
  if (!holder) return refused("NOT_SIGNED_IN");
  if (!session || session.status === "draft") return refused("APPOINTMENT_SESSION_NOT_FOUND");
  if (session.status === "cancelled") return refused("APPOINTMENT_SESSION_CANCELLED");
  const own = (await listBeneficiaries(deps, holder.accountId)).map((one) => one.beneficiaryId);
  if (!wish.beneficiaryIds.every((id) => own.includes(id))) return refused("NOT_FOUND");
  const people = await deps.gate.disclose({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subjects: wish.beneficiaryIds,
    fields: ["birthYear", "doses"],
  });
  if (!people.ok) return people;
  const facts = wish.beneficiaryIds.map((id) => people.value.get(id)!);
  const plan = joinChoices(holder.accountId, bookingChoices(session, facts));
  if (plan.ok && wish.doseNumber !== undefined && plan.value.doseNumber !== wish.doseNumber)
    return refused("APPOINTMENT_OTHER_DOSE");
  return plan;
}

/** One appointment is for one dose: everybody in it gets the same. */
function joinChoices(accountId: string, choices: readonly BookingChoice[]): Outcome<BookingPlan, BookingCode> {
  const no = choices.find((choice) => !choice.may);
  if (no) return refused(no.code, no.earliestOn ? { earliestOn: no.earliestOn } : undefined);
  const yes = choices.filter((choice) => choice.may);
  const { pool, doseNumber } = yes[0]!;
  if (yes.some((choice) => choice.pool !== pool || choice.doseNumber !== doseNumber))
    return refused("APPOINTMENT_MIXED_DOSES");
  return done({ accountId, pool, doseNumber });
}
