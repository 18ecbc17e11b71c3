// Finds somebody by the reference id on the slip, for a program at the desk: only who has checked in here today, or does so
// now with the slip's security code. Who is expected today has yet to check in, as the day's list says too; anybody else is
// not found, whether they exist or not.
// SPDX-License-Identifier: Apache-2.0
import { type Outcome, refused } from "../../platform/errors.js";
import { type CheckInCode, checkIn } from "../appointments/index.js";
import { followReference } from "../beneficiaries/index.js";
import type { Deps } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { findPersonToday, type PersonToday, siteOf } from "./session-day.js";
import * as store from "./store.js";

type PresentError =
  | CheckInCode
  | "NOT_SIGNED_IN"
  | "NOT_ALLOWED"
  | "ATTENDANCE_NOT_TODAY"
  | "ATTENDANCE_NOT_CHECKED_IN"
  | "BENEFICIARY_PROOF_MISSING";

export async function findPresent(
  deps: Deps,
  actor: StaffActor,
  { referenceId, securityCode }: { referenceId: string; securityCode?: string | undefined },
): Promise<Outcome<PersonToday, PresentError>> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const beneficiaryId = await followReference(deps, referenceId);
  const where = await store.whereToday(deps.db, site.value.day, beneficiaryId);
  if (!where) return refused("BENEFICIARY_PROOF_MISSING");
  const ids = { ...where, beneficiaryId };
  if (securityCode) {
    const checkedIn = await checkIn(deps, actor, { ...ids, code: securityCode });
    if (!checkedIn.ok) return checkedIn;
  }
  const found = await findPersonToday(deps, actor, ids);
  return found.ok && found.value.line.stage === "booked" ? refused("ATTENDANCE_NOT_CHECKED_IN") : found;
}
