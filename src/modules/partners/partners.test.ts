// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { issuePartnerKey, keepPartnerKey, revokePartnerKey, usePartnerKey } from "./index.js";

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
  const { key, partnerId } = await issued("Demo App");
  assert.match(key, /^[\w-]{40}$/);
  assert.deepEqual(await usePartnerKey(world.deps, key, "protected"), {
    ok: true,
    value: { partnerId, name: "Demo App" },
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

test("a partner has a budget of its own", async () => {
  const [busy, other] = [await issued("Demo Busy"), await issued("Demo Other")];
  for (let i = 0; i < 600; i++) await usePartnerKey(world.deps, busy.key, "protected");
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
  ])
    assert.equal((await issuePartnerKey(world.deps, wish)).ok, false);
});
