// What the catalogue says is kept for a time goes when that time is over, and not before.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import pg from "pg";
import { facility, signedInAccount, signedInStaff } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { catalogue } from "../../catalogue.js";
import { keepNoLonger } from "./index.js";

const withPeriod = ["minutes", "signIn", "employment", "evidence"];
let world: World;

before(async () => {
  world = await testWorld();
});
after(() => world.close());

async function asAdmin(statement: string, values: unknown[] = []): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query(statement, values);
  await admin.end();
}
async function count(table: string): Promise<number> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  await admin.end();
  return rows[0]!.n;
}

test("each table of the catalogue that is kept for a time has a rule", async () => {
  const kept = new Set(
    catalogue
      .filter(({ id, kept }) => withPeriod.includes(kept) && id.split(".").length === 3)
      .map(({ id }) => id.split(".").slice(0, 2).join(".")),
  );
  const ruled = new Set((await keepNoLonger(world.deps)).keys());
  assert.deepEqual(
    [...kept].filter((table) => !ruled.has(table)),
    [],
  );
});

test("sign-ins go a year after their end; one that is younger, and its account's number, stay", async () => {
  const [old, young] = [await signedInAccount(world), await signedInAccount(world)];
  for (const { accountId } of [old, young]) {
    await world.deps.db.rows("INSERT INTO registry.account_phones VALUES ($1, $2)", [randomBytes(16), accountId]);
  }
  await asAdmin("UPDATE registry.accounts SET created_at = now() - interval '3 years'");
  await asAdmin("UPDATE registry.sign_ins SET expires_at = now() - interval '366 days' WHERE sign_in_id = $1", [
    old.signInId,
  ]);
  await asAdmin("UPDATE registry.sign_ins SET ended_at = now() - interval '364 days' WHERE sign_in_id = $1", [
    young.signInId,
  ]);
  const gone = await keepNoLonger(world.deps);
  assert.deepEqual([gone.get("registry.sign_ins"), gone.get("registry.account_phones")], [1, 1]);
  assert.deepEqual([await count("registry.sign_ins"), await count("registry.account_phones")], [1, 1]);
});

test("of staff who left more than a year ago the id stays and the name and keys go", async () => {
  const place = await facility(world);
  const [left, works] = [await signedInStaff(world, "verifier", place), await signedInStaff(world, "verifier", place)];
  for (const { staffId } of [left, works]) {
    await asAdmin(
      "INSERT INTO registry.passkeys (credential_id, staff_id, public_key, sign_count, created_at) VALUES ($1, $2, '', 0, now())",
      [`key-${staffId}`, staffId],
    );
  }
  await asAdmin("UPDATE registry.staff SET removed_at = now() - interval '366 days' WHERE staff_id = $1", [
    left.staffId,
  ]);
  const gone = await keepNoLonger(world.deps);
  assert.deepEqual([gone.get("registry.staff"), gone.get("registry.passkeys")], [1, 1]);
  const names = await world.deps.db.rows<{ display_name: string }>(
    "SELECT display_name FROM registry.staff ORDER BY 1",
  );
  assert.deepEqual(names.map((row) => row.display_name).toSorted(), ["Vimal Demo", "–"]);
  assert.equal((await keepNoLonger(world.deps)).get("registry.staff"), 0, "done once");
});

test("a clock that runs ahead makes nothing go early; the application itself may delete none of it", async () => {
  const ahead = { db: world.deps.db, clock: () => new Date(Date.now() + 400 * 86_400_000) };
  await assert.rejects(keepNoLonger(ahead), /not yet/);
  for (const table of ["registry.sign_ins", "registry.staff_sign_ins", "registry.passkeys", "registry.staff"]) {
    await assert.rejects(world.deps.db.rows(`DELETE FROM ${table}`), /permission denied/, table);
  }
});
