// SQL of a session's day: lists, identity checks, walk-ins. Every statement is bound to one facility and one date.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import type { DayLine, DaySession, FacilitationReason, IdentityReason } from "./types.js";

export interface Day {
  facilityId: string;
  on: IsoDate;
}

const live = `a.status IN ('booked', 'checked-in', 'completed')`;

// A session that is cancelled during its day stays open for those who were vaccinated, or are checked in again because a
// dose was undone.
const shown = `(s.status = 'published' OR (s.status = 'cancelled' AND a.status IN ('checked-in', 'completed')))`;

/** Sessions of a facility's day, with their counts; one of them if its id is given. */
export async function sessions(
  db: Queryable,
  { facilityId, on }: Day,
  sessionId: string | null,
): Promise<DaySession[]> {
  return db.rows<DaySession>(
    `SELECT s.session_id AS "sessionId", s.product, s.held_on AS "heldOn", s.min_age AS "minAge", s.max_age AS "maxAge",
       s.fee_rupees AS "feeRupees", f.fee_type AS "feeType", s.status = 'cancelled' AS "isCancelled", to_char(hours.starts_at, 'HH24:MI') AS "startsAt", to_char(hours.ends_at, 'HH24:MI') AS "endsAt",
       counts.booked, counts."checkedIn", counts.done, CASE WHEN s.status = 'published' THEN places.free ELSE 0 END AS "walkInLeft"
     FROM registry.sessions s JOIN registry.facilities f USING (facility_id)
     CROSS JOIN LATERAL (SELECT min(sl.starts_at) AS starts_at, max(sl.ends_at) AS ends_at FROM registry.slots sl WHERE sl.session_id = s.session_id) AS hours
     CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE a.status = 'booked')::int AS booked,
         count(*) FILTER (WHERE a.status = 'checked-in')::int AS "checkedIn",
         count(*) FILTER (WHERE a.status = 'completed')::int AS done
       FROM registry.appointments a WHERE a.session_id = s.session_id) AS counts
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(p.capacity - p.taken), 0)::int AS free
       FROM registry.places p WHERE p.session_id = s.session_id AND p.pool = 'walk-in') AS places
     WHERE s.facility_id = $1 AND s.held_on = $2 AND (s.status = 'published' OR (s.status = 'cancelled' AND counts."checkedIn" + counts.done > 0))
       AND ($3::uuid IS NULL OR s.session_id = $3)
     ORDER BY hours.starts_at, s.product`,
    [facilityId, on, sessionId],
  );
}

/** Where somebody's appointment of the day is, if it is at this facility. */
export async function whereToday(
  db: Queryable,
  { facilityId, on }: Day,
  beneficiaryId: string,
): Promise<{ sessionId: string; appointmentId: string } | undefined> {
  const [row] = await db.rows<{ sessionId: string; appointmentId: string }>(
    `SELECT a.session_id AS "sessionId", a.appointment_id AS "appointmentId"
     FROM registry.appointments a JOIN registry.sessions s USING (session_id)
     WHERE a.beneficiary_id = $1 AND s.facility_id = $2 AND s.held_on = $3 AND ${shown} AND ${live}
     ORDER BY a.booked_at DESC LIMIT 1`,
    [beneficiaryId, facilityId, on],
  );
  return row;
}

/** Whether the ids are an appointment of the facility's day, however it ended. */
export async function wasHere(
  db: Queryable,
  { facilityId, on }: Day,
  ids: { sessionId: string; appointmentId: string; beneficiaryId: string },
): Promise<boolean> {
  const rows = await db.rows(
    `SELECT a.appointment_id FROM registry.appointments a JOIN registry.sessions s USING (session_id)
     WHERE a.session_id = $1 AND a.appointment_id = $2 AND a.beneficiary_id = $3 AND s.facility_id = $4 AND s.held_on = $5`,
    [ids.sessionId, ids.appointmentId, ids.beneficiaryId, facilityId, on],
  );
  return rows.length > 0;
}

export interface LineFilter {
  last4: string | null;
  appointmentId: string | null;
  beneficiaryId: string | null;
  skip: number;
  limit: number;
}

