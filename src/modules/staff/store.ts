// SQL of staff, their invitations, passkeys and sign-ins. No decisions here.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Place, Role, Staff, StaffLine, StaffSignIn } from "./types.js";

const staffColumns = `s.staff_id AS "staffId", s.role, s.display_name AS "displayName", s.state_id AS "stateId",
  s.district_id AS "districtId", s.facility_id AS "facilityId", coalesce(f.name, d.name, st.name) AS "placeName"`;
const staffPlaces = `LEFT JOIN registry.facilities f ON f.facility_id = s.facility_id
  LEFT JOIN registry.districts d ON d.district_id = s.district_id
  LEFT JOIN registry.states st ON st.state_id = s.state_id`;

export interface SignInLimits {
  now: Date;
  /** Seen before this instant is idle for too long. */
  idleSince: Date;
}

/** Marks the sign-in as seen and gives it, in one statement; nothing for one that is over or whose owner was removed. */
export async function touchSignIn(
  db: Queryable,
  tokenHash: Buffer,
  { now, idleSince }: SignInLimits,
): Promise<StaffSignIn | undefined> {
  const [row] = await db.rows<Staff & { signInId: string }>(
    `WITH seen AS (
       UPDATE registry.staff_sign_ins SET last_seen_at = greatest(last_seen_at, $2)
       WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3
       RETURNING sign_in_id, staff_id
     )
     SELECT seen.sign_in_id AS "signInId", ${staffColumns}
     FROM seen JOIN registry.staff s USING (staff_id) ${staffPlaces}
     WHERE s.removed_at IS NULL`,
    [tokenHash, now, idleSince],
  );
  return row && toSignIn(row);
}

/** The sign-in behind an actor; nothing when it is over. */
export async function findSignIn(
  db: Queryable,
  signInId: string,
  { now, idleSince }: SignInLimits,
): Promise<StaffSignIn | undefined> {
  const [row] = await db.rows<Staff & { signInId: string }>(
    `SELECT i.sign_in_id AS "signInId", ${staffColumns}
     FROM registry.staff_sign_ins i JOIN registry.staff s USING (staff_id) ${staffPlaces}
     WHERE i.sign_in_id = $1 AND i.ended_at IS NULL AND i.expires_at > $2 AND i.last_seen_at > $3 AND s.removed_at IS NULL`,
    [signInId, now, idleSince],
  );
  return row && toSignIn(row);
}

function toSignIn({ signInId, ...staff }: Staff & { signInId: string }): StaffSignIn {
  return { signInId, staff };
}

export async function find(db: Queryable, staffId: string): Promise<Staff | undefined> {
  const [row] = await db.rows<Staff>(
    `SELECT ${staffColumns} FROM registry.staff s ${staffPlaces} WHERE s.staff_id = $1 AND s.removed_at IS NULL`,
    [staffId],
  );
  return row;
}

/** Staff inside a jurisdiction; a null level does not narrow. Removed staff stay on the list for `removedSince`. */
export async function list(db: Queryable, within: Place, now: Date, removedSince: Date): Promise<StaffLine[]> {
  return db.rows<StaffLine>(
    `SELECT ${staffColumns},
       CASE WHEN s.removed_at IS NOT NULL THEN 'removed'
            WHEN EXISTS (SELECT FROM registry.passkeys p WHERE p.staff_id = s.staff_id AND p.retired_at IS NULL) THEN 'enrolled'
            WHEN EXISTS (SELECT FROM registry.staff_invitations i
                         WHERE i.staff_id = s.staff_id AND i.used_at IS NULL AND i.expires_at > $4) THEN 'invited'
            ELSE 'invitation-expired' END AS state,
       (SELECT max(i.created_at) FROM registry.staff_sign_ins i WHERE i.staff_id = s.staff_id) AS "lastSignInAt"
     FROM registry.staff s ${staffPlaces}
     WHERE ($1::int IS NULL OR s.state_id = $1) AND ($2::int IS NULL OR s.district_id = $2)
       AND ($3::uuid IS NULL OR s.facility_id = $3) AND (s.removed_at IS NULL OR s.removed_at > $5)
     ORDER BY s.removed_at IS NOT NULL, "placeName", s.role, s.display_name LIMIT 500`,
    [within.stateId, within.districtId, within.facilityId, now, removedSince],
  );
}

/** Whether something was found that keeps this member of staff out until a privacy officer has looked. */
export async function isStopped(db: Queryable, staffId: string): Promise<boolean> {
  const rows = await db.rows(
    `SELECT FROM registry.access_findings WHERE actor = 'staff:' || $1::uuid AND stops AND decision IS DISTINCT FROM 'explained' LIMIT 1`,
    [staffId],
  );
  return rows.length > 0;
}

