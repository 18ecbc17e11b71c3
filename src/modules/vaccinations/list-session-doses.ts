// The doses recorded in a session, newest first, for the observation timers of its staff. Ids only, no person.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import * as store from "./store.js";
import type { SessionDose } from "./types.js";

export async function listSessionDoses(
  deps: Deps,
  actor: StaffActor,
  sessionId: string,
): Promise<Outcome<SessionDose[], "NOT_SIGNED_IN" | "NOT_FOUND">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  if (!isUuid(sessionId)) return refused("NOT_FOUND");
  const doses = await store.listOfSession(deps.db, sessionId);
  return done(doses.filter((dose) => dose.facilityId === signIn.staff.facilityId));
}
