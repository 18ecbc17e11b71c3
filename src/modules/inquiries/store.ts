// SQL of breach inquiries. No decisions here.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable, Tx } from "../../platform/db/db.js";
import type { CustodyEvent, EventFacts, EventKind, InquiryCase, InquiryRun, LeakNotice, ToldBy } from "./types.js";

const caseColumns = `inquiry_id AS "inquiryId", number, told_at AS "toldAt", told_by AS "toldBy", proposed_by AS "proposedBy",
  proposed_at AS "proposedAt", seconded_by AS "secondedBy", seconded_at AS "secondedAt", aware_at AS "awareAt",
  closed_at AS "closedAt"`;

export async function insert(
  db: Queryable,
  one: { inquiryId: string; toldAt: Date; toldBy: ToldBy; staffId: string; at: Date },
): Promise<void> {
  await db.rows(
    `INSERT INTO registry.inquiries (inquiry_id, told_at, told_by, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (inquiry_id) DO NOTHING`,
    [one.inquiryId, one.toldAt, one.toldBy, one.staffId, one.at],
  );
}

export async function find(db: Queryable, inquiryId: string): Promise<InquiryCase | undefined> {
  const [row] = await db.rows<InquiryCase>(`SELECT ${caseColumns} FROM registry.inquiries WHERE inquiry_id = $1`, [
    inquiryId,
  ]);
  return row;
}

export async function list(db: Queryable): Promise<InquiryCase[]> {
  return db.rows<InquiryCase>(`SELECT ${caseColumns} FROM registry.inquiries ORDER BY number DESC LIMIT 200`);
}

