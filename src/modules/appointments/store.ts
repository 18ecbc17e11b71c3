// All SQL of appointments. Booking, moving and cancelling are each one function of the database (0042_booking.sql).
// SPDX-License-Identifier: Apache-2.0
import { type Queryable, sqlState } from "../../platform/db/db.js";
import type { AppointmentCode } from "./errors.js";
import type { AppointmentView, BookingPool } from "./types.js";

export interface Booking {
  readonly now: Date;
  readonly accountId: string;
  readonly appointmentId: string;
  readonly sessionId: string;
  readonly slotNumber: number;
  readonly pool: BookingPool;
  readonly doseNumber: number;
  readonly people: readonly string[];
  readonly requestKey: string;
}
type Refusal = { readonly refusal: AppointmentCode | "NOT_FOUND" | null };

/** The functions refuse by an answer, or, when something was written already, by SK001, which takes it all back. */
async function orRefusal<Row extends Refusal>(query: Promise<Row[]>): Promise<Row | Refusal> {
  try {
    return (await query)[0]!;
  } catch (error) {
    if (sqlState(error) === "SK001") return { refusal: (error as Error).message as AppointmentCode };
    throw error;
  }
}

export async function book(db: Queryable, b: Booking): Promise<Refusal & { appointment?: string | null }> {
  return orRefusal(
    db.rows<Refusal & { appointment: string | null }>(
      "SELECT refusal, appointment FROM registry.book_appointment($1, $2, $3, $4::smallint, $5, $6::smallint, $7::uuid[], $8, $9)",
      [b.now, b.accountId, b.sessionId, b.slotNumber, b.pool, b.doseNumber, b.people, b.requestKey, b.appointmentId],
    ),
  );
}

export function move(db: Queryable, b: Booking): Promise<Refusal> {
  return orRefusal(
    db.rows<Refusal>(
      "SELECT refusal FROM registry.move_appointment($1, $2, $3, $4, $5::smallint, $6, $7::smallint, $8::uuid[], $9)",
      [b.now, b.accountId, b.appointmentId, b.sessionId, b.slotNumber, b.pool, b.doseNumber, b.people, b.requestKey],
    ),
  );
}

export function cancel(
  db: Queryable,
  now: Date,
  accountId: string,
  appointmentId: string,
  people: readonly string[] | null,
): Promise<Refusal> {
  return orRefusal(
    db.rows<Refusal>("SELECT refusal FROM registry.cancel_appointment($1, $2, $3, $4::uuid[])", [
      now,
      accountId,
      appointmentId,
      people,
    ]),
  );
}

export async function cancelAllOf(db: Queryable, now: Date, sessionId: string): Promise<number> {
  const [row] = await db.rows<{ people: number }>("SELECT registry.cancel_session_appointments($1, $2) AS people", [
    now,
    sessionId,
  ]);
  return row!.people;
}

const viewColumns = `a.appointment_id AS "appointmentId", a.session_id AS "sessionId", a.slot_number AS "slotNumber",
  s.held_on AS "heldOn", to_char(l.starts_at, 'HH24:MI') AS "startsAt", to_char(l.ends_at, 'HH24:MI') AS "endsAt",
  s.product, a.pool, a.dose_number AS "doseNumber", f.center_id AS "centerId", f.name AS "facilityName", f.address AS "facilityAddress",
  f.block_name AS "blockName", to_char(f.opens_at, 'HH24:MI') AS "opensAt", to_char(f.closes_at, 'HH24:MI') AS "closesAt",
  d.name AS "districtName", st.name AS "stateName", f.pincode, s.fee_rupees AS "feeRupees",
  s.status = 'cancelled' AS "sessionCancelled", max(a.booked_at) AS "bookedAt"`;

/** Appointments of an account, or one of them, newest day first; rows that were moved away from are left out. */
export async function selectOfAccount(
  db: Queryable,
  accountId: string,
  appointmentId: string | null,
): Promise<AppointmentView[]> {
  const rows = await db.rows<
    Omit<AppointmentView, "people"> & { people: { beneficiaryId: string; status: never; checkedInAt: string | null }[] }
  >(
    `SELECT ${viewColumns}, json_agg(json_build_object('beneficiaryId', a.beneficiary_id, 'status', a.status,
       'checkedInAt', a.checked_in_at) ORDER BY a.beneficiary_id) AS people
     FROM registry.appointments a JOIN registry.sessions s USING (session_id)
     JOIN registry.slots l ON l.session_id = a.session_id AND l.slot_number = a.slot_number
     JOIN registry.facilities f ON f.facility_id = s.facility_id
     JOIN registry.districts d ON d.district_id = f.district_id JOIN registry.states st ON st.state_id = f.state_id
     WHERE a.account_id = $1 AND ($2::uuid IS NULL OR a.appointment_id = $2) AND a.status <> 'moved'
     GROUP BY a.appointment_id, a.session_id, a.slot_number, a.pool, a.dose_number, s.session_id, l.starts_at, l.ends_at,
       f.facility_id, d.name, st.name
     ORDER BY s.held_on DESC, l.starts_at DESC, a.appointment_id LIMIT 50`,
    [accountId, appointmentId],
  );
  return rows.map((row) => ({
    ...row,
    people: row.people.map((one) => ({ ...one, checkedInAt: one.checkedInAt ? new Date(one.checkedInAt) : null })),
  }));
}

export interface CheckInRow {
  readonly status: string;
  readonly heldOn: string;
  readonly facilityId: string;
}

export async function findForCheckIn(
  db: Queryable,
  sessionId: string,
  appointmentId: string,
  beneficiaryId: string,
): Promise<CheckInRow | undefined> {
  const [row] = await db.rows<CheckInRow>(
    `SELECT a.status, s.held_on AS "heldOn", s.facility_id AS "facilityId"
     FROM registry.appointments a JOIN registry.sessions s USING (session_id)
     WHERE a.session_id = $1 AND a.appointment_id = $2 AND a.beneficiary_id = $3 AND a.status <> 'moved'`,
    [sessionId, appointmentId, beneficiaryId],
  );
  return row;
}

/** Counts one try of the security code; false when there have been too many. */
export async function takeCodeTry(
  db: Queryable,
  sessionId: string,
  appointmentId: string,
  beneficiaryId: string,
  most: number,
): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.appointments SET code_tries = code_tries + 1
     WHERE session_id = $1 AND appointment_id = $2 AND beneficiary_id = $3 AND code_tries < $4 RETURNING code_tries`,
    [sessionId, appointmentId, beneficiaryId, most],
  );
  return rows.length > 0;
}

export async function markCheckedIn(
  db: Queryable,
  sessionId: string,
  appointmentId: string,
  beneficiaryId: string,
  at: Date,
  staffId: string,
): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.appointments SET status = 'checked-in', checked_in_at = $4, checked_in_by = $5, code_tries = 0
     WHERE session_id = $1 AND appointment_id = $2 AND beneficiary_id = $3 AND status = 'booked' RETURNING appointment_id`,
    [sessionId, appointmentId, beneficiaryId, at, staffId],
  );
  return rows.length > 0;
}