export async function lines(
  db: Queryable,
  { facilityId, on }: Day,
  sessionId: string,
  filter: LineFilter,
): Promise<DayLine[]> {
  return db.rows<DayLine>(
    `SELECT a.appointment_id AS "appointmentId", a.beneficiary_id AS "beneficiaryId",
       to_char(sl.starts_at, 'HH24:MI') AS "startsAt", to_char(sl.ends_at, 'HH24:MI') AS "endsAt",
       right(b.reference_id::text, 4) AS "referenceLast4", a.dose_number AS "doseNumber", a.channel, a.booked_at AS "bookedAt",
       CASE WHEN a.status = 'completed' THEN 'done'
            WHEN a.status = 'booked' THEN 'booked'
            WHEN checked.is_match THEN 'identified'
            WHEN checked.is_match = false THEN 'refused'
            ELSE 'checked-in' END AS stage,
       v.vaccination_id AS "vaccinationId", v.recorded_at AS "recordedAt", v.observe_until AS "observeUntil"
     FROM registry.appointments a
     JOIN registry.sessions s USING (session_id)
     JOIN registry.slots sl ON sl.session_id = a.session_id AND sl.slot_number = a.slot_number
     JOIN registry.beneficiaries b USING (beneficiary_id)
     LEFT JOIN LATERAL (
       SELECT c.is_match FROM registry.identity_checks c
       WHERE c.session_id = a.session_id AND c.appointment_id = a.appointment_id AND c.beneficiary_id = a.beneficiary_id
         -- After a dose that was undone the photo id is compared again: perhaps it was the wrong person.
         AND c.checked_at > coalesce((SELECT max(undone.voided_at) FROM registry.vaccinations undone
           WHERE undone.beneficiary_id = a.beneficiary_id AND undone.session_id = a.session_id), '-infinity')
       ORDER BY c.checked_at DESC LIMIT 1) AS checked ON true
     LEFT JOIN LATERAL (
       SELECT v.vaccination_id, v.recorded_at, v.observe_until FROM registry.vaccinations v
       WHERE v.beneficiary_id = a.beneficiary_id AND v.session_id = a.session_id AND v.status = 'valid'
       ORDER BY v.recorded_at DESC LIMIT 1) AS v ON true
     WHERE a.session_id = $1 AND s.facility_id = $2 AND s.held_on = $3 AND ${shown} AND ${live}
       AND ($4::text IS NULL OR right(b.reference_id::text, 4) = $4)
       AND ($5::uuid IS NULL OR a.appointment_id = $5) AND ($6::uuid IS NULL OR a.beneficiary_id = $6)
     ORDER BY CASE a.status WHEN 'checked-in' THEN 0 WHEN 'booked' THEN 1 ELSE 2 END, sl.starts_at, a.booked_at, a.beneficiary_id
     OFFSET $7 LIMIT $8`,
    [sessionId, facilityId, on, filter.last4, filter.appointmentId, filter.beneficiaryId, filter.skip, filter.limit],
  );
}

export interface IdentityCheck {
  sessionId: string;
  appointmentId: string;
  beneficiaryId: string;
  checkedAt: Date;
  checkedBy: string;
  isMatch: boolean;
  reason: IdentityReason | null;
}

/** Writes the check while the person is checked in; false when not. */
export async function insertIdentityCheck(db: Queryable, check: IdentityCheck): Promise<boolean> {
  const [row] = await db.rows<{ here: number }>(
    `WITH here AS (
       SELECT session_id, appointment_id, beneficiary_id FROM registry.appointments
       WHERE session_id = $1 AND appointment_id = $2 AND beneficiary_id = $3 AND status = 'checked-in'),
     written AS (
       INSERT INTO registry.identity_checks (session_id, appointment_id, beneficiary_id, checked_at, checked_by, is_match, reason)
       SELECT session_id, appointment_id, beneficiary_id, $4, $5, $6, $7 FROM here ON CONFLICT DO NOTHING)
     SELECT count(*)::int AS here FROM here`,
    [
      check.sessionId,
      check.appointmentId,
      check.beneficiaryId,
      check.checkedAt,
      check.checkedBy,
      check.isMatch,
      check.reason,
    ],
  );
  return row?.here === 1;
}

export interface WalkIn {
  facilityId: string;
  sessionId: string;
  beneficiaryId: string;
  accountId: string;
  appointmentId: string;
  doseNumber: number;
  requestKey: string;
  staffId: string;
  now: Date;
}
export type Admission = {
  outcome: "admitted" | "not-today" | "booked-elsewhere" | "full" | "unknown";
  appointmentId: string | null;
};

export async function admit(db: Queryable, walkIn: WalkIn): Promise<Admission> {
  const [row] = await db.rows<Admission>(
    `SELECT outcome, appointment AS "appointmentId" FROM registry.admit_walk_in($1, $2, $3, $4, $5, $6::smallint, $7, $8, $9)`,
    [
      walkIn.sessionId,
      walkIn.facilityId,
      walkIn.beneficiaryId,
      walkIn.accountId,
      walkIn.appointmentId,
      walkIn.doseNumber,
      walkIn.requestKey,
      walkIn.staffId,
      walkIn.now,
    ],
  );
  if (!row) throw new Error("admit_walk_in gave no row");
  return row;
}

export async function insertFacilitation(
  db: Queryable,
  facilitation: { beneficiaryId: string; staffId: string; sessionId: string; reason: FacilitationReason; now: Date },
): Promise<void> {
  await db.rows(
    `INSERT INTO registry.facilitations (beneficiary_id, staff_id, session_id, reason, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [facilitation.beneficiaryId, facilitation.staffId, facilitation.sessionId, facilitation.reason, facilitation.now],
  );
}
