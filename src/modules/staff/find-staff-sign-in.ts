// The sign-in behind a cookie or an actor. It ends after 15 minutes without a request, after a shift of ten
// hours, and at once when the person is removed.
// SPDX-License-Identifier: Apache-2.0
import { tokenHash } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./store.js";
import type { StaffActor, StaffSignIn } from "./types.js";

export const idleMinutes = 15;
export const shiftHours = 10;

function limits(now: Date): store.SignInLimits {
  return { now, idleSince: new Date(now.getTime() - idleMinutes * 60_000) };
}

/** The live sign-in of a cookie's token, marked as seen; nothing when it is over. */
export async function findStaffSignIn(
  deps: Pick<Deps, "db" | "clock">,
  token: string,
): Promise<StaffSignIn | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return undefined;
  return store.touchSignIn(deps.db, tokenHash(token), limits(deps.clock()));
}

/** The live sign-in of an actor, for commands that decide by role and jurisdiction. */
export async function findSignInOfActor(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<StaffSignIn | undefined> {
  return store.findSignIn(deps.db, actor.signInId, limits(deps.clock()));
}

export async function endStaffSignIn(deps: Pick<Deps, "db" | "clock">, token: string): Promise<void> {
  await store.endSignIn(deps.db, tokenHash(token), deps.clock());
}
