// The demo country: it comes to be by the real commands, twice without effect, and a day later with that day's sessions.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { demoAccounts } from "../../src/demo/people.js";
import { seedDemo } from "../../src/demo/seed.js";
import { searchSessions } from "../../src/modules/sessions/index.js";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { testWorld, type World } from "../support/world.js";

const noon = new Date("2026-11-23T06:30:00Z");
let world: World;
const said: string[] = [];

async function count(table: string, condition = "true"): Promise<number> {
  const [row] = await world.deps.db.rows<{ n: number }>(
    `SELECT count(*)::int AS n FROM registry.${table} WHERE ${condition}`,
  );
  return row!.n;
}

async function everything(): Promise<Record<string, number>> {
  const tables = [
    "facilities",
    "staff",
    "batches",
    "sessions",
    "beneficiaries",
    "appointments",
    "vaccinations",
    "coverage_daily",
  ];
  const counts = await Promise.all(tables.map(async (table) => [table, await count(table)] as const));
  return Object.fromEntries(counts);
}

before(async () => {
  world = await testWorld();
  world.setNow(noon);
  await seedDemo(world.deps, { say: (line) => said.push(line) });
});
after(() => world.close());

describe("the demo country", () => {
  test("has facilities, staff, sessions, people and doses, and says so", async () => {
    const people = demoAccounts.reduce((sum, account) => sum + account.people.length, 0);
    assert.equal(await count("facilities", "name LIKE 'Demo %'"), 40);
    assert.equal(await count("beneficiaries"), people);
    assert.ok((await count("vaccinations", "status = 'valid'")) >= 20);
    assert.ok((await count("appointments", "status = 'booked'")) >= 5);
    assert.equal(await count("sessions", "status <> 'published'"), 0);
    assert.equal(said.length, 4);
  });

  test("has sessions in each of its places each day, and places left in them", async () => {
    for (const offset of [0, 5, 10]) {
      const from = addDays(dateInIndia(noon), offset);
      const found = await searchSessions(world.deps, { districtId: 363, from, days: 1 });
      assert.ok(found.ok && found.value.sessions.length >= 5);
    }
  });

  test("leaves no sign-in open", async () => {
    assert.equal(await count("sign_ins", "ended_at IS NULL"), 0);
    assert.equal(await count("staff_sign_ins", "ended_at IS NULL"), 0);
  });

  test("is made once", async () => {
    const before = await everything();
    await seedDemo(world.deps, { say: () => undefined });
    assert.deepEqual(await everything(), before);
  });

  test("gets the sessions of a later day, and nothing else", async () => {
    const before = await everything();
    world.setNow(new Date(noon.getTime() + 86_400_000));
    await seedDemo(world.deps, { say: () => undefined });
    const { sessions: more, ...same } = await everything();
    const { sessions, ...others } = before;
    assert.deepEqual(same, others);
    assert.ok(more! > sessions! && more! <= sessions! + 45);
  });
});
