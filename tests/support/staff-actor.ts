// A signed-in member of staff for tests that are not about signing in: the rows that a passkey sign-in leaves.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { Deps } from "../../src/modules/disclosure/index.js";
import { firstAdminInvitation, type StaffActor } from "../../src/modules/staff/index.js";
import { randomToken, tokenHash, uuidv7 } from "../../src/platform/random.js";

export interface TestStaff {
  readonly staffId: string;
  readonly actor: StaffActor;
  /** The value of the sign-in cookie. */
  readonly token: string;
}

export async function signedInStaff(
  deps: Pick<Deps, "db" | "clock">,
  role: string,
  place: { facilityId?: string; districtId?: number; stateId?: number } = {},
): Promise<TestStaff> {
  const invited = await firstAdminInvitation(deps, { displayName: `Demo ${role}`, role, ...place });
  assert.ok(invited.ok, JSON.stringify(invited));
  const { staffId } = invited.value;
  const [signInId, token, now] = [uuidv7(), randomToken(), deps.clock()];
  await deps.db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $4::timestamptz + interval '10 hours')`,
    [signInId, tokenHash(token), staffId, now],
  );
  return { staffId, actor: { kind: "staff", signInId }, token };
}
