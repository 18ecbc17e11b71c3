// Lets a program of the facility, or a privacy officer's command line, act for who is signed in with a passkey: a sign-in, whose
// token is shown once. It ends with the one it was opened from, when the next is opened, and like any other sign-in.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor } from "./find-staff-sign-in.js";
import { worksAtSessionSite } from "./rules.js";
import * as store from "./store.js";
import type { StaffActor } from "./types.js";

export async function openProgramSignIn(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<Outcome<{ token: string }, "NOT_SIGNED_IN" | "NOT_ALLOWED">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const { role } = signIn.staff;
  if (!worksAtSessionSite(role) && role !== "privacy-officer") return refused("NOT_ALLOWED");
  const now = deps.clock();
  const token = randomToken();
  const program = { signInId: uuidv7(now.getTime()), tokenHash: tokenHash(token), openedBy: actor.signInId, now };
  const isOpen = await deps.db.transaction(async (tx) => {
    await store.endProgramsOf(tx, actor.signInId, now);
    return store.insertProgramSignIn(tx, program);
  });
  // A program lets no other program in.
  return isOpen ? done({ token }) : refused("NOT_ALLOWED");
}
