// All SQL of erasures. Ids and times only.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Erasure } from "./types.js";

interface NewErasure {
  readonly erasureId: string;
  readonly beneficiaryId: string;
  readonly cause: "asked";
  readonly askedAt: Date;
}

/** False when one waits already. */
export async function insertErasure(db: Queryable, erasure: NewErasure): Promise<boolean> {
  const rows = await db.rows(
    `INSERT INTO registry.erasures (erasure_id, beneficiary_id, cause, asked_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (beneficiary_id) WHERE undone_at IS NULL AND done_at IS NULL DO NOTHING RETURNING erasure_id`,
    [erasure.erasureId, erasure.beneficiaryId, erasure.cause, erasure.askedAt],
  );
  return rows.length > 0;
}

export async function selectWaiting(db: Queryable, beneficiaryId: string): Promise<Erasure | undefined> {
  const [row] = await db.rows<Erasure>(
    `SELECT erasure_id AS "erasureId", beneficiary_id AS "beneficiaryId", asked_at AS "askedAt",
       registry.erasure_due_at(asked_at, beneficiary_id) AS "dueAt"
     FROM registry.erasures WHERE beneficiary_id = $1 AND undone_at IS NULL AND done_at IS NULL`,
    [beneficiaryId],
  );
  return row;
}

/** From here on it cannot be taken back. False when it was taken back a moment ago. */
export async function markStarted(db: Queryable, erasureId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.erasures SET started_at = $2
     WHERE erasure_id = $1 AND undone_at IS NULL AND done_at IS NULL RETURNING erasure_id`,
    [erasureId, at],
  );
  return rows.length > 0;
}

/** It was not due after all: nothing was erased, and it may be taken back again. */
export async function markNotStarted(db: Queryable, erasureId: string): Promise<void> {
  await db.rows("UPDATE registry.erasures SET started_at = NULL WHERE erasure_id = $1 AND done_at IS NULL", [
    erasureId,
  ]);
}

/** False when none waits, or when it is being carried out. */
export async function markUndone(db: Queryable, beneficiaryId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.erasures SET undone_at = $2
     WHERE beneficiary_id = $1 AND cause = 'asked' AND undone_at IS NULL AND done_at IS NULL AND started_at IS NULL
     RETURNING erasure_id`,
    [beneficiaryId, at],
  );
  return rows.length > 0;
}

/** People who were taken off their account, and for whom nothing waits yet. */
export async function adoptRemoved(db: Queryable, at: Date): Promise<void> {
  await db.rows(
    `INSERT INTO registry.erasures (erasure_id, beneficiary_id, cause, asked_at)
     SELECT gen_random_uuid(), b.beneficiary_id, 'removed', $1 FROM registry.beneficiaries b
     WHERE b.state = 'removed' AND NOT EXISTS (
       SELECT FROM registry.erasures e WHERE e.beneficiary_id = b.beneficiary_id AND e.undone_at IS NULL)
     ON CONFLICT DO NOTHING`,
    [at],
  );
}

/** Also what has begun: it is finished, even when something happened with the person since. */
export async function selectDue(
  db: Queryable,
  now: Date,
  limit: number,
): Promise<Pick<Erasure, "erasureId" | "beneficiaryId">[]> {
  return db.rows(
    `SELECT erasure_id AS "erasureId", beneficiary_id AS "beneficiaryId" FROM registry.erasures
     WHERE undone_at IS NULL AND done_at IS NULL AND (started_at IS NOT NULL
       OR (asked_at + interval '14 days' <= $1 AND registry.erasure_due_at(asked_at, beneficiary_id) <= $1))
     ORDER BY asked_at LIMIT $2`,
    [now, limit],
  );
}

/** Whether the vault still has the person's key. */
export async function hasKey(db: Queryable, beneficiaryId: string): Promise<boolean> {
  const [row] = await db.rows<{ held: boolean }>("SELECT vault.has_key($1) AS held", [beneficiaryId]);
  return row!.held;
}

/** The registration stays as an id without a person; its place in the account is free again. */
export async function markErased(
  tx: Queryable,
  { erasureId, beneficiaryId }: Pick<Erasure, "erasureId" | "beneficiaryId">,
  at: Date,
): Promise<void> {
  await tx.rows("UPDATE registry.erasures SET done_at = $2 WHERE erasure_id = $1", [erasureId, at]);
  await tx.rows(
    `WITH was AS (SELECT account_id, state FROM registry.beneficiaries WHERE beneficiary_id = $1 FOR UPDATE),
       gone AS (UPDATE registry.beneficiaries SET state = 'erased' WHERE beneficiary_id = $1)
     UPDATE registry.accounts a SET members = members - 1 FROM was WHERE a.account_id = was.account_id AND was.state = 'active'`,
    [beneficiaryId],
  );
}
