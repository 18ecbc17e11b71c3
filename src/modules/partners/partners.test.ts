// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { issuePartnerKey, keepPartnerKey, revokePartnerKey, rotatePartnerKey, usePartnerKey } from "./index.js";

let world: World;
before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T06:00:00Z"));
});
after(() => world.close());

async function issued(partnerName: string, scopes = ["protected"]) {
  const outcome = await issuePartnerKey(world.deps, { partnerName, scopes });
  assert.ok(outcome.ok);
  return outcome.value;
}

test("a key is good for its family, and stands nowhere in the database", async () => {
  const { key, keyId, partnerId } = await issued("Demo App");
  assert.match(key, /^[\w-]{40}$/);
  assert.deepEqual(await usePartnerKey(world.deps, key, "protected"), {
    ok: true,
    value: { partnerId, name: "Demo App", keyId, budget: 600, left: 599 },
  });
  assert.deepEqual(await usePartnerKey(world.deps, key, "vaccinator"), { ok: false, code: "PARTNER_KEY_UNKNOWN" });
  const rows = await world.deps.db.rows("SELECT * FROM registry.partner_keys");
  assert.ok(!JSON.stringify(rows).includes(key) && !JSON.stringify(rows).includes(Buffer.from(key).toString("hex")));
});

test("keys change one after the other; a revoked one is refused at once", async () => {
  const [old, next] = [await issued("Demo Bot"), await issued("Demo Bot")];
  assert.equal(old.partnerId, next.partnerId);
  for (const { key } of [old, next]) assert.ok((await usePartnerKey(world.deps, key, "protected")).ok);
  assert.ok((await revokePartnerKey(world.deps, old.keyId)).ok);
  assert.ok(!(await usePartnerKey(world.deps, old.key, "protected")).ok);
  assert.ok((await usePartnerKey(world.deps, next.key, "protected")).ok);
  for (const keyId of [old.keyId, "no id", "0192aaaa-0000-7000-8000-000000000001"])
    assert.deepEqual(await revokePartnerKey(world.deps, keyId), { ok: false, code: "PARTNER_KEY_UNKNOWN" });
});

test("a key ends after a year, and a known one is kept once", async () => {
  const wish = { partnerName: "Demo Sandbox", scopes: ["protected", "vaccinator"] };
  for (let i = 0; i < 2; i++) assert.ok((await keepPartnerKey(world.deps, wish, "a key that is known")).ok);
  assert.ok((await usePartnerKey(world.deps, "a key that is known", "vaccinator")).ok);
  world.setNow(new Date("2027-11-23T06:00:01Z"));
  assert.ok(!(await usePartnerKey(world.deps, "a key that is known", "vaccinator")).ok);
  world.setNow(new Date("2026-11-23T06:00:00Z"));
});

test("a rotated key goes on beside its successor until the overlap ends", async () => {
  const old = await issued("Demo Rotating", ["protected", "vaccinator"]);
  const next = await rotatePartnerKey(world.deps, { keyId: old.keyId, overlapDays: 7 });
  assert.ok(next.ok);
  assert.equal(next.value.partnerId, old.partnerId);
  const isGood = async (key: string) => (await usePartnerKey(world.deps, key, "vaccinator")).ok;
  world.setNow(new Date("2026-11-30T05:59:59Z"));
  assert.deepEqual([await isGood(old.key), await isGood(next.value.key)], [true, true]);
  world.setNow(new Date("2026-11-30T06:00:01Z"));
  assert.deepEqual([await isGood(old.key), await isGood(next.value.key)], [false, true]);
  for (const keyId of [old.keyId, "no id"])
    assert.equal((await rotatePartnerKey(world.deps, { keyId, overlapDays: 7 })).ok, false);
  assert.equal((await rotatePartnerKey(world.deps, { keyId: next.value.keyId, overlapDays: 1.5 })).ok, false);
  const last = await rotatePartnerKey(world.deps, { keyId: next.value.keyId, overlapDays: 0 });
  assert.ok(last.ok);
  assert.deepEqual([await isGood(next.value.key), await isGood(last.value.key)], [false, true]);
  world.setNow(new Date("2026-11-23T06:00:00Z"));
});

test("a partner has a budget of its own, over all its keys", async () => {
  const wish = { partnerName: "Demo Busy", scopes: ["protected"], requestsAMinute: 5 };
  const [first, second] = [await issuePartnerKey(world.deps, wish), await issued("Demo Busy")];
  assert.ok(first.ok);
  const [busy, other] = [first.value, await issued("Demo Other")];
  for (let i = 0; i < 4; i++) await usePartnerKey(world.deps, busy.key, "protected");
  const last = await usePartnerKey(world.deps, second.key, "protected");
  assert.ok(last.ok && last.value.left === 0 && last.value.budget === 5);
  const refusal = await usePartnerKey(world.deps, busy.key, "protected");
  assert.ok(!refusal.ok && refusal.code === "PARTNER_BUDGET_USED" && Number(refusal.facts?.["seconds"]) > 0);
  assert.ok((await usePartnerKey(world.deps, other.key, "protected")).ok);
});

test("a name and a known family are needed", async () => {
  for (const wish of [
    { partnerName: " ", scopes: ["protected"] },
    { partnerName: "x".repeat(121), scopes: ["protected"] },
    { partnerName: "Demo", scopes: [] },
    { partnerName: "Demo", scopes: ["everything"] },
    { partnerName: "Demo", scopes: ["protected"], requestsAMinute: 0 },
    { partnerName: "Demo", scopes: ["protected"], requestsAMinute: Number.NaN },
  ])
    assert.equal((await issuePartnerKey(world.deps, wish)).ok, false);
});
