// Accounts, people, staff and appointments as the vault's tests need them: put straight into the tables, so that
// what the recorder believes is tested without the commands that write them.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomInt } from "node:crypto";
import { type Actor, type PersonRecord, putBoxes } from "../../src/modules/disclosure/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import type { World } from "./world.js";

export interface SignedInAccount {
  readonly accountId: string;
  readonly signInId: string;
  readonly mobile: string;
  readonly contactBox: Buffer;
  readonly actor: Extract<Actor, { kind: "citizen" }>;
}
export const ownSignIn = { kind: "own-sign-in" } as const;

export async function signedInAccount({ deps }: World): Promise<SignedInAccount> {
  const [accountId, signInId] = [uuidv7(), uuidv7()];
  const mobile = `90000${String(randomInt(100_000)).padStart(5, "0")}`;
  const contactBox = await deps.gate.sealForTransit({ mobile }, 3_600);
  const now = deps.clock();
  await deps.db.rows("INSERT INTO registry.accounts (account_id, created_at) VALUES ($1, $2)", [accountId, now]);
  await deps.db.rows(
    `INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)`,
    [signInId, randomBytes(32), accountId, contactBox, now, new Date(now.getTime() + 3_600_000)],
  );
  return { accountId, signInId, mobile, contactBox, actor: { kind: "citizen", signInId } };
}

export const ashaDemo: Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4"> = {
  name: "Asha Demo",
  birthYear: 1960,
  gender: "Female",
  photoIdType: "PAN Card",
  photoIdLast4: "123F",
};

/** Registers a person through the gate, as the account. */
export async function registeredPerson(
  world: World,
  account: SignedInAccount,
  identity: Partial<typeof ashaDemo> = {},
): Promise<string> {
  const { deps } = world;
  const subject = uuidv7();
  const sealed = await deps.gate.seal({
    actor: account.actor,
    purpose: "registration",
    explanation: ownSignIn,
    subject,
    isNew: true,
    values: { identity: { ...ashaDemo, ...identity }, contact: { transitBox: account.contactBox } },
  });
  if (!sealed.ok) throw new Error(`could not register: ${sealed.code}`);
  await putBoxes(deps.db, sealed.value);
  await putBeneficiary(world, subject, account.accountId);
  return subject;
}

export async function putBeneficiary({ deps }: World, subject: string, accountId: string): Promise<void> {
  await deps.db.rows(
    `INSERT INTO registry.beneficiaries (beneficiary_id, account_id, reference_id, registered_by, created_at)
     VALUES ($1, $2, $3, 'self', $4)`,
    [subject, accountId, 10_000_000_000_000 + randomInt(2 ** 40), deps.clock()],
  );
}

export async function facility({ deps }: World, name = "Demo Health Centre"): Promise<string> {
  const facilityId = uuidv7();
  await deps.db.rows("INSERT INTO registry.states VALUES (901, 'Demo State') ON CONFLICT DO NOTHING");
  await deps.db.rows("INSERT INTO registry.districts VALUES (9901, 901, 'Demo District') ON CONFLICT DO NOTHING");
  await deps.db.rows(
    `INSERT INTO registry.facilities (facility_id, center_id, name, address, state_id, district_id, pincode, fee_type)
     VALUES ($1, $2, $3, 'Demo Road', 901, 9901, 110001, 'Free')`,
    [facilityId, randomInt(2 ** 30), name],
  );
  return facilityId;
}

export interface SignedInStaff {
  readonly staffId: string;
  readonly signInId: string;
  readonly actor: Extract<Actor, { kind: "staff" }>;
}

export async function signedInStaff({ deps }: World, role: string, facilityId: string): Promise<SignedInStaff> {
  const [staffId, signInId] = [uuidv7(), uuidv7()];
  const now = deps.clock();
  await deps.db.rows(
    "INSERT INTO registry.staff (staff_id, display_name, role, state_id, district_id, facility_id) VALUES ($1, 'Vimal Demo', $2, 901, 9901, $3)",
    [staffId, role, facilityId],
  );
  await deps.db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $5)`,
    [signInId, randomBytes(32), staffId, now, new Date(now.getTime() + 3_600_000)],
  );
  return { staffId, signInId, actor: { kind: "staff", signInId } };
}

export type AppointmentState = "booked" | "checked-in" | "completed" | "cancelled";

/** An appointment at the facility; checked in now unless it says otherwise. */
export async function appointmentAt(
  { deps }: World,
  facilityId: string,
  person: { subject: string; accountId: string },
  { status = "checked-in" as AppointmentState, checkedInAt = deps.clock() as Date | null } = {},
): Promise<string> {
  const [sessionId, appointmentId] = [uuidv7(), uuidv7()];
  const now = deps.clock();
  await deps.db.rows(
    `INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age, status)
     VALUES ($1, $2, 901, 9901, 110001, 'COVISHIELD', ($3::timestamptz AT TIME ZONE 'Asia/Kolkata')::date, 18, 'published')`,
    [sessionId, facilityId, now],
  );
  await deps.db.rows(
    `INSERT INTO registry.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
       channel, status, request_key, booked_at, checked_in_at)
     VALUES ($1, $2, $3, $4, 1, 'dose1', 1, 'online', $5, $6, $7, $8)`,
    [sessionId, appointmentId, person.subject, person.accountId, status, uuidv7(), now, checkedInAt],
  );
  return appointmentId;
}

export async function vaccinationAt(
  { deps }: World,
  facilityId: string,
  subject: string,
  recordedAt = deps.clock(),
): Promise<string> {
  const vaccinationId = uuidv7();
  await deps.db.rows(
    `INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key, recorded_by, recorded_at)
     VALUES ($1, $2, 1, $3, $4, 'valid', $5, $6, $7)`,
    [subject, vaccinationId, uuidv7(), facilityId, uuidv7(), uuidv7(), recordedAt],
  );
  return vaccinationId;
}
