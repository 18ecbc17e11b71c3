// SQL that only the demo needs: what is otherwise left behind by passkeys, codes and time.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../platform/db/db.js";
import { randomToken, tokenHash, uuidv7 } from "../platform/random.js";
import type { DemoStaff } from "./country.js";

export async function insertStaff(db: Queryable, staff: readonly DemoStaff[], at: Date): Promise<void> {
  await db.rows(
    `INSERT INTO registry.staff (staff_id, display_name, role, state_id, district_id, facility_id, created_at)
     SELECT u.*, $7::timestamptz FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::uuid[]) AS u
     ON CONFLICT (staff_id) DO NOTHING`,
    [
      staff.map((s) => s.staffId),
      staff.map((s) => s.displayName),
      staff.map((s) => s.role),
      staff.map((s) => s.stateId),
      staff.map((s) => s.districtId),
      staff.map((s) => s.facilityId),
      at,
    ],
  );
}

/** A sign-in of a member of staff for the time of seeding; nobody is given its token. */
export async function openStaffSignIn(db: Queryable, staffId: string, at: Date): Promise<string> {
  const signInId = uuidv7();
  await db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $4::timestamptz + interval '10 minutes')`,
    [signInId, tokenHash(randomToken()), staffId, at],
  );
  return signInId;
}

/** The account of a number and a sign-in to it, as a right code would leave them. */
export async function openSignIn(
  db: Queryable,
  account: { accountId: string; phoneIndex: Buffer; contactBox: Buffer; locale: string; at: Date },
): Promise<string> {
  const signInId = uuidv7();
  await db.rows(
    `WITH phone AS (
       INSERT INTO registry.account_phones (phone_index, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING account_id),
     account AS (
       INSERT INTO registry.accounts (account_id, locale, created_at) SELECT account_id, $3, $4 FROM phone RETURNING account_id)
     INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     VALUES ($5, $6, $2, $7, $4, $4, $4::timestamptz + interval '10 minutes')`,
    [
      account.phoneIndex,
      account.accountId,
      account.locale,
      account.at,
      signInId,
      tokenHash(randomToken()),
      account.contactBox,
    ],
  );
  return signInId;
}

export async function endSignIns(
  db: Queryable,
  citizens: readonly string[],
  staff: readonly string[],
  at: Date,
): Promise<void> {
  await db.rows(
    "UPDATE registry.sign_ins SET ended_at = $2, contact_box = ''::bytea WHERE sign_in_id = ANY ($1::uuid[])",
    [citizens, at],
  );
  await db.rows("UPDATE registry.staff_sign_ins SET ended_at = $2 WHERE sign_in_id = ANY ($1::uuid[])", [staff, at]);
}

export async function isPhoneKnown(db: Queryable, phoneIndex: Buffer): Promise<boolean> {
  return (await db.rows("SELECT FROM registry.account_phones WHERE phone_index = $1", [phoneIndex])).length > 0;
}

/** Which of these sessions exist. */
export async function knownSessions(db: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.rows<{ id: string }>(
    "SELECT session_id AS id FROM registry.sessions WHERE session_id = ANY ($1::uuid[]) AND status <> 'draft'",
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Facilities that are complete: their stock comes last. */
export async function knownFacilities(db: Queryable): Promise<Set<string>> {
  const rows = await db.rows<{ id: string }>(
    "SELECT facility_id AS id FROM registry.batches GROUP BY facility_id HAVING count(*) >= 4",
  );
  return new Set(rows.map((row) => row.id));
}

interface PastVisit {
  readonly sessionId: string;
  readonly appointmentId: string;
  readonly beneficiaryId: string;
  readonly accountId: string;
  readonly doseNumber: number;
  readonly staffId: string;
  readonly at: Date;
}

/** A walk-in of an earlier day whose dose is recorded only now: checked in now, which is what the recorder looks at. */
export async function insertPastVisit(db: Queryable, visit: PastVisit, now: Date): Promise<void> {
  await db.rows(
    `WITH place AS (
       UPDATE registry.places SET taken = taken + 1 WHERE session_id = $1 AND slot_number = 1 AND pool = 'walk-in')
     INSERT INTO registry.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
       channel, status, request_key, booked_at, checked_in_at, checked_in_by)
     VALUES ($1, $2, $3, $4, 1, 'walk-in', $5, 'walk-in', 'checked-in', $2, $6, $7, $8)`,
    [
      visit.sessionId,
      visit.appointmentId,
      visit.beneficiaryId,
      visit.accountId,
      visit.doseNumber,
      visit.at,
      now,
      visit.staffId,
    ],
  );
}

export async function datePastVisit(db: Queryable, visit: PastVisit): Promise<void> {
  await db.rows("UPDATE registry.appointments SET checked_in_at = $3 WHERE session_id = $1 AND appointment_id = $2", [
    visit.sessionId,
    visit.appointmentId,
    visit.at,
  ]);
}

export interface CoverageLine {
  readonly givenOn: string;
  readonly stateId: number;
  readonly districtId: number;
  readonly product: string;
  readonly doseNumber: number;
  readonly doses: number;
}

/** Adds the demo's history to the public figures, if there is none yet. */
export async function insertCoverage(db: Queryable, lines: readonly CoverageLine[], before: string): Promise<void> {
  await db.rows(
    `INSERT INTO registry.coverage_daily (given_on, state_id, district_id, product, dose_number, doses)
     SELECT u.* FROM unnest($1::date[], $2::int[], $3::int[], $4::text[], $5::smallint[], $6::int[]) AS u
     WHERE NOT EXISTS (SELECT FROM registry.coverage_daily WHERE given_on < $7) ON CONFLICT DO NOTHING`,
    [
      lines.map((l) => l.givenOn),
      lines.map((l) => l.stateId),
      lines.map((l) => l.districtId),
      lines.map((l) => l.product),
      lines.map((l) => l.doseNumber),
      lines.map((l) => l.doses),
      before,
    ],
  );
}

/** A one-time enrolment link for a member of the demo's staff. */
export async function insertInvitation(
  db: Queryable,
  staffId: string,
  token: string,
  at: Date,
  until: Date,
): Promise<void> {
  await db.rows(
    "INSERT INTO registry.staff_invitations (token_hash, staff_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    [tokenHash(token), staffId, at, until],
  );
}

export async function isInvitationOpen(db: Queryable, token: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `SELECT FROM registry.staff_invitations i JOIN registry.staff s USING (staff_id)
     WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND s.removed_at IS NULL`,
    [tokenHash(token), at],
  );
  return rows.length > 0;
}

export async function isStaffThere(db: Queryable, staffId: string): Promise<boolean> {
  return (await db.rows("SELECT FROM registry.staff WHERE staff_id = $1 AND removed_at IS NULL", [staffId])).length > 0;
}

/** No command sets these yet: a map comes with them. */
export async function putOnMap(
  db: Queryable,
  facilities: readonly { readonly facilityId: string; readonly latitude: number; readonly longitude: number }[],
): Promise<void> {
  await db.rows(
    `UPDATE registry.facilities f SET latitude = p.latitude, longitude = p.longitude
     FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS p (facility_id, latitude, longitude)
     WHERE f.facility_id = p.facility_id AND (f.latitude, f.longitude) IS DISTINCT FROM (p.latitude, p.longitude)`,
    [facilities.map((f) => f.facilityId), facilities.map((f) => f.latitude), facilities.map((f) => f.longitude)],
  );
}
