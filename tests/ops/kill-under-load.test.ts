// kill -9 of each process in turn while people book, doses are recorded and records are looked at. Afterwards nothing
// that was acknowledged is missing, nothing is there twice, and the disclosure log is whole.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { logVerify } from "../../src/cli/log-verify.js";
import { type House, openHouse, readAppKey } from "../../src/house.js";
import { bookAppointment } from "../../src/modules/appointments/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { connect, type Db } from "../../src/platform/db/db.js";
import { type LoginRole, urlAs } from "../../src/platform/db/roles.js";
import type { Outcome } from "../../src/platform/errors.js";
import { uuidv7 } from "../../src/platform/random.js";
import { dataFolder, rolePasswords } from "../../src/start/data-folder.js";
import { publishedSession, takenOf } from "../support/citizens.js";
import { type CheckedIn, checkedInPerson, type DoseDay, doseDay } from "../support/dose-day.js";
import { ownSignIn, registeredPerson, type SignedInAccount, signedInAccount } from "../support/vault-people.js";
import type { World } from "../support/world.js";
import { freePort, freshFolder, isUp, type Run, remove, start, started, state, until } from "./installation.js";

const dataDir = freshFolder();
const folder = dataFolder(dataDir);
let port: number;
let run: Run;
let house: House;
let world: World;

function urlOf(role: LoginRole): string {
  const at = readFileSync(join(dataDir, "postgres", "port"), "utf8").trim();
  return urlAs(`postgresql://postgres@127.0.0.1:${at}/sakshi`, role, rolePasswords(dataDir)[role]);
}

before(async () => {
  port = await freePort();
  run = start(dataDir, port);
  await started(run);
  const vault = { socketDir: folder.sockets, keyDir: folder.keys };
  const origin = "https://sakshi.example";
  const settings = { databaseUrl: urlOf("sakshi_app"), ...vault, publishedDir: folder.published, origin };
  house = openHouse(settings, await readAppKey(vault));
  world = { deps: house.deps } as World;
});
after(async () => {
  await house?.close();
  run.child.kill("SIGTERM");
  await run.ended;
  remove(dataDir);
});

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

interface Booker {
  readonly account: SignedInAccount;
  readonly person: string;
}

/** Each person looks at the own record until the end; every look that was answered is counted. */
async function keepLooking({ account, person }: Booker, isOver: () => boolean): Promise<number> {
  let answered = 0;
  while (!isOver()) {
    const outcome = await house.deps.gate.disclose({
      actor: account.actor,
      purpose: "own-view",
      explanation: ownSignIn,
      subjects: [person],
      fields: ["name"],
    });
    if (outcome.ok) answered++;
    else await sleep(30);
  }
  return answered;
}

async function killInTurn(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const part of ["web", "worker", "recorder", "opener", "postgres"]) {
      const pid = state(dataDir).parts[part];
      assert.ok(pid, `${part} runs`);
      process.kill(pid, "SIGKILL");
      await until(() => state(dataDir).parts[part] !== pid, `another ${part}`);
      await until(() => isUp(port), "the web");
      await sleep(700);
    }
  }
}

async function counted(db: Db, text: string, values: readonly unknown[]): Promise<number> {
  const [row] = await db.rows<{ n: number }>(text, values);
  return row!.n;
}

test("kill -9 of each process under load loses and doubles nothing that was acknowledged", async () => {
  const day: DoseDay = await doseDay(world, { doses: 500 });
  const session = await publishedSession(world, { places: { dose1: 200 }, slots: 1 });
  const bookers: Booker[] = [];
  const comers: CheckedIn[] = [];
  for (let n = 0; n < 24; n++) {
    const account = await signedInAccount(world);
    bookers.push({ account, person: await registeredPerson(world, account) });
    comers.push(await checkedInPerson(world, day));
  }

  let over = false;
  const giveUpAt = Date.now() + 90_000;
  const booked: { appointmentId: string; person: string }[] = [];
  const given: { vaccinationId: string; person: string }[] = [];
  const booking = Promise.all(
    bookers.map(async ({ account, person }, n) => {
      await sleep(n * paceMs);
      const wish = { sessionId: session.sessionId, slotNumber: 1, beneficiaryIds: [person], requestKey: uuidv7() };
      const { appointmentId } = await untilAcknowledged(
        () => bookAppointment(house.deps, account.actor, wish),
        giveUpAt,
      );
      booked.push({ appointmentId, person });
    }),
  );
  const dosing = Promise.all(
    comers.map(async ({ input }, n) => {
      await sleep(n * paceMs);
      const dose = await untilAcknowledged(() => recordVaccination(house.deps, day.vaccinator.actor, input), giveUpAt);
      given.push({ vaccinationId: dose.vaccinationId, person: input.beneficiaryId });
    }),
  );
  const looking = Promise.all(bookers.slice(0, 6).map((booker) => keepLooking(booker, () => over)));

  await killInTurn(2);
  await Promise.all([booking, dosing]);
  over = true;
  const looks = await looking;

  const { db } = house.deps;
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

  // Every answered look has its entry; an entry without an answer is allowed, the reverse never.
  for (const [n, { account, person }] of bookers.slice(0, 6).entries()) {
    const list = await house.deps.gate.linesOf({ actor: account.actor, subject: person, limit: 1 });
    assert.ok(list.ok, "the list opens again");
    assert.ok(looks[n]! > 0, "looks were answered between the kills");
    assert.ok(list.value.total > looks[n]!, `${list.value.total} entries for ${looks[n]} answered looks`);
  }

  const said: string[] = [];
  await until(
    async () => {
      said.length = 0;
      const code = await logVerify(["--directory", folder.published, "--database"], {
        write: (line) => said.push(line),
        writeProgress: () => {},
        connectAsAuditor: () => connect(urlOf("sakshi_auditor"), { max: 1 }),
        directory: folder.published,
      });
      return code === 0;
    },
    "a clean log",
    20,
  ).catch((error: unknown) => assert.fail(`${String(error)}: ${said.join("\n")}`));
});
