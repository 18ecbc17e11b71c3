// SQL of reissues: after a stolen key, who still holds a certificate that it signed, and how far the work is.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { RevokedKey } from "../disclosure/index.js";

export interface Reissue extends RevokedKey {
  readonly reissueId: string;
  readonly keyId: string;
  /** How many people held one when it began. */
  readonly holders: number;
  readonly reissued: number;
  /** People whose certificate was revoked without a new one: their record no longer supports it. */
  readonly leftOut: number;
  readonly doneAt: Date | null;
}

const columns = `reissue_id AS "reissueId", key_id AS "keyId", signed_from AS "signedFrom", revoked_at AS "revokedAt", holders,
  reissued, left_out AS "leftOut", done_at AS "doneAt"`;

/**
 * Once for a key. Certificates that are being put in force are waited for, and those that come later see the row:
 * none with the key's signature slips in behind the walk.
 */
export async function beginReissue(
  tx: Queryable,
  { reissueId, keyId, signedFrom, revokedAt }: RevokedKey & { readonly reissueId: string; readonly keyId: string },
): Promise<void> {
  await tx.rows("LOCK TABLE registry.certificates IN SHARE ROW EXCLUSIVE MODE");
  await tx.rows(
    `INSERT INTO registry.reissues (reissue_id, key_id, signed_from, revoked_at, holders)
     SELECT $1, $2, $3, $4, count(DISTINCT beneficiary_id) FROM registry.certificates
     WHERE status = 'valid' AND issued_at BETWEEN $3 AND $4
     ON CONFLICT (key_id) DO NOTHING`,
    [reissueId, keyId, signedFrom, revokedAt],
  );
}

/** The earliest of those that are not done. */
export async function findUndone(db: Queryable): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(
    "SELECT reissue_id AS id FROM registry.reissues WHERE done_at IS NULL ORDER BY revoked_at, key_id LIMIT 1",
  );
  return row?.id;
}

export async function listReissues(db: Queryable): Promise<Reissue[]> {
  return db.rows<Reissue>(`SELECT ${columns} FROM registry.reissues ORDER BY revoked_at, key_id`);
}

/** The next people who hold a certificate that the key signed, in the order of their ids. */
export async function nextHolders(db: Queryable, reissueId: string, most: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `SELECT DISTINCT c.beneficiary_id AS id FROM registry.reissues r JOIN registry.certificates c
       ON c.status = 'valid' AND c.issued_at BETWEEN r.signed_from AND r.revoked_at
         AND (r.after_id IS NULL OR c.beneficiary_id > r.after_id)
     WHERE r.reissue_id = $1 ORDER BY id LIMIT $2`,
    [reissueId, most],
  );
  return rows.map(({ id }) => id);
}

export async function noteReissued(
  tx: Queryable,
  reissueId: string,
  beneficiaryId: string,
  { isReissued }: { isReissued: boolean },
): Promise<void> {
  await tx.rows(
    `UPDATE registry.reissues SET after_id = greatest(after_id, $2), reissued = reissued + $3, left_out = left_out + $4
     WHERE reissue_id = $1`,
    [reissueId, beneficiaryId, isReissued ? 1 : 0, isReissued ? 0 : 1],
  );
}

export async function endReissue(db: Queryable, reissueId: string, now: Date): Promise<void> {
  await db.rows("UPDATE registry.reissues SET done_at = coalesce(done_at, $2) WHERE reissue_id = $1", [reissueId, now]);
}

/** True when what was issued at this instant may bear the signature of a stolen key. */
export async function isOfStolenKey(db: Queryable, issuedAt: Date): Promise<boolean> {
  const rows = await db.rows("SELECT FROM registry.reissues WHERE $1 BETWEEN signed_from AND revoked_at LIMIT 1", [
    issuedAt,
  ]);
  return rows.length > 0;
}
