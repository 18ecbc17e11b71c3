// Sign-ins: found by the cookie's token, ended by their holder. Ten idle minutes or twelve hours end them too.
// SPDX-License-Identifier: Apache-2.0
import { tokenHash } from "../../platform/random.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { endSignIn, endSignInById, findHolder, touchSignIn } from "./store.js";
import { idleMinutes, type SignIn } from "./types.js";

/** The sign-in of a token, if it is in force; notes that it was used. */
export async function findSignIn(deps: Deps, token: string): Promise<SignIn | undefined> {
  const now = deps.clock();
  const row = await touchSignIn(deps.db, tokenHash(token), now, new Date(now.getTime() - idleMinutes * 60_000));
  return row && { signInId: row.sign_in_id, accountId: row.account_id };
}

export async function signOut(deps: Deps, token: string): Promise<void> {
  await endSignIn(deps.db, tokenHash(token), deps.clock());
}

/** Ends a sign-in that is known by its id and not by a browser's token. */
export async function endOwnSignIn(deps: Deps, actor: Extract<Actor, { kind: "citizen" }>): Promise<void> {
  await endSignInById(deps.db, actor.signInId, deps.clock());
}

export interface Holder {
  readonly accountId: string;
  /** The number, sealed: it can be put with a person, not read. */
  readonly contactBox: Buffer;
}

/** The account behind a citizen's sign-in that is in force. */
export function findAccountHolder(deps: Deps, actor: Extract<Actor, { kind: "citizen" }>): Promise<Holder | undefined> {
  return findHolder(deps.db, actor.signInId, deps.clock());
}
