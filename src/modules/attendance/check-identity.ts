// The answer to "is this the person on the photo id?". A "no" keeps its reason; the dose waits for a "yes".
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { findPersonToday } from "./session-day.js";
import * as store from "./store.js";
import { identityReasons } from "./types.js";

export interface IdentityInput {
  sessionId: string;
  appointmentId: string;
  beneficiaryId: string;
  /** "yes", or the reason why not. */
  answer: string;
}

type CheckError =
  | "NOT_SIGNED_IN"
  | "NOT_ALLOWED"
  | "ATTENDANCE_NOT_TODAY"
  | "ATTENDANCE_NOT_CHECKED_IN"
  | "INPUT_INVALID";

export async function checkIdentity(
  deps: Deps,
  actor: StaffActor,
  input: IdentityInput,
): Promise<Outcome<{ isMatch: boolean }, CheckError>> {
  const found = await findPersonToday(deps, actor, input);
  if (!found.ok) return found;
  const isMatch = input.answer === "yes";
  const reason = isMatch ? null : identityReasons.find((known) => known === input.answer);
  if (reason === undefined) return invalid([{ field: "answer", code: "ATTENDANCE_ANSWER_MISSING" }]);
  const { sessionId, appointmentId, beneficiaryId } = input;
  const isWritten = await store.insertIdentityCheck(deps.db, {
    sessionId,
    appointmentId,
    beneficiaryId,
    checkedAt: deps.clock(),
    checkedBy: found.value.staff.staffId,
    isMatch,
    reason,
  });
  return isWritten ? done({ isMatch }) : refused("ATTENDANCE_NOT_CHECKED_IN");
}