/** The whole place of a facility, district or state id; nothing when there is none. */
export async function placeOf(db: Queryable, ids: Partial<Place>): Promise<Place | undefined> {
  const nowhere = { stateId: null, districtId: null, facilityId: null };
  if (ids.facilityId) {
    const [row] = await db.rows<Place>(
      `SELECT state_id AS "stateId", district_id AS "districtId", facility_id AS "facilityId" FROM registry.facilities WHERE facility_id = $1`,
      [ids.facilityId],
    );
    return row;
  }
  if (ids.districtId) {
    const [row] = await db.rows<Place>(
      `SELECT state_id AS "stateId", district_id AS "districtId" FROM registry.districts WHERE district_id = $1`,
      [ids.districtId],
    );
    return row && { ...nowhere, ...row };
  }
  if (ids.stateId) {
    const [row] = await db.rows<Place>(`SELECT state_id AS "stateId" FROM registry.states WHERE state_id = $1`, [
      ids.stateId,
    ]);
    return row && { ...nowhere, ...row };
  }
  return nowhere;
}

export interface NewStaff extends Place {
  staffId: string;
  displayName: string;
  role: Role;
  createdBy: string | null;
  createdAt: Date;
}

export async function insert(tx: Queryable, staff: NewStaff): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.staff (staff_id, display_name, role, state_id, district_id, facility_id, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      staff.staffId,
      staff.displayName,
      staff.role,
      staff.stateId,
      staff.districtId,
      staff.facilityId,
      staff.createdBy,
      staff.createdAt,
    ],
  );
}

