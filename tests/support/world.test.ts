// The test world itself: a database of its own, each role with its own rights, nothing left behind.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "./world.js";

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test("two worlds do not see each other's rows", async () => {
  const other = await testWorld();
  await world.deps.db.rows("INSERT INTO registry.states (state_id, name) VALUES ($1, $2)", [1, "Demo State"]);
  assert.equal((await world.deps.db.rows("SELECT FROM registry.states")).length, 1);
  assert.equal((await other.deps.db.rows("SELECT FROM registry.states")).length, 0);
  await other.close();
});

test("the application cannot read the vault or make tables", async () => {
  await assert.rejects(world.deps.db.rows("SELECT box FROM vault.records"), /permission denied/);
  await assert.rejects(world.deps.db.rows("CREATE TABLE public.loot (a int)"), /permission denied/);
});

test("a job is enqueued through the one function", async () => {
  await world.deps.db.rows("SELECT registry.enqueue($1, $2::jsonb, $3)", ["issue-certificate", "{}", null]);
  const jobs = await world.connectAs("sakshi_worker").rows("SELECT FROM graphile_worker.jobs");
  assert.equal(jobs.length, 1);
  await assert.rejects(world.deps.db.rows("SELECT FROM graphile_worker.jobs"), /permission denied/);
});

test("the clock stands where it was set", () => {
  world.setNow(new Date("2021-05-01T04:00:00Z"));
  assert.equal(world.deps.clock().toISOString(), "2021-05-01T04:00:00.000Z");
});

test("the vault starts when it is asked for the first time, and can be killed and brought back", async () => {
  const index = await world.deps.gate.phoneIndex("9000012345");
  assert.equal(index.length, 16);
  await world.vault.kill("opener");
  await assert.rejects(world.deps.gate.phoneIndex("9000012345"));
  await world.vault.start();
  assert.deepEqual(await world.deps.gate.phoneIndex("9000012345"), index);
});
