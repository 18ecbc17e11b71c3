// No question on a hot path reads a whole table of people: the paths are walked on a database that would rather do anything
// else, and its own counters say which tables were read from end to end all the same, for want of an index. That sees the
// statements inside functions, of the recorder and of the opener too, and does not hang on costs or sizes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import pg from "pg";
import { createApp } from "../../src/app.js";
import { bookAppointment, cancelAppointment, moveAppointment } from "../../src/modules/appointments/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import { publishedSession, registered, signedInCitizen } from "../support/citizens.js";
import { checkedInPerson, doseDay } from "../support/dose-day.js";
import { signedInStaff } from "../support/staff-actor.js";
import { testWorld, type World } from "../support/world.js";

/** Tables that grow with people, sign-ins and looks. The others are small, or are read whole by design. */
const growing = [
  "registry.accounts",
  "registry.account_phones",
  "registry.beneficiaries",
  "registry.beneficiary_references",
  "registry.sign_ins",
  "registry.otp_challenges",
  "registry.rate_limits",
  "registry.sessions",
  "registry.slots",
  "registry.places",
  "registry.appointments",
  "registry.live_appointments",
  "registry.vaccinations",
  "registry.certificates",
  "registry.coverage_events",
  "registry.access_notices",
  "registry.organisations_told",
  "registry.consents",
  "registry.tickets",
  "vault.person_keys",
  "vault.records",
  "log.entries",
  "log.budgets_used",
];

async function withAdmin<T>(world: World, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** Everything that a person and a vaccinator do, from the code by SMS to the list of who looked. */
async function walkHotPaths(world: World, get: (path: string, cookie: string) => Promise<void>): Promise<void> {
  const { deps } = world;
  const citizen = await signedInCitizen(world);
  const person = await registered(world, citizen);
  const [one, other] = [await publishedSession(world), await publishedSession(world)];
  const slot = (session: { sessionId: string }) => ({
    sessionId: session.sessionId,
    slotNumber: 1,
    requestKey: uuidv7(),
  });
  const booked = await bookAppointment(deps, citizen.actor, { ...slot(one), beneficiaryIds: [person] });
  assert.ok(booked.ok, JSON.stringify(booked));
  const { appointmentId } = booked.value;
  const moved = await moveAppointment(deps, citizen.actor, { ...slot(other), appointmentId });
  assert.ok(moved.ok, JSON.stringify(moved));
  const own = `sakshi_sign_in=${citizen.token}`;
  for (const path of ["people", `people/${person}`, `appointments/${appointmentId}`, "find"])
    await get(`/en/${path}`, own);
  await get(`/en/book/${one.sessionId}`, own);
  const cancelled = await cancelAppointment(deps, citizen.actor, { appointmentId, beneficiaryIds: [person] });
  assert.ok(cancelled.ok, JSON.stringify(cancelled));

  const day = await doseDay(world);
  const { input } = await checkedInPerson(world, day);
  const recorded = await recordVaccination(deps, day.vaccinator.actor, input);
  assert.ok(recorded.ok, JSON.stringify(recorded));
  const verifier = await signedInStaff(deps, "verifier", { facilityId: day.facilityId });
  await get(`/en/staff/sessions/${input.sessionId}`, `sakshi_staff=${verifier.token}`);
}

test("no hot path reads a table of people from end to end", async () => {
  const world = await testWorld({ isClockSet: false });
  const folder = mkdtempSync(join(tmpdir(), "sakshi-plans-"));
  const database = new URL(world.adminUrl).pathname.slice(1);
  await withAdmin(world, (admin) => admin.query(`ALTER DATABASE ${database} SET enable_seqscan = off`));
  const origin = "http://127.0.0.1";
  const app = await createApp(world.deps, { profile: "production", origin, dataDir: folder, publishedDir: folder });
  try {
    await walkHotPaths(world, async (url, cookie) => {
      const { statusCode, body } = await app.inject({ url, headers: { cookie } });
      assert.equal(statusCode, 200, `${url}: ${body.slice(0, 300)}`);
    });
  } finally {
    await app.close();
    await world.vault.stop();
  }
  try {
    // Counters of a connection arrive when it has ended.
    const read = await withAdmin(world, async (admin) => {
      await endOthers(admin);
      const { rows } = await admin.query<{ table: string; whole: number; by_index: number }>(
        `SELECT schemaname || '.' || relname AS table, seq_scan AS whole, coalesce(idx_scan, 0) AS by_index
         FROM pg_stat_user_tables WHERE schemaname IN ('registry', 'vault', 'log')`,
      );
      return new Map(rows.map((row) => [row.table, row]));
    });
    assert.equal(await countsWholeRead(world), true, "the counter sees a question without an index");
    const whole = growing.filter((table) => read.get(table)!.whole > 0);
    assert.deepEqual(whole, []);
    const unread = growing.filter((table) => read.get(table)!.by_index === 0);
    assert.ok(unread.length < growing.length / 2, `the paths touch too little: ${unread.join(", ")}`);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
});

/** The instrument itself: somebody asks for people by what no index holds. */
async function countsWholeRead(world: World): Promise<boolean> {
  await withAdmin(world, (admin) => admin.query("SELECT FROM registry.beneficiaries WHERE registered_by = 'nobody'"));
  return withAdmin(world, async (admin) => {
    await endOthers(admin);
    const { rows } = await admin.query<{ whole: number }>(
      "SELECT seq_scan AS whole FROM pg_stat_user_tables WHERE relid = 'registry.beneficiaries'::regclass",
    );
    return rows[0]!.whole > 0;
  });
}

async function endOthers(admin: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    if (rowCount === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
