// SQL that only the replay of June 2023 needs.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { SignedIn } from "./stage.js";

/** A staff sign-in for a day's work, as a passkey would leave it. */
export async function signInFor(db: Queryable, staffId: string, at: Date): Promise<SignedIn> {
  const [signInId, token] = [uuidv7(at.getTime()), randomToken()];
  await db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $4::timestamptz + interval '12 hours')`,
    [signInId, tokenHash(token), staffId, at],
  );
  return { staffId, actor: { kind: "staff", signInId }, token };
}

/** By the owner: what was sealed since the last call becomes of the day that the story is at. */
export async function dateSealed(owner: Queryable, since: Date, at: Date): Promise<void> {
  await owner.rows("UPDATE vault.records SET sealed_at = $2 WHERE sealed_at >= $1", [since, at]);
}

export async function isSignedIn(db: Queryable, signInId: string): Promise<boolean> {
  const rows = await db.rows("SELECT FROM registry.staff_sign_ins WHERE sign_in_id = $1 AND ended_at IS NULL", [
    signInId,
  ]);
  return rows.length > 0;
}

/** Consents of a partner end: a person takes one back, or its time is over. */
export async function endConsents(owner: Queryable, partnerId: string, at: Date): Promise<void> {
  await owner.rows(
    "UPDATE registry.consents SET state = 'REVOKED', revoked_at = $2 WHERE partner_id = $1 AND state = 'GRANTED'",
    [partnerId, at],
  );
}
