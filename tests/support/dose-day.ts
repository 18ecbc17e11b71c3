// A day at a session site: a facility with staff and stock, and people who are checked in.
// SPDX-License-Identifier: Apache-2.0

import type { RecordVaccinationInput } from "../../src/modules/vaccinations/index.js";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { uuidv7 } from "../../src/platform/random.js";
import {
  appointmentAt,
  facility,
  registeredPerson,
  type SignedInAccount,
  type SignedInStaff,
  signedInAccount,
  signedInStaff,
} from "./vault-people.js";
import type { World } from "./world.js";

export interface DoseDay {
  readonly facilityId: string;
  readonly vaccinator: SignedInStaff;
  readonly batchId: string;
}

export async function doseDay(
  world: World,
  stock: { doses?: number; product?: string; expiresOn?: string } = {},
): Promise<DoseDay> {
  const facilityId = await facility(world);
  const vaccinator = await signedInStaff(world, "vaccinator", facilityId);
  return { facilityId, vaccinator, batchId: await batchAt(world, facilityId, stock) };
}

export async function batchAt(
  { deps }: World,
  facilityId: string,
  { doses = 10, product = "COVISHIELD", expiresOn = addDays(dateInIndia(deps.clock()), 30) } = {} as {
    doses?: number;
    product?: string;
    expiresOn?: string;
  },
): Promise<string> {
  const batchId = uuidv7();
  await deps.db.rows(
    `INSERT INTO registry.batches (facility_id, batch_id, product, lot_number, expires_on, doses_received)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [facilityId, batchId, product, `DEMO-${batchId.slice(-8)}`, expiresOn, doses],
  );
  return batchId;
}

export interface CheckedIn {
  readonly account: SignedInAccount;
  readonly input: RecordVaccinationInput;
}

/** A registered adult, checked in at the facility today, with the input that records their dose. */
export async function checkedInPerson(world: World, day: DoseDay, birthYear = 1980): Promise<CheckedIn> {
  const account = await signedInAccount(world);
  const beneficiaryId = await registeredPerson(world, account, { birthYear });
  return { account, input: await comesAgain(world, day, account, beneficiaryId) };
}

/** Another appointment of the same person, checked in today. */
export async function comesAgain(
  world: World,
  day: DoseDay,
  account: SignedInAccount,
  beneficiaryId: string,
): Promise<RecordVaccinationInput> {
  const appointmentId = await appointmentAt(world, day.facilityId, {
    subject: beneficiaryId,
    accountId: account.accountId,
  });
  const [row] = await world.deps.db.rows<{ sessionId: string }>(
    `SELECT session_id AS "sessionId" FROM registry.appointments WHERE appointment_id = $1`,
    [appointmentId],
  );
  const { sessionId } = row!;
  await world.deps.db.rows(
    "INSERT INTO registry.live_appointments (beneficiary_id, session_id, appointment_id) VALUES ($1, $2, $3)",
    [beneficiaryId, sessionId, appointmentId],
  );
  return { sessionId, appointmentId, beneficiaryId, batchId: day.batchId, requestKey: uuidv7() };
}

/** Jobs that wait, by kind. */
export async function waitingJobs(world: World): Promise<{ kind: string; payload: Record<string, unknown> }[]> {
  const worker = world.connectAs("sakshi_worker");
  return worker.rows(
    `SELECT t.identifier AS kind, j.payload FROM graphile_worker._private_jobs j
     JOIN graphile_worker._private_tasks t ON t.id = j.task_id ORDER BY j.id`,
  );
}
