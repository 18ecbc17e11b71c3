// All SQL of beneficiaries. Ids only; the person lies sealed in vault.records.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Beneficiary, Registered } from "./types.js";

export async function selectActive(db: Queryable, accountId: string): Promise<Beneficiary[]> {
  return db.rows<Beneficiary>(
    `SELECT beneficiary_id AS "beneficiaryId", reference_id AS "referenceId", created_at AS "createdAt"
     FROM registry.beneficiaries WHERE account_id = $1 AND state = 'active' ORDER BY created_at, beneficiary_id`,
    [accountId],
  );
}

/** Whose number it is, of any account and state. */
export async function selectByReference(db: Queryable, referenceId: number): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(
    "SELECT beneficiary_id AS id FROM registry.beneficiary_references WHERE reference_id = $1",
    [referenceId],
  );
  return row?.id;
}

export async function findByRequest(
  db: Queryable,
  accountId: string,
  requestKey: string,
): Promise<Registered | undefined> {
  const [row] = await db.rows<Registered>(
    `SELECT beneficiary_id AS "beneficiaryId", reference_id AS "referenceId", account_id AS "accountId"
     FROM registry.beneficiaries WHERE account_id = $1 AND request_key = $2`,
    [accountId, requestKey],
  );
  return row;
}

/** Takes one of the account's six places and holds the account until the transaction ends. */
export async function takeMember(db: Queryable, accountId: string): Promise<boolean> {
  const rows = await db.rows(
    "UPDATE registry.accounts SET members = members + 1 WHERE account_id = $1 AND members < 6 RETURNING account_id",
    [accountId],
  );
  return rows.length > 0;
}

/** False when the number is taken. */
export async function reserveReference(db: Queryable, referenceId: number, beneficiaryId: string): Promise<boolean> {
  const rows = await db.rows(
    `INSERT INTO registry.beneficiary_references (reference_id, beneficiary_id) VALUES ($1, $2)
     ON CONFLICT (reference_id) DO NOTHING RETURNING reference_id`,
    [referenceId, beneficiaryId],
  );
  return rows.length > 0;
}

export interface NewBeneficiary extends Registered {
  readonly registeredBy: "self" | "walk-in" | "facilitated";
  readonly requestKey: string;
  readonly consentVersion: number;
  readonly at: Date;
}

export async function insertBeneficiary(db: Queryable, person: NewBeneficiary): Promise<void> {
  await db.rows(
    `INSERT INTO registry.beneficiaries (beneficiary_id, account_id, reference_id, registered_by, request_key, consent_version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      person.beneficiaryId,
      person.accountId,
      person.referenceId,
      person.registeredBy,
      person.requestKey,
      person.consentVersion,
      person.at,
    ],
  );
}

/** Holds the person's row, so that no booking slips in between the look and the removal. */
export async function lockActive(db: Queryable, accountId: string, beneficiaryId: string): Promise<boolean> {
  const rows = await db.rows(
    `SELECT FROM registry.beneficiaries WHERE beneficiary_id = $2 AND account_id = $1 AND state = 'active' FOR UPDATE`,
    [accountId, beneficiaryId],
  );
  return rows.length > 0;
}

export async function findTies(
  db: Queryable,
  beneficiaryId: string,
  today: string,
): Promise<{ vaccinated: boolean; appointed: boolean }> {
  const [row] = await db.rows<{ vaccinated: boolean; appointed: boolean }>(
    `SELECT EXISTS (SELECT FROM registry.vaccinations WHERE beneficiary_id = $1 AND status = 'valid') AS vaccinated,
       EXISTS (SELECT FROM registry.live_appointments l JOIN registry.sessions s USING (session_id)
               WHERE l.beneficiary_id = $1 AND s.held_on >= $2) AS appointed`,
    [beneficiaryId, today],
  );
  return row!;
}

export interface MovedMember {
  readonly beneficiaryId: string;
  readonly from: string;
  readonly to: string;
  readonly at: Date;
}

/** The person goes to another account, with their appointments. False when that one has six people, or the first lost them. */
export async function moveMember(tx: Queryable, { beneficiaryId, from, to, at }: MovedMember): Promise<boolean> {
  const moved = await tx.rows(
    `UPDATE registry.beneficiaries SET account_id = $3, moved_at = $4
     WHERE beneficiary_id = $1 AND account_id = $2 AND state = 'active' RETURNING beneficiary_id`,
    [beneficiaryId, from, to, at],
  );
  if (moved.length === 0 || !(await takeMember(tx, to))) return false;
  await tx.rows("UPDATE registry.accounts SET members = members - 1 WHERE account_id = $1 AND members > 0", [from]);
  await tx.rows("UPDATE registry.appointments SET account_id = $3 WHERE account_id = $2 AND beneficiary_id = $1", [
    beneficiaryId,
    from,
    to,
  ]);
  return true;
}

export async function movedAt(
  db: Queryable,
  accountId: string,
  beneficiaryId: string,
): Promise<Date | null | undefined> {
  const [row] = await db.rows<{ movedAt: Date | null }>(
    `SELECT moved_at AS "movedAt" FROM registry.beneficiaries
     WHERE beneficiary_id = $2 AND account_id = $1 AND state = 'active'`,
    [accountId, beneficiaryId],
  );
  return row && row.movedAt;
}

/** The account and its language that a person belongs to; undefined for nobody active. */
export async function accountOf(
  db: Queryable,
  beneficiaryId: string,
): Promise<{ accountId: string; locale: string } | undefined> {
  const [row] = await db.rows<{ accountId: string; locale: string }>(
    `SELECT b.account_id AS "accountId", a.locale FROM registry.beneficiaries b JOIN registry.accounts a USING (account_id)
     WHERE b.beneficiary_id = $1 AND b.state = 'active'`,
    [beneficiaryId],
  );
  return row;
}

/** The registration ends; who the person is stands under the other one. */
export async function retireMember(tx: Queryable, beneficiaryId: string, into: string): Promise<boolean> {
  const rows = await tx.rows(
    `WITH gone AS (
       UPDATE registry.beneficiaries SET state = 'removed', merged_into = $2
       WHERE beneficiary_id = $1 AND state = 'active' RETURNING account_id)
     UPDATE registry.accounts a SET members = members - 1 FROM gone WHERE a.account_id = gone.account_id
     RETURNING a.account_id`,
    [beneficiaryId, into],
  );
  return rows.length > 0;
}

export async function removeMember(db: Queryable, accountId: string, beneficiaryId: string): Promise<void> {
  await db.rows("UPDATE registry.beneficiaries SET state = 'removed' WHERE beneficiary_id = $1", [beneficiaryId]);
  await db.rows("UPDATE registry.accounts SET members = members - 1 WHERE account_id = $1", [accountId]);
}
