// kill -9 of each process in turn while people book, doses are recorded and records are looked at. Afterwards nothing
// that was acknowledged is missing, nothing is there twice, nobody was shown without an entry, and the disclosure log,
// which turned to another shard meanwhile, is whole. "bin/acceptance kills" is the long form.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { bookAppointment } from "../../src/modules/appointments/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import type { Db } from "../../src/platform/db/db.js";
import type { Outcome } from "../../src/platform/errors.js";
import { uuidv7 } from "../../src/platform/random.js";
import { publishedSession, takenOf } from "../support/citizens.js";
import { type CheckedIn, checkedInPerson, type DoseDay, doseDay } from "../support/dose-day.js";
import { registeredPerson, signedInAccount } from "../support/vault-people.js";
import type { World } from "../support/world.js";
import { isUp, until } from "./installation.js";
import {
  type Installation,
  keepLooking,
  kill,
  killRounds,
  type Looker,
  letLook,
  openInstallation,
  reckon,
  type Victim,
  vaultAndDatabase,
  verifiedLog,
} from "./kill-rounds.js";

let installation: Installation;
let world: World;

before(async () => {
  installation = await openInstallation();
  world = installation.world;
});
after(() => installation?.close());

/** Bookings and doses are spread over the time that the kills take. */
const paceMs = 1_200;

/** Tries again with the same input until it is acknowledged, as a person or a program would. */
async function untilAcknowledged<T>(attempt: () => Promise<Outcome<T>>, giveUpAt: number): Promise<T> {
  for (;;) {
    const outcome = await attempt().catch(() => undefined);
    if (outcome?.ok) return outcome.value;
    if (outcome && outcome.code !== "DISCLOSURE_LOG_UNAVAILABLE") throw new Error(outcome.code);
    if (Date.now() > giveUpAt) throw new Error("not acknowledged in time");
    await sleep(40);
  }
}

async function killInTurn(): Promise<void> {
  for (const part of ["web", "worker", ...vaultAndDatabase] as readonly Victim[]) {
    await kill(installation, part);
    await until(() => isUp(installation.port), "the web");
    await sleep(700);
  }
}

async function counted(db: Db, text: string, values: readonly unknown[]): Promise<number> {
  const [row] = await db.rows<{ n: number }>(text, values);
  return row!.n;
}

test("kill -9 of each process under load loses and doubles nothing that was acknowledged", async () => {
  const day: DoseDay = await doseDay(world, { doses: 500 });
  const session = await publishedSession(world, { places: { dose1: 200 }, slots: 1 });
  const bookers: Looker[] = [];
  const comers: CheckedIn[] = [];
  for (let n = 0; n < 24; n++) {
    const account = await signedInAccount(world);
    bookers.push({ account, person: await registeredPerson(world, account) });
    comers.push(await checkedInPerson(world, day));
  }

  const lookers = bookers.slice(0, 6);
  await letLook(installation, lookers);
  const giveUpAt = Date.now() + 90_000;
  const booked: { appointmentId: string; person: string }[] = [];
  const given: { vaccinationId: string; person: string }[] = [];
  const booking = Promise.all(
    bookers.map(async ({ account, person }, n) => {
      await sleep(n * paceMs);
      const wish = { sessionId: session.sessionId, slotNumber: 1, beneficiaryIds: [person], requestKey: uuidv7() };
      const { appointmentId } = await untilAcknowledged(
        () => bookAppointment(installation.house.deps, account.actor, wish),
        giveUpAt,
      );
      booked.push({ appointmentId, person });
    }),
  );
  const dosing = Promise.all(
    comers.map(async ({ input }, n) => {
      await sleep(n * paceMs);
      const dose = await untilAcknowledged(
        () => recordVaccination(installation.house.deps, day.vaccinator.actor, input),
        giveUpAt,
      );
      given.push({ vaccinationId: dose.vaccinationId, person: input.beneficiaryId });
    }),
  );
  const looks = keepLooking(installation, lookers);

  await killInTurn();
  await killRounds(installation, lookers, looks, { rounds: 4, seed: 1 });
  await Promise.all([booking, dosing]);
  await looks.end();

  const { db } = installation.house.deps;
  assert.equal(booked.length, 24);
  assert.equal(await takenOf(world, session.sessionId), 24);
  const appointments = "SELECT count(*) AS n FROM registry.appointments WHERE session_id = $1 AND status = 'booked'";
  assert.equal(await counted(db, appointments, [session.sessionId]), 24);
  for (const { appointmentId, person } of booked) {
    const own = "SELECT count(*) AS n FROM registry.appointments WHERE appointment_id = $1 AND beneficiary_id = $2";
    assert.equal(await counted(db, own, [appointmentId, person]), 1);
  }
  assert.equal(given.length, 24);
  for (const { vaccinationId, person } of given) {
    const doses = "SELECT count(*) AS n FROM registry.vaccinations WHERE beneficiary_id = $1";
    assert.equal(await counted(db, doses, [person]), 1);
    assert.equal(await counted(db, `${doses} AND vaccination_id = $2`, [person, vaccinationId]), 1);
  }
  const used = "SELECT doses_used AS n FROM registry.batches WHERE batch_id = $1";
  assert.equal(await counted(db, used, [day.batchId]), 24);

  const { entries, unserved, ...faults } = await reckon(installation, looks);
  assert.deepEqual(faults, { lost: 0, unlogged: 0, doubled: 0, gaps: 0, isTreeWhole: true });
  assert.ok(looks.unanswered > 0, "the load was hit");
  assert.ok(unserved < entries);
  for (const { account, person } of lookers) {
    const list = await installation.house.deps.gate.linesOf({ actor: account.actor, subject: person, limit: 1 });
    assert.ok(list.ok, "the list opens again");
  }
  assert.match(await verifiedLog(installation), /^VERIFIED .* in 2 shards, /);
});
