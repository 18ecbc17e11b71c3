// SQL of emergencies, notices and findings.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { stateOf } from "./rules.js";
import type { Site } from "./site.js";
import type { AccessMonth, AccessNotice, Emergency, EmergencyReason, Finding, NoticeKind } from "./types.js";

export async function holderOfReference(db: Queryable, referenceId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(
    `SELECT b.beneficiary_id AS id FROM registry.beneficiary_references r JOIN registry.beneficiaries b USING (beneficiary_id)
     WHERE r.reference_id = $1 AND b.state <> 'erased'`,
    [referenceId],
  );
  return row?.id;
}

interface NewEmergency extends Site {
  readonly grantId: string;
  readonly beneficiaryId: string;
  readonly reason: EmergencyReason;
  readonly now: Date;
}
/** False when the key was used before, for another person or by somebody else; the same once more is the same grant. */
export async function insertEmergency(db: Queryable, asked: NewEmergency): Promise<boolean> {
  await db.rows(
    `INSERT INTO registry.break_glass (beneficiary_id, grant_id, staff_id, facility_id, reason, asked_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [asked.beneficiaryId, asked.grantId, asked.staffId, asked.facilityId, asked.reason, asked.now],
  );
  const own = await db.rows(
    "SELECT grant_id FROM registry.break_glass WHERE grant_id = $1 AND beneficiary_id = $2 AND staff_id = $3",
    [asked.grantId, asked.beneficiaryId, asked.staffId],
  );
  return own.length > 0;
}

/** False when it was open already: the other of two clicks came first. */
export async function markOpened(tx: Queryable, grantId: string, now: Date): Promise<boolean> {
  const rows = await tx.rows(
    "UPDATE registry.break_glass SET opened_at = $2 WHERE grant_id = $1 AND opened_at IS NULL RETURNING 1 AS is_open",
    [grantId, now],
  );
  return rows.length > 0;
}

type EmergencyRow = Omit<Emergency, "state"> & { readonly answer: "confirmed" | "denied" | null };
const emergencies = `SELECT g.grant_id AS "grantId", g.beneficiary_id AS "beneficiaryId", s.display_name AS "askedBy",
    f.name AS "facilityName", g.reason, g.asked_at AS "askedAt", g.second_answer AS answer, second.display_name AS "answeredBy",
    right(b.reference_id::text, 4) AS "referenceLast4"
  FROM registry.break_glass g JOIN registry.staff s USING (staff_id) JOIN registry.facilities f ON f.facility_id = g.facility_id
  JOIN registry.beneficiaries b USING (beneficiary_id) LEFT JOIN registry.staff second ON second.staff_id = g.second_by`;

function emergencyOf({ answer, ...row }: EmergencyRow, now: Date): Emergency {
  return { ...row, state: stateOf(answer, row.askedAt, now) };
}

/** One whose reason is kept and whose person is told; before that it opens nothing. */
export async function findEmergency(db: Queryable, grantId: string, now: Date): Promise<Emergency | undefined> {
  const [row] = await db.rows<EmergencyRow>(`${emergencies} WHERE g.grant_id = $1 AND g.opened_at IS NOT NULL`, [
    grantId,
  ]);
  return row && emergencyOf(row, now);
}

export async function waitingAt(
  db: Queryable,
  { facilityId, staffId }: Site,
  now: Date,
  minutes: number,
): Promise<Emergency[]> {
  const rows = await db.rows<EmergencyRow>(
    `${emergencies} WHERE g.facility_id = $1 AND g.staff_id <> $2 AND g.second_answer IS NULL AND g.opened_at IS NOT NULL
       AND g.asked_at > $3::timestamptz - make_interval(mins => $4) ORDER BY g.asked_at`,
    [facilityId, staffId, now, minutes],
  );
  return rows.map((row) => emergencyOf(row, now));
}

interface Answer extends Site {
  readonly grantId: string;
  readonly answer: "confirmed" | "denied";
  readonly now: Date;
}
export async function answer(db: Queryable, given: Answer, minutes: number): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.break_glass SET second_answer = $2, second_by = $3, second_at = $5
     WHERE grant_id = $1 AND facility_id = $4 AND staff_id <> $3 AND second_answer IS NULL
       AND opened_at IS NOT NULL AND asked_at > $5::timestamptz - make_interval(mins => $6) RETURNING 1 AS is_answered`,
    [given.grantId, given.answer, given.staffId, given.facilityId, given.now, minutes],
  );
  return rows.length > 0;
}

