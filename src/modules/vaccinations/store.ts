// SQL of vaccinations. Recording and voiding are one call each: registry.record_dose and registry.void_dose.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { JobKind, JobPayloads } from "../../platform/jobs/enqueue.js";
import type { SessionDose } from "./types.js";

/** What the appointment, its session and the chosen batch say before a dose. */
export interface DoseContext {
  facilityId: string;
  facilityName: string;
  feeType: "Free" | "Paid";
  stateId: number;
  districtId: number;
  product: string;
  channel: "online" | "walk-in";
  bookedAt: Date;
  status: string;
  lotNumber: string | null;
}

export async function findContext(
  db: Queryable,
  input: { sessionId: string; appointmentId: string; beneficiaryId: string; batchId: string },
): Promise<DoseContext | undefined> {
  const [row] = await db.rows<DoseContext>(
    `SELECT s.facility_id AS "facilityId", f.name AS "facilityName", f.fee_type AS "feeType", s.state_id AS "stateId",
       s.district_id AS "districtId", s.product, a.channel, a.booked_at AS "bookedAt", a.status,
       b.lot_number AS "lotNumber"
     FROM registry.appointments a JOIN registry.sessions s USING (session_id)
     JOIN registry.facilities f ON f.facility_id = s.facility_id
     LEFT JOIN registry.batches b ON b.facility_id = s.facility_id AND b.batch_id = $4
     WHERE a.session_id = $1 AND a.appointment_id = $2 AND a.beneficiary_id = $3`,
    [input.sessionId, input.appointmentId, input.beneficiaryId, input.batchId],
  );
  return row;
}

export interface DoseRow extends SessionDose {
  facilityId: string;
  sessionId: string;
}
const doseColumns = `beneficiary_id AS "beneficiaryId", vaccination_id AS "vaccinationId", dose_number AS "doseNumber",
  status, recorded_at AS "recordedAt", observe_until AS "observeUntil", facility_id AS "facilityId",
  session_id AS "sessionId"`;

export async function find(db: Queryable, beneficiaryId: string, vaccinationId: string): Promise<DoseRow | undefined> {
  const [row] = await db.rows<DoseRow>(
    `SELECT ${doseColumns} FROM registry.vaccinations WHERE beneficiary_id = $1 AND vaccination_id = $2`,
    [beneficiaryId, vaccinationId],
  );
  return row;
}

export async function findByRequestKey(
  db: Queryable,
  beneficiaryId: string,
  requestKey: string,
): Promise<DoseRow | undefined> {
  const [row] = await db.rows<DoseRow>(
    `SELECT ${doseColumns} FROM registry.vaccinations WHERE beneficiary_id = $1 AND request_key = $2`,
    [beneficiaryId, requestKey],
  );
  return row;
}

export async function listOfSession(db: Queryable, sessionId: string): Promise<DoseRow[]> {
  return db.rows<DoseRow>(
    `SELECT ${doseColumns} FROM registry.vaccinations WHERE session_id = $1 ORDER BY recorded_at DESC LIMIT 2000`,
    [sessionId],
  );
}

/** A job to enqueue inside the call. */
export type DoseJob = { [Kind in JobKind]: { kind: Kind; payload: JobPayloads[Kind]; key?: string } }[JobKind];

export interface NewDose {
  requestKey: string;
  sessionId: string;
  appointmentId: string;
  beneficiaryId: string;
  vaccinationId: string;
  doseNumber: number;
  batchId: string;
  staffId: string;
  now: Date;
  on: string;
  observeUntil: Date;
  box: Buffer;
  jobs: readonly DoseJob[];
}

type Written = Pick<SessionDose, "vaccinationId" | "doseNumber" | "recordedAt" | "observeUntil">;

export async function recordDose(db: Queryable, dose: NewDose): Promise<Written> {
  const [row] = await db.rows<Written>(
    `SELECT vaccination_id AS "vaccinationId", dose_number AS "doseNumber", recorded_at AS "recordedAt",
       observe_until AS "observeUntil"
     FROM registry.record_dose($1, $2, $3, $4, $5, $6::smallint, $7, $8, $9, $10, $11, $12, $13::jsonb)`,
    [
      dose.requestKey,
      dose.sessionId,
      dose.appointmentId,
      dose.beneficiaryId,
      dose.vaccinationId,
      dose.doseNumber,
      dose.batchId,
      dose.staffId,
      dose.now,
      dose.on,
      dose.observeUntil,
      dose.box,
      JSON.stringify(dose.jobs),
    ],
  );
  return row!;
}

