// Opens the record of somebody who has checked in, for the work at hand: comparing the photo id, or giving the dose.
// Each opening is an entry in the person's own list. Before check-in there is no way to open anything.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps, GateError, PersonRecord } from "../disclosure/index.js";
import { type BatchView, listBatches } from "../sessions/index.js";
import type { StaffActor } from "../staff/index.js";
import { historyOf } from "../vaccinations/index.js";
import { channelAt, currentProgramme, type DoseAnswer, mayGive } from "../vaccines/index.js";
import { findPersonToday, type PersonToday } from "./session-day.js";

export type OpenError =
  | GateError
  | "NOT_SIGNED_IN"
  | "NOT_ALLOWED"
  | "ATTENDANCE_NOT_TODAY"
  | "ATTENDANCE_NOT_CHECKED_IN";
export interface Ids {
  readonly sessionId: string;
  readonly appointmentId: string;
  readonly beneficiaryId: string;
}

export interface OpenedIdentity extends PersonToday {
  readonly person: Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4" | "doses">;
}

/** To compare the person with the photo id. */
export async function openIdentity(
  deps: Deps,
  actor: StaffActor,
  ids: Ids,
): Promise<Outcome<OpenedIdentity, OpenError>> {
  const found = await findCheckedIn(deps, actor, ids);
  if (!found.ok) return found;
  const opened = await deps.gate.disclose({
    actor,
    purpose: "check-in",
    explanation: { kind: "appointment-here", appointmentId: ids.appointmentId },
    subjects: [ids.beneficiaryId],
    fields: ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "doses"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(ids.beneficiaryId);
  return person ? done({ ...found.value, person }) : refused("ATTENDANCE_NOT_TODAY");
}

export interface OpenedForDose extends PersonToday {
  readonly person: Pick<PersonRecord, "name" | "birthYear" | "gender" | "doses">;
  /** What the rules say today: which dose it is, or why none. */
  readonly answer: DoseAnswer;
  /** The facility's usable batches of the session's product, the one that expires first on top. */
  readonly batches: readonly BatchView[];
}

/** To give the dose. */
export async function openForDose(deps: Deps, actor: StaffActor, ids: Ids): Promise<Outcome<OpenedForDose, OpenError>> {
  const found = await findCheckedIn(deps, actor, ids);
  if (!found.ok) return found;
  const { session, line, staff } = found.value;
  const opened = await deps.gate.disclose({
    actor,
    purpose: "vaccination",
    explanation: { kind: "appointment-here", appointmentId: ids.appointmentId },
    subjects: [ids.beneficiaryId],
    fields: ["name", "birthYear", "gender", "doses"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(ids.beneficiaryId);
  if (!person) return refused("ATTENDANCE_NOT_TODAY");
  const answer = mayGive(currentProgramme(), { birthYear: person.birthYear }, historyOf(person.doses), {
    on: dateInIndia(deps.clock()),
    product: session.product,
    bookedOn: dateInIndia(line.bookedAt),
    ...channelAt(session.feeType, line.channel),
  });
  const stock = staff.facilityId ? await listBatches(deps, staff.facilityId) : [];
  const batches = stock.filter((batch) => batch.product === session.product && batch.state === "usable");
  return done({ ...found.value, person, answer, batches });
}

async function findCheckedIn(
  deps: Deps,
  actor: StaffActor,
  ids: Ids,
): Promise<
  Outcome<PersonToday, "NOT_SIGNED_IN" | "NOT_ALLOWED" | "ATTENDANCE_NOT_TODAY" | "ATTENDANCE_NOT_CHECKED_IN">
> {
  const found = await findPersonToday(deps, actor, ids);
  if (!found.ok) return found;
  return found.value.line.stage === "booked" ? refused("ATTENDANCE_NOT_CHECKED_IN") : found;
}