interface NoticeRow {
  readonly noticeId: string;
  readonly beneficiaryId: string;
  readonly kind: NoticeKind;
  readonly organisation: string | null;
  readonly now: Date;
}
export async function insertNotice(tx: Queryable, notice: NoticeRow): Promise<void> {
  await tx.rows(
    "INSERT INTO registry.access_notices (beneficiary_id, notice_id, kind, organisation, noticed_at) VALUES ($1, $2, $3, $4, $5)",
    [notice.beneficiaryId, notice.noticeId, notice.kind, notice.organisation, notice.now],
  );
}

export async function notices(db: Queryable, people: readonly string[], since: Date): Promise<AccessNotice[]> {
  return db.rows<AccessNotice>(
    `SELECT beneficiary_id AS "beneficiaryId", kind, organisation, noticed_at AS at FROM registry.access_notices
     WHERE beneficiary_id = ANY ($1::uuid[]) AND noticed_at > $2 ORDER BY noticed_at DESC LIMIT 20`,
    [people, since],
  );
}

interface FindingFilter {
  readonly isDecided: boolean | null;
  readonly findingId: string | null;
  readonly skip: number;
  readonly limit: number;
}
type FindingRow = Omit<Finding, "who"> & { name: string | null; role: string | null; place: string | null };

/** Those that stop somebody first, then the newest. */
export async function findings(db: Queryable, filter: FindingFilter): Promise<Finding[]> {
  const rows = await db.rows<FindingRow>(
    `SELECT f.finding_id AS "findingId", f.kind, split_part(f.actor, ':', 1) AS "actorKind", f.first_at AS "firstAt",
       f.last_at AS "lastAt", f.times, f.reasons, f.stops, f.decision, by.display_name AS "decidedBy", f.decided_at AS "decidedAt",
       CASE WHEN f.kind = 'break-glass' THEN f.reference END AS "grantId",
       CASE WHEN f.decision = 'escalated' THEN s.display_name END AS name, s.role, coalesce(fa.name, d.name, st.name) AS place
     FROM registry.access_findings f
     LEFT JOIN registry.staff s ON s.staff_id = CASE WHEN f.actor LIKE 'staff:%' THEN substr(f.actor, 7)::uuid END
     LEFT JOIN registry.facilities fa ON fa.facility_id = s.facility_id
     LEFT JOIN registry.districts d ON d.district_id = s.district_id
     LEFT JOIN registry.states st ON st.state_id = s.state_id
     LEFT JOIN registry.staff by ON by.staff_id = f.decided_by
     WHERE ($1::boolean IS NULL OR (f.decision IS NOT NULL) = $1) AND ($2::uuid IS NULL OR f.finding_id = $2)
     ORDER BY f.stops AND f.decision IS NULL DESC, f.last_at DESC, f.finding_id OFFSET $3 LIMIT $4`,
    [filter.isDecided, filter.findingId, filter.skip, filter.limit],
  );
  return rows.map(({ name, role, place, ...finding }) => ({
    ...finding,
    who: role === null ? null : { name, role, place },
  }));
}

export async function countWaiting(db: Queryable): Promise<number> {
  const [row] = await db.rows<{ n: number }>(
    "SELECT count(*)::int AS n FROM registry.access_findings WHERE decision IS NULL",
  );
  return row!.n;
}

export async function lastMonth(db: Queryable): Promise<AccessMonth> {
  const [row] = await db.rows<AccessMonth>(
    `SELECT coalesce(sum(looks), 0)::int AS looks, coalesce(sum(misses), 0)::int AS misses,
       coalesce(sum(emergencies), 0)::int AS emergencies
     FROM (SELECT * FROM registry.access_days ORDER BY day DESC LIMIT 30) AS month`,
  );
  return row!;
}

interface CanaryAccount {
  readonly accountId: string;
  readonly signInId: string;
  readonly phoneIndex: Buffer;
  readonly contactBox: Buffer;
  readonly tokenHash: Buffer;
  readonly now: Date;
}
/** An account of a number and a sign-in to it, as a right code would leave them; false when the number is known. */
export async function openCanaryAccount(db: Queryable, one: CanaryAccount): Promise<boolean> {
  const rows = await db.rows(
    `WITH phone AS (
       INSERT INTO registry.account_phones (phone_index, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING account_id),
     account AS (
       INSERT INTO registry.accounts (account_id, locale, created_at) SELECT account_id, 'en', $3 FROM phone)
     INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     SELECT $4, $5, account_id, $6, $3, $3, $3::timestamptz + interval '12 hours' FROM phone RETURNING account_id`,
    [one.phoneIndex, one.accountId, one.now, one.signInId, one.tokenHash, one.contactBox],
  );
  return rows.length > 0;
}

export async function endCanarySignIn(db: Queryable, signInId: string, now: Date): Promise<void> {
  await db.rows("UPDATE registry.sign_ins SET ended_at = $2, contact_box = ''::bytea WHERE sign_in_id = $1", [
    signInId,
    now,
  ]);
}
