// Citizens of a test: signed in through the real commands, people registered, sessions to book.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomInt } from "node:crypto";
import { requestOtp, verifyOtp } from "../../src/modules/accounts/index.js";
import { type PersonInput, registerBeneficiary } from "../../src/modules/beneficiaries/index.js";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { uuidv7 } from "../../src/platform/random.js";
import type { World } from "./world.js";

export interface SignedInCitizen {
  readonly accountId: string;
  readonly token: string;
  readonly actor: { readonly kind: "citizen"; readonly signInId: string };
}

let lastMobile = randomInt(10_000);
/** A number that nobody has, and that no other test uses. */
export function demoMobile(): string {
  return `90000${String(lastMobile++ % 100_000).padStart(5, "0")}`;
}

/** Sets the code of a challenge: it is stored only as a keyed hash, so the one that was sent cannot be read here. */
export async function setCode(world: World, challengeId: string, code: string): Promise<void> {
  const mac = world.deps.macs.mac("otp", challengeId, createHash("sha256").update(code).digest("hex"));
  await world.deps.db.rows("UPDATE registry.otp_challenges SET code_mac = $2 WHERE challenge_id = $1", [
    challengeId,
    mac,
  ]);
}

/** Sets the code of every challenge that waits, for tests that do not see their challenge's id. */
export async function setCodes(world: World, code: string): Promise<void> {
  const rows = await world.deps.db.rows<{ id: string }>(
    "SELECT challenge_id AS id FROM registry.otp_challenges WHERE consumed_at IS NULL",
  );
  for (const { id } of rows) await setCode(world, id, code);
}

export async function signedInCitizen(world: World, mobile = demoMobile()): Promise<SignedInCitizen> {
  const address = `198.51.${randomInt(256)}.${randomInt(256)}`;
  const challenge = await requestOtp(world.deps, { mobile, address, purpose: "sign-in" });
  if (!challenge.ok) throw new Error(challenge.code);
  const { challengeId } = challenge.value;
  await setCode(world, challengeId, "246810");
  const signIn = await verifyOtp(world.deps, { challengeId, code: { digits: "246810" }, address, locale: "en" });
  if (!signIn.ok) throw new Error(signIn.code);
  const { accountId, signInId, token } = signIn.value;
  return { accountId, token, actor: { kind: "citizen", signInId } };
}

let lastPhotoId = 0;
export function personInput(differences: Partial<PersonInput> = {}): PersonInput {
  const photoIdLast4 = String(lastPhotoId++ % 10_000).padStart(4, "0");
  return {
    name: "Asha Demo",
    birthYear: "1970",
    gender: "Female",
    photoIdType: "12",
    photoIdLast4,
    consent: "yes",
    ...differences,
  };
}

export async function registered(
  world: World,
  citizen: SignedInCitizen,
  differences: Partial<PersonInput> = {},
): Promise<string> {
  const outcome = await registerBeneficiary(world.deps, citizen.actor, {
    ...personInput(differences),
    requestKey: uuidv7(),
    locale: "en",
  });
  if (!outcome.ok) throw new Error(`${outcome.code} ${JSON.stringify(outcome.problems)}`);
  return outcome.value.beneficiaryId;
}

export interface DemoSession {
  readonly sessionId: string;
  readonly facilityId: string;
  readonly heldOn: string;
}

export interface SessionWish {
  inDays?: number;
  product?: string;
  minAge?: number;
  maxAge?: number | null;
  pincode?: number;
  feeType?: "Free" | "Paid";
  /** Places of each slot, by pool. */
  places?: Partial<Record<"dose1" | "dose2" | "precaution" | "walk-in", number>>;
  slots?: number;
  facilityId?: string;
}

/** A published session, tomorrow unless it says otherwise, in a district of its own. */
export async function publishedSession(world: World, wish: SessionWish = {}): Promise<DemoSession> {
  const { db } = world.deps;
  const sessionId = uuidv7();
  const facilityId = wish.facilityId ?? (await demoFacility(world, wish));
  const heldOn = addDays(dateInIndia(world.deps.clock()), wish.inDays ?? 1);
  await db.rows(
    `INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age, max_age, status, fee_rupees)
     VALUES ($1, $2, 901, 9901, $3, $4, $5, $6, $7, 'published', $8)`,
    [
      sessionId,
      facilityId,
      wish.pincode ?? 110001,
      wish.product ?? "COVISHIELD",
      heldOn,
      wish.minAge ?? 18,
      wish.maxAge ?? null,
      wish.feeType === "Paid" ? 780 : 0,
    ],
  );
  const places = { dose1: 50, dose2: 20, precaution: 10, "walk-in": 5, ...wish.places };
  for (let slot = 1; slot <= (wish.slots ?? 2); slot++) {
    await db.rows("INSERT INTO registry.slots VALUES ($1, $2, $3, $4)", [
      sessionId,
      slot,
      `${8 + slot}:00`,
      `${9 + slot}:00`,
    ]);
    for (const [pool, capacity] of Object.entries(places)) {
      await db.rows("INSERT INTO registry.places (session_id, slot_number, pool, capacity) VALUES ($1, $2, $3, $4)", [
        sessionId,
        slot,
        pool,
        capacity,
      ]);
    }
  }
  return { sessionId, facilityId, heldOn };
}

async function demoFacility({ deps }: World, wish: SessionWish): Promise<string> {
  const facilityId = uuidv7();
  await deps.db.rows("INSERT INTO registry.states VALUES (901, 'Demo State') ON CONFLICT DO NOTHING");
  await deps.db.rows("INSERT INTO registry.districts VALUES (9901, 901, 'Demo District') ON CONFLICT DO NOTHING");
  await deps.db.rows(
    `INSERT INTO registry.facilities (facility_id, center_id, name, address, state_id, district_id, pincode, fee_type)
     VALUES ($1, $2, 'Demo Health Centre', 'Demo Road 1', 901, 9901, $3, $4)`,
    [facilityId, randomInt(2 ** 30), wish.pincode ?? 110001, wish.feeType ?? "Free"],
  );
  return facilityId;
}

/** How many places of a slot are taken. */
export async function takenOf({ deps }: World, sessionId: string, pool = "dose1", slot = 1): Promise<number> {
  const [row] = await deps.db.rows<{ taken: number }>(
    "SELECT taken FROM registry.places WHERE session_id = $1 AND slot_number = $2 AND pool = $3",
    [sessionId, slot, pool],
  );
  return row!.taken;
}
