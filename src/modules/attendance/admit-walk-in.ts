// People without an appointment. Their phone shows a code, or staff register them without one; the rules say which
// dose it would be; then one of the session's walk-in places is theirs and they stand checked in.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import { findPresentHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import type { Deps, Explanation, GateError, PersonRecord } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { historyOf } from "../vaccinations/index.js";
import { channelAt, currentProgramme, type DoseCode, mayGive } from "../vaccines/index.js";
import { findTodaysSession, siteOf } from "./session-day.js";
import * as store from "./store.js";
import { type FacilitationReason, facilitationReasons } from "./types.js";

type SiteError = "NOT_SIGNED_IN" | "NOT_ALLOWED" | "ATTENDANCE_NOT_TODAY";

export interface PresentPerson extends Pick<PersonRecord, "name" | "birthYear"> {
  readonly beneficiaryId: string;
  readonly referenceId: number;
}

/** The people registered under the phone whose holder stands here. */
export async function listPresentPeople(
  deps: Deps,
  actor: StaffActor,
  challengeId: string,
): Promise<Outcome<PresentPerson[], GateError | "PRESENCE_NOT_SHOWN">> {
  const holder = await findPresentHolder(deps, actor, challengeId);
  if (!holder) return refused("PRESENCE_NOT_SHOWN");
  const people = holder.accountId ? await listBeneficiaries(deps, holder.accountId) : [];
  if (people.length === 0) return done([]);
  const opened = await deps.gate.disclose({
    actor,
    purpose: "check-in",
    explanation: { kind: "presence-code", challengeId },
    subjects: people.map((person) => person.beneficiaryId),
    fields: ["name", "birthYear"],
  });
  if (!opened.ok) return opened;
  return done(
    people.flatMap(({ beneficiaryId, referenceId }) => {
      const person = opened.value.get(beneficiaryId);
      return person ? [{ beneficiaryId, referenceId, ...person }] : [];
    }),
  );
}

export interface WalkInInput {
  readonly sessionId: string;
  readonly beneficiaryId: string;
  /** The caller's key: the same key admits once. */
  readonly requestKey: string;
  /** The confirmed code of the phone that is here… */
  readonly challengeId?: string | undefined;
  /** …or the account that was opened today without a phone. */
  readonly accountId?: string | undefined;
}
type AdmitError =
  | SiteError
  | GateError
  | DoseCode
  | "NOT_FOUND"
  | "PRESENCE_NOT_SHOWN"
  | "WALK_IN_FULL"
  | "WALK_IN_BOOKED_ELSEWHERE";

export async function admitWalkIn(
  deps: Deps,
  actor: StaffActor,
  input: WalkInInput,
): Promise<Outcome<{ appointmentId: string }, AdmitError>> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const { staff, day } = site.value;
  if (![input.sessionId, input.beneficiaryId, input.requestKey].every(isUuid)) return refused("NOT_FOUND");
  const [session] = await store.sessions(deps.db, day, input.sessionId);
  if (!session) return refused("ATTENDANCE_NOT_TODAY");
  const ground = await groundOf(deps, actor, input);
  if (!ground) return refused("PRESENCE_NOT_SHOWN");
  const opened = await deps.gate.disclose({
    actor,
    purpose: "check-in",
    explanation: ground.explanation,
    subjects: [input.beneficiaryId],
    fields: ["birthYear", "doses"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(input.beneficiaryId);
  if (!person) return refused("NOT_FOUND");
  const answer = mayGive(currentProgramme(), { birthYear: person.birthYear }, historyOf(person.doses), {
    on: day.on,
    product: session.product,
    bookedOn: dateInIndia(deps.clock()),
    ...channelAt(session.feeType, "walk-in"),
  });
  if (!answer.may) return refused(answer.code, answer.earliestOn ? { earliestOn: answer.earliestOn } : undefined);
  const { sessionId, beneficiaryId, requestKey } = input;
  const now = deps.clock();
  const admission = await deps.db.transaction((tx) =>
    store.admit(tx, {
      facilityId: day.facilityId,
      sessionId,
      beneficiaryId,
      accountId: ground.accountId,
      appointmentId: uuidv7(now.getTime()),
      doseNumber: answer.doseNumber,
      requestKey,
      staffId: staff.staffId,
      now,
    }),
  );
  return admission.appointmentId ? done({ appointmentId: admission.appointmentId }) : refused(codes[admission.outcome]);
}

const codes = {
  "not-today": "ATTENDANCE_NOT_TODAY",
  "booked-elsewhere": "WALK_IN_BOOKED_ELSEWHERE",
  full: "WALK_IN_FULL",
  unknown: "NOT_FOUND",
  admitted: "NOT_FOUND",
} as const;

async function groundOf(
  deps: Deps,
  actor: StaffActor,
  { challengeId, accountId }: WalkInInput,
): Promise<{ explanation: Explanation; accountId: string } | undefined> {
  if (challengeId) {
    const holder = await findPresentHolder(deps, actor, challengeId);
    return holder?.accountId
      ? { explanation: { kind: "presence-code", challengeId }, accountId: holder.accountId }
      : undefined;
  }
  return accountId && isUuid(accountId) ? { explanation: { kind: "facilitated", accountId }, accountId } : undefined;
}

/** Reads the reason for registering without a phone; without one it is not done. */
export function readFacilitationReason(text: string): Outcome<FacilitationReason, "INPUT_INVALID"> {
  const reason = facilitationReasons.find((known) => known === text);
  return reason ? done(reason) : invalid([{ field: "noPhoneReason", code: "ATTENDANCE_REASON_MISSING" }]);
}

/** Writes down why somebody was registered without a phone, at a session that is held here today. */
export async function noteFacilitation(
  deps: Deps,
  actor: StaffActor,
  input: { sessionId: string; beneficiaryId: string; reason: FacilitationReason },
): Promise<Outcome<undefined, SiteError>> {
  const found = await findTodaysSession(deps, actor, input.sessionId);
  if (!found.ok) return found;
  await store.insertFacilitation(deps.db, { ...input, staffId: found.value.staff.staffId, now: deps.clock() });
  return done(undefined);
}