export interface NewInvitation {
  tokenHash: Buffer;
  staffId: string;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** A new link; earlier ones of the same person stop working. */
export async function insertInvitation(tx: Queryable, invitation: NewInvitation): Promise<void> {
  await tx.rows(
    `UPDATE registry.staff_invitations SET expires_at = $2 WHERE staff_id = $1 AND used_at IS NULL AND expires_at > $2`,
    [invitation.staffId, invitation.createdAt],
  );
  await tx.rows(
    `INSERT INTO registry.staff_invitations (token_hash, staff_id, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
    [invitation.tokenHash, invitation.staffId, invitation.invitedBy, invitation.createdAt, invitation.expiresAt],
  );
}

const liveInvitation = `i.used_at IS NULL AND i.expires_at > $2 AND s.removed_at IS NULL`;

export async function findInvited(db: Queryable, tokenHash: Buffer, now: Date): Promise<Staff | undefined> {
  const [row] = await db.rows<Staff>(
    `SELECT ${staffColumns} FROM registry.staff_invitations i JOIN registry.staff s USING (staff_id) ${staffPlaces}
     WHERE i.token_hash = $1 AND ${liveInvitation}`,
    [tokenHash, now],
  );
  return row;
}

/** Uses the link up. False when it was used, ran out, or its owner was removed. */
export async function useInvitation(tx: Queryable, tokenHash: Buffer, now: Date): Promise<boolean> {
  const used = await tx.rows(
    `UPDATE registry.staff_invitations i SET used_at = $2 FROM registry.staff s
     WHERE s.staff_id = i.staff_id AND i.token_hash = $1 AND ${liveInvitation} RETURNING i.staff_id`,
    [tokenHash, now],
  );
  return used.length === 1;
}

export async function insertChallenge(
  db: Queryable,
  challenge: { challengeId: string; challenge: string; invitationHash: Buffer | null; now: Date; expiresAt: Date },
): Promise<void> {
  await db.rows(
    `WITH old AS (DELETE FROM registry.passkey_challenges WHERE expires_at < $4)
     INSERT INTO registry.passkey_challenges (challenge_id, challenge, invitation_hash, expires_at) VALUES ($1, $2, $3, $5)`,
    [challenge.challengeId, challenge.challenge, challenge.invitationHash, challenge.now, challenge.expiresAt],
  );
}

/** Uses a challenge up, whatever comes of it; a second call gives nothing. */
export async function useChallenge(
  db: Queryable,
  challengeId: string,
  invitationHash: Buffer | null,
  now: Date,
): Promise<string | undefined> {
  const [row] = await db.rows<{ challenge: string }>(
    `UPDATE registry.passkey_challenges SET used_at = $3
     WHERE challenge_id = $1 AND invitation_hash IS NOT DISTINCT FROM $2::bytea AND used_at IS NULL AND expires_at > $3
     RETURNING challenge`,
    [challengeId, invitationHash, now],
  );
  return row?.challenge;
}

export interface Passkey {
  credentialId: string;
  staffId: string;
  publicKey: Buffer;
  signCount: number;
  transports: string[];
}

export async function insertPasskey(tx: Queryable, passkey: Passkey, now: Date): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.passkeys (credential_id, staff_id, public_key, sign_count, transports, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [passkey.credentialId, passkey.staffId, passkey.publicKey, passkey.signCount, passkey.transports, now],
  );
}

/** Ends every passkey and every sign-in that the member of staff has. */
export async function retirePasskeys(tx: Queryable, staffId: string, now: Date): Promise<void> {
  await tx.rows("UPDATE registry.passkeys SET retired_at = $2 WHERE staff_id = $1 AND retired_at IS NULL", [
    staffId,
    now,
  ]);
  await tx.rows("UPDATE registry.staff_sign_ins SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL", [
    staffId,
    now,
  ]);
}

export async function findPasskey(db: Queryable, credentialId: string): Promise<Passkey | undefined> {
  const [row] = await db.rows<Passkey>(
    `SELECT p.credential_id AS "credentialId", p.staff_id AS "staffId", p.public_key AS "publicKey",
       p.sign_count AS "signCount", p.transports
     FROM registry.passkeys p JOIN registry.staff s USING (staff_id)
     WHERE p.credential_id = $1 AND p.retired_at IS NULL AND s.removed_at IS NULL`,
    [credentialId],
  );
  return row;
}

export async function passkeyIdsOf(db: Queryable, staffId: string): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `SELECT credential_id AS id FROM registry.passkeys WHERE staff_id = $1 AND retired_at IS NULL`,
    [staffId],
  );
  return rows.map((row) => row.id);
}

/** Moves the counter on. False when another sign-in with the same passkey moved it first: a copied key. */
export async function advancePasskey(
  tx: Queryable,
  credentialId: string,
  from: number,
  to: number,
  now: Date,
): Promise<boolean> {
  const moved = await tx.rows(
    `UPDATE registry.passkeys SET sign_count = $3, last_used_at = $4 WHERE credential_id = $1 AND sign_count = $2 RETURNING 1 AS moved`,
    [credentialId, from, to, now],
  );
  return moved.length === 1;
}

export async function insertSignIn(
  tx: Queryable,
  signIn: { signInId: string; tokenHash: Buffer; staffId: string; now: Date; expiresAt: Date },
): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)`,
    [signIn.signInId, signIn.tokenHash, signIn.staffId, signIn.now, signIn.expiresAt],
  );
}

/** Ends a browser's sign-in, and the program's that it let in. */
export async function endSignIn(db: Queryable, tokenHash: Buffer, now: Date): Promise<void> {
  await db.rows(
    `UPDATE registry.staff_sign_ins i SET ended_at = $2
     FROM registry.staff_sign_ins own
     WHERE own.token_hash = $1 AND i.ended_at IS NULL AND (i.sign_in_id = own.sign_in_id OR i.opened_by = own.sign_in_id)`,
    [tokenHash, now],
  );
}

export async function endProgramsOf(db: Queryable, signInId: string, now: Date): Promise<void> {
  await db.rows("UPDATE registry.staff_sign_ins SET ended_at = $2 WHERE opened_by = $1 AND ended_at IS NULL", [
    signInId,
    now,
  ]);
}

/** A sign-in for the same person that ends no later than the one it is opened from; false when that is a program's itself. */
export async function insertProgramSignIn(
  db: Queryable,
  program: { signInId: string; tokenHash: Buffer; openedBy: string; now: Date },
): Promise<boolean> {
  const rows = await db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, opened_by, created_at, last_seen_at, expires_at)
     SELECT $1, $2, i.staff_id, i.sign_in_id, $4, $4, i.expires_at FROM registry.staff_sign_ins i
     WHERE i.sign_in_id = $3 AND i.opened_by IS NULL AND i.ended_at IS NULL FOR UPDATE RETURNING sign_in_id`,
    [program.signInId, program.tokenHash, program.openedBy, program.now],
  );
  return rows.length > 0;
}

/** Removes and signs out in one statement: there is no moment in between. */
export async function remove(db: Queryable, staffId: string, now: Date): Promise<boolean> {
  const [row] = await db.rows<{ removed: number }>(
    `WITH gone AS (UPDATE registry.staff SET removed_at = $2 WHERE staff_id = $1 AND removed_at IS NULL RETURNING staff_id),
       out AS (UPDATE registry.staff_sign_ins SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL)
     SELECT count(*)::int AS removed FROM gone`,
    [staffId, now],
  );
  return row?.removed === 1;
}