/** True when it was this call that gave the second word. */
export async function second(db: Queryable, inquiryId: string, staffId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.inquiries SET seconded_by = $2, seconded_at = $3
     WHERE inquiry_id = $1 AND seconded_by IS NULL AND proposed_by <> $2 AND closed_at IS NULL RETURNING 1 AS done`,
    [inquiryId, staffId, at],
  );
  return rows.length > 0;
}

export async function setAware(db: Queryable, inquiryId: string, at: Date, event: number): Promise<void> {
  await db.rows(
    "UPDATE registry.inquiries SET aware_at = $2, aware_event = $3 WHERE inquiry_id = $1 AND aware_at IS NULL",
    [inquiryId, at, event],
  );
}

export async function close(db: Queryable, inquiryId: string, at: Date): Promise<void> {
  await db.rows("UPDATE registry.inquiries SET closed_at = $2 WHERE inquiry_id = $1 AND closed_at IS NULL", [
    inquiryId,
    at,
  ]);
}

export async function events(db: Queryable, inquiryId: string): Promise<CustodyEvent[]> {
  return db.rows<CustodyEvent>(
    `SELECT e.n, e.at, e.what, e.staff_id AS "staffId", s.display_name AS by, e.facts, encode(e.hash, 'hex') AS hash,
       e.log_index AS "logIndex"
     FROM registry.inquiry_events e JOIN registry.staff s USING (staff_id) WHERE e.inquiry_id = $1 ORDER BY e.n`,
    [inquiryId],
  );
}

export async function lastEvent(db: Queryable, inquiryId: string): Promise<{ n: number; hash: string } | undefined> {
  const [row] = await db.rows<{ n: number; hash: string }>(
    "SELECT n, encode(hash, 'hex') AS hash FROM registry.inquiry_events WHERE inquiry_id = $1 ORDER BY n DESC LIMIT 1",
    [inquiryId],
  );
  return row;
}

/** False when another event took this number first. */
export async function insertEvent(
  db: Queryable,
  event: {
    inquiryId: string;
    n: number;
    at: Date;
    what: EventKind;
    staffId: string;
    facts: EventFacts;
    hash: Buffer;
    logIndex: number;
  },
): Promise<boolean> {
  const rows = await db.rows(
    `INSERT INTO registry.inquiry_events (inquiry_id, n, at, what, staff_id, facts, hash, log_index)
     VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8) ON CONFLICT DO NOTHING RETURNING 1 AS done`,
    [
      event.inquiryId,
      event.n,
      event.at,
      event.what,
      event.staffId,
      JSON.stringify(event.facts),
      event.hash,
      event.logIndex,
    ],
  );
  return rows.length > 0;
}

const runColumns = `run_id AS "runId", started_at AS "startedAt", state, finished_at AS "finishedAt", people, disclosures, as_of AS "asOf", log_size AS "logSize", rerun_of AS "rerunOf",
  affected, encode(answer_hash, 'hex') AS "answerHash"`;

export async function runs(db: Queryable, inquiryId: string): Promise<InquiryRun[]> {
  return db.rows<InquiryRun>(
    `SELECT ${runColumns} FROM registry.inquiry_runs WHERE inquiry_id = $1 ORDER BY started_at DESC, run_id DESC LIMIT 50`,
    [inquiryId],
  );
}

/** What a pair of officers may begin since an instant. */
export interface PairLimit {
  readonly pair: readonly [string, string];
  readonly since: Date;
  readonly most: number;
}

/** "running" when one of this case is running already; "limit" when the pair has begun its runs. */
export async function insertRun(
  tx: Tx,
  run: {
    runId: string;
    inquiryId: string;
    staffId: string;
    at: Date;
    asOf: Date;
    logSize: number;
    rerunOf?: string;
  },
  { pair, since, most }: PairLimit,
): Promise<"begun" | "running" | "limit"> {
  // Two cases of one pair must not both see the last place free.
  await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`inquiry ${pair.toSorted().join(" ")}`]);
  if ((await runsOfPair(tx, pair, since)) >= most) return "limit";
  const rows = await tx.rows(
    `INSERT INTO registry.inquiry_runs (run_id, inquiry_id, started_by, started_at, as_of, log_size, rerun_of, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'running') ON CONFLICT DO NOTHING RETURNING 1 AS done`,
    [run.runId, run.inquiryId, run.staffId, run.at, run.asOf, run.logSize, run.rerunOf ?? null],
  );
  return rows.length > 0 ? "begun" : "running";
}

/** Comparisons that two officers began together since an instant, in any of their cases. */
export async function runsOfPair(db: Queryable, pair: PairLimit["pair"], since: Date): Promise<number> {
  const [row] = await db.rows<{ runs: number }>(
    `SELECT count(*)::int AS runs FROM registry.inquiry_runs r JOIN registry.inquiries i USING (inquiry_id)
     WHERE r.started_at > $3 AND (i.proposed_by, i.seconded_by) IN (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))`,
    [...pair, since],
  );
  return row!.runs;
}

export async function countAffected(db: Queryable, inquiryId: string): Promise<{ all: number; queued: number }> {
  const [row] = await db.rows<{ all: number; queued: number }>(
    `SELECT count(*)::int AS all, count(notice_queued_at)::int AS queued FROM registry.inquiry_affected WHERE inquiry_id = $1`,
    [inquiryId],
  );
  return row!;
}

/** Marks up to `limit` affected people as told, and gives them. */
export async function takeAffected(db: Queryable, inquiryId: string, at: Date, limit: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `UPDATE registry.inquiry_affected SET notice_queued_at = $2
     WHERE (inquiry_id, beneficiary_id) IN (
       SELECT inquiry_id, beneficiary_id FROM registry.inquiry_affected
       WHERE inquiry_id = $1 AND notice_queued_at IS NULL ORDER BY beneficiary_id LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING beneficiary_id AS id`,
    [inquiryId, at, limit],
  );
  return rows.map((row) => row.id);
}

/** What people of these are told of: cases in which a notice to them was sent, newest first. */
export async function leakNotices(db: Queryable, beneficiaryIds: readonly string[]): Promise<LeakNotice[]> {
  return db.rows<LeakNotice>(
    `SELECT a.beneficiary_id AS "beneficiaryId", i.number, i.told_at AS "toldAt", i.aware_at AS "awareAt"
     FROM registry.inquiry_affected a JOIN registry.inquiries i USING (inquiry_id)
     WHERE a.beneficiary_id = ANY ($1::uuid[]) AND a.notice_queued_at IS NOT NULL AND i.aware_at IS NOT NULL
     ORDER BY a.notice_queued_at DESC, i.number DESC`,
    [beneficiaryIds],
  );
}

/** Who bears these ids of staff and partners. */
export async function namesOf(db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<{ id: string; name: string }>(
    `SELECT s.staff_id AS id, s.display_name || coalesce(', ' || f.name, '') AS name
     FROM registry.staff s LEFT JOIN registry.facilities f USING (facility_id) WHERE s.staff_id = ANY ($1::uuid[])
     UNION ALL SELECT partner_id, name FROM registry.partners WHERE partner_id = ANY ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

export interface KnownLeakLine {
  readonly leakId: string;
  readonly knownOn: string;
  readonly provenance: string;
  readonly columns: readonly string[];
  readonly rowCount: number;
}

export async function insertKnownLeak(
  db: Queryable,
  leak: KnownLeakLine & { fileHash: Buffer; at: Date },
): Promise<void> {
  await db.rows(
    `INSERT INTO registry.known_leaks (leak_id, known_on, provenance, columns, row_count, file_hash, added_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [leak.leakId, leak.knownOn, leak.provenance, leak.columns, leak.rowCount, leak.fileHash, leak.at],
  );
}

export async function knownLeaks(db: Queryable): Promise<KnownLeakLine[]> {
  return db.rows<KnownLeakLine>(
    `SELECT leak_id AS "leakId", known_on AS "knownOn", provenance, columns, row_count AS "rowCount"
     FROM registry.known_leaks ORDER BY known_on, leak_id`,
  );
}

/** A run that could not begin. The inquirer ends the others itself. */
export async function endRun(db: Queryable, runId: string): Promise<void> {
  await db.rows("UPDATE registry.inquiry_runs SET state = 'failed' WHERE run_id = $1 AND state = 'running'", [runId]);
}
