// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { giveBack, subscriberOf, takeLimits } from "./index.js";

let world: World;
const start = new Date("2026-11-23T06:00:00Z");
before(async () => {
  world = await testWorld();
});
after(() => world.close());

const at = (seconds: number) => world.setNow(new Date(start.getTime() + seconds * 1000));
const limitFor = (who: string, most = 3) => [{ name: "test", who, windowSeconds: 60, most }];

test("refuses what goes beyond the limit and says how long to wait", async () => {
  at(0);
  for (let i = 0; i < 3; i++) assert.equal(await takeLimits(world.deps, limitFor("a")), 0);
  const wait = await takeLimits(world.deps, limitFor("a"));
  // One of three uses has left the sliding window after 60 s and a third of the next 60 s.
  assert.equal(wait, 80);
  at(wait - 1);
  assert.notEqual(await takeLimits(world.deps, limitFor("a")), 0);
  at(wait);
  assert.equal(await takeLimits(world.deps, limitFor("a")), 0);
});

test("remembers the window before: the end of one and the start of the next do not add up to twice the limit", async () => {
  at(59);
  for (let i = 0; i < 3; i++) await takeLimits(world.deps, limitFor("b"));
  at(59 + 61);
  assert.notEqual(await takeLimits(world.deps, limitFor("b")), 0);
});

test("keeps people apart, and refuses all limits when one is used up", async () => {
  at(0);
  for (let i = 0; i < 3; i++) await takeLimits(world.deps, limitFor("c"));
  const both = [...limitFor("c"), { name: "other", who: "d", windowSeconds: 60, most: 1 }];
  assert.notEqual(await takeLimits(world.deps, both), 0);
  assert.equal(await takeLimits(world.deps, [both[1]!]), 0, "the refused request took nothing of the other limit");
});

test("holds when many ask at once", async () => {
  at(0);
  const answers = await Promise.all(Array.from({ length: 40 }, () => takeLimits(world.deps, limitFor("e", 10))));
  assert.equal(answers.filter((wait) => wait === 0).length, 10);
});

test("a use that is given back can be taken again, and none is made up", async () => {
  at(0);
  const limit = limitFor("f", 1);
  assert.equal(await takeLimits(world.deps, limit), 0);
  await giveBack(world.deps, limit[0]!);
  await giveBack(world.deps, limit[0]!);
  assert.equal(await takeLimits(world.deps, limit), 0);
  assert.notEqual(await takeLimits(world.deps, limit), 0);
});

test("stores no number or address, only keyed hashes", async () => {
  at(0);
  await takeLimits(world.deps, limitFor("192.0.2.7"));
  const [row] = await world.deps.db.rows<{ key: Buffer }>("SELECT key FROM registry.rate_limits LIMIT 1");
  assert.equal(row!.key.length, 32);
});

test("counts an IPv6 subscriber by the first 64 bits and an IPv4 one by the address", () => {
  assert.equal(subscriberOf("2001:db8:1:2:3:4:5:6"), subscriberOf("2001:db8:1:2::9"));
  assert.notEqual(subscriberOf("2001:db8:1:2::9"), subscriberOf("2001:db8:1:3::9"));
  assert.equal(subscriberOf("::ffff:192.0.2.7"), "192.0.2.7");
  assert.equal(subscriberOf("::1"), "0:0:0:0");
});
