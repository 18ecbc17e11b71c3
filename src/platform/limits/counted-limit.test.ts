// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { CountedLimit } from "./index.js";

let world: World;
const start = new Date("2026-11-23T06:00:00Z");
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const at = (seconds: number) => world.setNow(new Date(start.getTime() + seconds * 1000));
const counter = (name: string, most = 3) => new CountedLimit(world.deps, { name, windowSeconds: 60, most });

test("counts without the database, and says what is left and how long to wait", () => {
  at(0);
  const limit = counter("alone");
  assert.deepEqual(
    Array.from({ length: 4 }, () => limit.take("a")),
    [
      { seconds: 0, left: 2 },
      { seconds: 0, left: 1 },
      { seconds: 0, left: 0 },
      { seconds: 80, left: 0 },
    ],
  );
  assert.equal(limit.take("b").seconds, 0);
});

test("two processes share a limit once they have written", async () => {
  at(0);
  const [one, other] = [counter("shared", 10), counter("shared", 10)];
  for (let i = 0; i < 6; i++) one.take("a");
  await one.write();
  assert.equal(other.take("a").left, 9);
  await other.write();
  assert.equal(other.take("a").left, 2);
  await other.write();
  assert.equal(one.take("a").left, 3, "it has not asked the database since");
  await one.write();
  assert.equal(one.take("a").seconds, 0);
  assert.notEqual(one.take("a").seconds, 0);
});

test("what was used leaves with the sliding window", async () => {
  at(0);
  const limit = counter("sliding");
  for (let i = 0; i < 3; i++) limit.take("a");
  await limit.write();
  for (const [seconds, isFree] of [
    [61, false],
    [79, false],
    [81, true],
    [82, false],
  ] as const) {
    at(seconds);
    limit.take("a");
    await limit.write();
    assert.equal(limit.take("a").seconds === 0, isFree, String(seconds));
  }
});

test("uses that could not be written are written later", async () => {
  at(0);
  let isAway = true;
  const deps = {
    ...world.deps,
    db: {
      rows: ((...query) =>
        isAway ? Promise.reject(new Error("away")) : world.deps.db.rows(...query)) as typeof world.deps.db.rows,
    },
  };
  const limit = new CountedLimit(deps, { name: "away", windowSeconds: 60, most: 3 });
  limit.take("a");
  limit.take("a");
  await assert.rejects(limit.write());
  isAway = false;
  await limit.write();
  const other = counter("away");
  other.take("a");
  await other.write();
  assert.notEqual(other.take("a").seconds, 0);
});
