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
