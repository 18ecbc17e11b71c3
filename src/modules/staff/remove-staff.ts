// Removal takes effect at once: the sign-ins end in the same statement, and passkeys and links stop working.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor } from "./find-staff-sign-in.js";
import { mayRemove } from "./rules.js";
import * as store from "./store.js";
import type { StaffActor } from "./types.js";

type RemoveError = "NOT_SIGNED_IN" | "STAFF_NOT_FOUND" | "STAFF_OUTSIDE_JURISDICTION";

export async function removeStaff(
  deps: Deps,
  actor: StaffActor,
  input: { staffId: string },
): Promise<Outcome<{ staffId: string }, RemoveError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const target = await store.find(deps.db, input.staffId);
  if (!target) return refused("STAFF_NOT_FOUND");
  if (!mayRemove(signIn.staff, target)) return refused("STAFF_OUTSIDE_JURISDICTION");
  if (!(await store.remove(deps.db, target.staffId, deps.clock()))) return refused("STAFF_NOT_FOUND");
  return done({ staffId: target.staffId });
}