export interface VoidedDose {
  beneficiaryId: string;
  vaccinationId: string;
  batchId: string | null;
  staffId: string;
  now: Date;
  version: number;
  box: Buffer;
  jobs: readonly DoseJob[];
}

/** False when the dose was voided already. */
export async function voidDose(db: Queryable, dose: VoidedDose): Promise<boolean> {
  const [row] = await db.rows<{ voided: boolean }>(
    `SELECT registry.void_dose($1, $2, $3, $4, $5, $6, $7, $8::jsonb) AS voided`,
    [
      dose.beneficiaryId,
      dose.vaccinationId,
      dose.batchId,
      dose.staffId,
      dose.now,
      dose.version,
      dose.box,
      JSON.stringify(dose.jobs),
    ],
  );
  return row!.voided;
}

/** The batch of a lot at a facility; no person is in this question. */
export async function findBatchId(
  db: Queryable,
  facilityId: string,
  product: string,
  lotNumber: string,
): Promise<string | null> {
  const [row] = await db.rows<{ batchId: string }>(
    `SELECT batch_id AS "batchId" FROM registry.batches WHERE facility_id = $1 AND product = $2 AND lot_number = $3`,
    [facilityId, product, lotNumber],
  );
  return row?.batchId ?? null;
}

/** The person's doses that count, held until the transaction ends. */
export async function lockValid(tx: Queryable, beneficiaryId: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `SELECT vaccination_id AS id FROM registry.vaccinations WHERE beneficiary_id = $1 AND status = 'valid' FOR UPDATE`,
    [beneficiaryId],
  );
  return rows.map((row) => row.id);
}

/** Marks all doses as entered in error; those that still count are put back. */
export async function voidAll(tx: Queryable, beneficiaryId: string, staffId: string, now: Date): Promise<void> {
  await tx.rows(
    `UPDATE registry.vaccinations SET status = 'entered-in-error', voided_at = $3, voided_by = $2
     WHERE beneficiary_id = $1 AND status = 'valid'`,
    [beneficiaryId, staffId, now],
  );
}

interface Numbered {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
  readonly doseNumber: number;
}

export async function putBack(tx: Queryable, dose: Numbered): Promise<void> {
  await tx.rows(
    `UPDATE registry.vaccinations SET status = 'valid', dose_number = $3, voided_at = NULL, voided_by = NULL
     WHERE beneficiary_id = $1 AND vaccination_id = $2`,
    [dose.beneficiaryId, dose.vaccinationId, dose.doseNumber],
  );
}

/** The same dose under another registration of the person; the request key keeps the id that it had. */
export async function copyDose(
  tx: Queryable,
  from: Pick<Numbered, "beneficiaryId" | "vaccinationId">,
  to: Numbered,
): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status,
       request_key, recorded_by, recorded_at, observe_until)
     SELECT $3, $4, $5, session_id, facility_id, 'valid', vaccination_id, recorded_by, recorded_at, observe_until
     FROM registry.vaccinations WHERE beneficiary_id = $1 AND vaccination_id = $2`,
    [from.beneficiaryId, from.vaccinationId, to.beneficiaryId, to.vaccinationId, to.doseNumber],
  );
}

/** A dose that was given and not recorded at the time. */
export async function insertLate(
  tx: Queryable,
  dose: Numbered & { sessionId: string; facilityId: string; staffId: string; now: Date },
): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status,
       request_key, recorded_by, recorded_at)
     VALUES ($1, $2, $3, $4, $5, 'valid', $2, $6, $7)`,
    [dose.beneficiaryId, dose.vaccinationId, dose.doseNumber, dose.sessionId, dose.facilityId, dose.staffId, dose.now],
  );
}

/** One dose more or less used of a batch; false when there is no such batch, or none left in it. */
export async function changeStock(
  tx: Queryable,
  batch: { readonly facilityId: string; readonly product: string; readonly lotNumber: string },
  by: 1 | -1,
): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE registry.batches SET doses_used = doses_used + $4
     WHERE facility_id = $1 AND product = $2 AND lot_number = $3 AND doses_used + $4 BETWEEN 0 AND doses_received
     RETURNING batch_id`,
    [batch.facilityId, batch.product, batch.lotNumber, by],
  );
  return rows.length > 0;
}
