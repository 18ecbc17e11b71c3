// All SQL of consents. Whose record it is stands here as ids; nothing of the record.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { stateAt } from "./rules.js";
import type { Consent, ConsentOfPartner, ConsentState, ConsentTerms, FrequencyUnit } from "./types.js";

interface ConsentRow extends Omit<ConsentOfPartner, "terms" | "state">, Omit<ConsentTerms, "frequency"> {
  readonly state: Exclude<ConsentState, "EXPIRED">;
  readonly unit: FrequencyUnit;
  readonly value: number;
  readonly repeats: number;
}

const columns = `c.consent_id AS "consentId", c.partner_id AS "partnerId", p.name AS "partnerName", c.state,
  c.purpose_code AS purpose, c.hi_types AS "hiTypes", c.access_mode AS "accessMode", c.doses_from AS "dosesFrom",
  c.doses_to AS "dosesTo", c.erase_at AS "eraseAt", c.frequency_unit AS unit, c.frequency_value AS value,
  c.frequency_repeats AS repeats, c.created_at AS "createdAt", c.answer_by AS "answerBy", c.answered_at AS "answeredAt",
  c.revoked_at AS "revokedAt", c.erased_at AS "erasedAt", c.beneficiary_id AS "beneficiaryId",
  c.pairwise_id AS "pairwiseId", c.signature,
  CASE WHEN c.used > c.frequency_repeats THEN c.window_ends_at END AS "usedUpUntil"`;

async function select(db: Queryable, now: Date, where: string, values: unknown[]): Promise<ConsentOfPartner[]> {
  const rows = await db.rows<ConsentRow>(
    `SELECT ${columns} FROM registry.consents c JOIN registry.partners p USING (partner_id) WHERE ${where}`,
    values,
  );
  return rows.map(({ purpose, hiTypes, accessMode, dosesFrom, dosesTo, eraseAt, unit, value, repeats, ...row }) => ({
    ...row,
    terms: { purpose, hiTypes, accessMode, dosesFrom, dosesTo, eraseAt, frequency: { unit, value, repeats } },
    state: stateAt({ state: row.state, answerBy: row.answerBy, eraseAt }, now),
  }));
}

export interface NewConsent {
  readonly consentId: string;
  readonly partnerId: string;
  readonly requestKey: string;
  readonly codeHash: Buffer;
  readonly terms: ConsentTerms;
  readonly createdAt: Date;
  readonly answerBy: Date;
}

/** Inserts a request, unless the partner has one under this key already. */
export async function insertRequest(db: Queryable, one: NewConsent): Promise<void> {
  const { terms } = one;
  await db.rows(
    `INSERT INTO registry.consents (consent_id, partner_id, request_key, code_hash, purpose_code, hi_types, access_mode,
       doses_from, doses_to, erase_at, frequency_unit, frequency_value, frequency_repeats, created_at, answer_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (partner_id, request_key) DO NOTHING`,
    [
      one.consentId,
      one.partnerId,
      one.requestKey,
      one.codeHash,
      terms.purpose,
      terms.hiTypes,
      terms.accessMode,
      terms.dosesFrom,
      terms.dosesTo,
      terms.eraseAt,
      terms.frequency.unit,
      terms.frequency.value,
      terms.frequency.repeats,
      one.createdAt,
      one.answerBy,
    ],
  );
}

export async function findByRequestKey(
  db: Queryable,
  now: Date,
  partnerId: string,
  requestKey: string,
): Promise<Consent> {
  return (await select(db, now, "c.partner_id = $1 AND c.request_key = $2", [partnerId, requestKey]))[0]!;
}

export async function findOfPartner(
  db: Queryable,
  now: Date,
  partnerId: string,
  by: "consent_id" | "pairwise_id",
  id: string,
): Promise<ConsentOfPartner | undefined> {
  return (await select(db, now, `c.partner_id = $1 AND c.${by} = $2`, [partnerId, id]))[0];
}

/** A request by its code. */
export async function findByCode(db: Queryable, now: Date, codeHash: Buffer): Promise<Consent | undefined> {
  return (await select(db, now, "c.code_hash = $1", [codeHash]))[0];
}

/** What the account answered, newest first. */
export async function selectOfAccount(db: Queryable, now: Date, accountId: string): Promise<Consent[]> {
  return select(db, now, "c.account_id = $1 ORDER BY c.answered_at DESC, c.consent_id DESC LIMIT 100", [accountId]);
}

export interface Answer {
  readonly consentId: string;
  readonly accountId: string;
  readonly at: Date;
  /** Absent when the person refuses. */
  readonly granted?: { readonly beneficiaryId: string; readonly pairwiseId: string; readonly signature: string };
}

/** False when the request is answered or over. */
export async function putAnswer(db: Queryable, { consentId, accountId, at, granted }: Answer): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.consents SET state = $4, account_id = $2, answered_at = $3, beneficiary_id = $5, pairwise_id = $6, signature = $7
     WHERE consent_id = $1 AND state = 'REQUESTED' AND answer_by > $3 AND erase_at > $3 RETURNING consent_id`,
    [
      consentId,
      accountId,
      at,
      granted ? "GRANTED" : "DENIED",
      granted?.beneficiaryId ?? null,
      granted?.pairwiseId ?? null,
      granted?.signature ?? null,
    ],
  );
  return rows.length > 0;
}

/** False when the account has no such consent, or it had ended before. */
export async function markRevoked(db: Queryable, consentId: string, accountId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.consents SET state = 'REVOKED', revoked_at = $3
     WHERE consent_id = $1 AND account_id = $2 AND state = 'GRANTED' AND erase_at > $3 RETURNING consent_id`,
    [consentId, accountId, at],
  );
  return rows.length > 0;
}

/** Keeps the first time that the partner said so. */
export async function markErased(db: Queryable, consentId: string, partnerId: string, at: Date): Promise<void> {
  await db.rows(
    `UPDATE registry.consents SET erased_at = coalesce(erased_at, $3) WHERE consent_id = $1 AND partner_id = $2`,
    [consentId, partnerId, at],
  );
}

export async function deleteUnanswered(db: Queryable, before: Date): Promise<void> {
  await db.rows("SELECT registry.forget_unanswered_consents($1)", [before]);
}
