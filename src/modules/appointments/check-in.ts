// Check-in at the session site: the person shows the slip's QR or says the security code. Only then do the person's
// details open, because the recorder accepts "appointment here, today" from this moment on.
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from "node:crypto";
import { dateInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { giveBack, type Limit, takeLimits } from "../../platform/limits/index.js";
import { isUuid } from "../../platform/random.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { findSignInOfActor, worksAtSessionSite } from "../staff/index.js";
import { readSlipToken, securityCode } from "./slip.js";
import { findForCheckIn, markCheckedIn, takeCodeTry } from "./store.js";

/**
 * Four digits can be guessed. Five wrong ones for one appointment, or thirty by one member of staff in half a day over
 * all the appointments of the list, and only the slip's QR helps.
 */
const mostCodeTries = 5;
const wrongCodesOf = (staffId: string): Limit => ({
  name: "wrong-codes-by-staff",
  who: staffId,
  windowSeconds: 12 * 3600,
  most: 30,
});

export type CheckInInput =
  | { readonly sessionId: string; readonly token: string }
  | {
      readonly sessionId: string;
      readonly appointmentId: string;
      readonly beneficiaryId: string;
      readonly code: string;
    };
export type CheckInCode =
  | "NOT_SIGNED_IN"
  | "CHECK_IN_CODE_WRONG"
  | "CHECK_IN_TOO_MANY_TRIES"
  | "CHECK_IN_NOT_HERE"
  | "CHECK_IN_NOT_TODAY"
  | "CHECK_IN_CANCELLED";

export interface CheckedIn {
  readonly appointmentId: string;
  readonly beneficiaryId: string;
}

export async function checkIn(
  deps: Deps,
  actor: Extract<Actor, { kind: "staff" }>,
  input: CheckInInput,
): Promise<Outcome<CheckedIn, CheckInCode>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const who = "token" in input ? readSlipToken(deps.macs, input.token.trim()) : input;
  if (!who) return refused("CHECK_IN_CODE_WRONG");
  const { appointmentId, beneficiaryId } = who;
  if (![input.sessionId, appointmentId, beneficiaryId].every(isUuid)) return refused("CHECK_IN_NOT_HERE");
  const row = await findForCheckIn(deps.db, input.sessionId, appointmentId, beneficiaryId);
  if (!row || row.facilityId !== signIn.staff.facilityId || !worksAtSessionSite(signIn.staff.role))
    return refused("CHECK_IN_NOT_HERE");
  const now = deps.clock();
  if (row.heldOn !== dateInIndia(now)) return refused("CHECK_IN_NOT_TODAY");
  if (row.status === "cancelled") return refused("CHECK_IN_CANCELLED");
  if (!("token" in input)) {
    const refusal = await checkCode(deps, signIn.staff.staffId, input);
    if (refusal) return refused(refusal);
  }
  // Checked in already: the same wish twice is no error.
  const isMarked = await markCheckedIn(
    deps.db,
    input.sessionId,
    appointmentId,
    beneficiaryId,
    now,
    signIn.staff.staffId,
  );
  if (!isMarked && row.status === "booked") return refused("CHECK_IN_CANCELLED");
  return done({ appointmentId, beneficiaryId });
}

/** Each try is counted before the code is compared, so that tries in parallel cannot outrun the count. */
async function checkCode(
  deps: Deps,
  staffId: string,
  { sessionId, appointmentId, beneficiaryId, code }: Exclude<CheckInInput, { readonly token: string }>,
): Promise<CheckInCode | undefined> {
  const limit = wrongCodesOf(staffId);
  if ((await takeLimits(deps, [limit])) > 0) return "CHECK_IN_TOO_MANY_TRIES";
  if (!(await takeCodeTry(deps.db, sessionId, appointmentId, beneficiaryId, mostCodeTries))) {
    await giveBack(deps, limit);
    return "CHECK_IN_TOO_MANY_TRIES";
  }
  if (!isSameCode(code, securityCode(deps.macs, appointmentId, beneficiaryId))) return "CHECK_IN_CODE_WRONG";
  await giveBack(deps, limit);
  return undefined;
}

function isSameCode(typed: string, right: string): boolean {
  const digits = typed.replace(/\s/g, "");
  return /^\d{4}$/.test(digits) && timingSafeEqual(Buffer.from(digits), Buffer.from(right));
}
