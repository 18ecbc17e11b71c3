// The staff that an admin answers for: roles below their own, inside their jurisdiction.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor } from "./find-staff-sign-in.js";
import { mayRemove } from "./rules.js";
import * as store from "./store.js";
import type { StaffActor, StaffLine } from "./types.js";

const removedShownDays = 30;

export async function listStaff(deps: Deps, actor: StaffActor): Promise<Outcome<StaffLine[], "NOT_SIGNED_IN">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const now = deps.clock();
  const lines = await store.list(deps.db, signIn.staff, now, new Date(now.getTime() - removedShownDays * 86_400_000));
  return done(lines.filter((line) => mayRemove(signIn.staff, line)));
}
