// All SQL of partners. Keys are here as hashes only.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Partner, PartnerScope } from "./types.js";

/** The partner of a name; made if there is none. */
export async function findOrMakePartner(
  db: Queryable,
  partner: Partner & { readonly requestsAMinute: number },
  at: Date,
): Promise<string> {
  const [row] = await db.rows<{ id: string }>(
    `WITH made AS (
       INSERT INTO registry.partners (partner_id, name, requests_a_minute, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name) DO NOTHING RETURNING partner_id)
     SELECT partner_id AS id FROM made UNION ALL SELECT partner_id FROM registry.partners WHERE name = $2 LIMIT 1`,
    [partner.partnerId, partner.name, partner.requestsAMinute, at],
  );
  return row!.id;
}

export interface NewKey {
  readonly keyId: string;
  readonly keyHash: Buffer;
  readonly partnerId: string;
  readonly scopes: readonly string[];
  readonly at: Date;
  readonly expiresAt: Date;
}

/** A key that is there already stays as it is. */
export async function insertKey(db: Queryable, key: NewKey): Promise<void> {
  await db.rows(
    `INSERT INTO registry.partner_keys (key_id, key_hash, partner_id, scopes, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key_hash) DO NOTHING`,
    [key.keyId, key.keyHash, key.partnerId, key.scopes, key.at, key.expiresAt],
  );
}

export async function setBudget(db: Queryable, partnerId: string, requestsAMinute: number): Promise<void> {
  await db.rows("UPDATE registry.partners SET requests_a_minute = $2 WHERE partner_id = $1", [
    partnerId,
    requestsAMinute,
  ]);
}

/** Lets a key that is in force end by an instant, and says whose it is; undefined when there is none. */
export async function endKeyAt(
  db: Queryable,
  keyId: string,
  now: Date,
  endsAt: Date,
): Promise<{ partnerId: string; scopes: string[] } | undefined> {
  const [row] = await db.rows<{ partnerId: string; scopes: string[] }>(
    `UPDATE registry.partner_keys SET expires_at = least(expires_at, $3)
     WHERE key_id = $1 AND revoked_at IS NULL AND expires_at > $2 RETURNING partner_id AS "partnerId", scopes`,
    [keyId, now, endsAt],
  );
  return row;
}

/** False when there is no such key in force. */
export async function markRevoked(db: Queryable, keyId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    "UPDATE registry.partner_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id",
    [keyId, at],
  );
  return rows.length > 0;
}

interface FoundKey extends Partner {
  readonly keyId: string;
  readonly requestsAMinute: number;
}

export async function findByKey(
  db: Queryable,
  keyHash: Buffer,
  scope: PartnerScope,
  now: Date,
): Promise<FoundKey | undefined> {
  const [row] = await db.rows<FoundKey>(
    `SELECT p.partner_id AS "partnerId", p.name, k.key_id AS "keyId", p.requests_a_minute AS "requestsAMinute"
     FROM registry.partner_keys k JOIN registry.partners p USING (partner_id)
     WHERE k.key_hash = $1 AND $2 = ANY (k.scopes) AND k.revoked_at IS NULL AND k.expires_at > $3`,
    [keyHash, scope, now],
  );
  return row;
}
