// Growing the demo: whole people, whom nobody can open, and sizes that are told of them.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { facility, signedInStaff } from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { connect, type Db } from "../platform/db/db.js";
import { tableSizes } from "../platform/db/sizes.js";
import { OperatorError } from "../platform/operator-error.js";
import { grow } from "./grow.js";

let world: World;
let db: Db;
before(async () => {
  world = await testWorld();
  db = connect(world.adminUrl, { max: 1 });
});
after(async () => {
  await db.close();
  await world.close();
});

test("nothing grows where there is no facility", async () => {
  await assert.rejects(
    grow(db, 3, () => {}),
    OperatorError,
  );
});

test("grown people have all rows that a vaccinated person has, in their order of time", async () => {
  await signedInStaff(world, "vaccinator", await facility(world));
  const told: number[] = [];
  const grown = await grow(db, 6_004, ({ people }) => told.push(people));
  assert.deepEqual(told, [6_000, 6_006], "in pieces; whole accounts");
  assert.equal(grown.people, 6_006);
  const rows = async (table: string) => (await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))[0]!.n;
  for (const table of ["registry.beneficiaries", "vault.person_keys"]) assert.equal(await rows(table), 6_006, table);
  for (const table of ["registry.appointments", "registry.vaccinations", "registry.certificates"])
    assert.equal(await rows(table), grown.doses, table);
  assert.equal(await rows("vault.records"), 2 * (grown.people + grown.doses));
  const [odd] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM registry.vaccinations v JOIN registry.sessions s USING (session_id)
     JOIN registry.beneficiaries b USING (beneficiary_id)
     WHERE b.beneficiary_id::text NOT LIKE '________-____-7%' OR b.created_at >= v.recorded_at OR v.recorded_at > now()
       OR abs((v.recorded_at AT TIME ZONE 'Asia/Kolkata')::date - s.held_on) > 1`,
  );
  assert.equal(odd!.n, 0);
});

test("a grown person cannot be opened, and has no entry in the log", async () => {
  const [someone] = await db.rows<{ id: string; account: string }>(
    "SELECT beneficiary_id AS id, account_id AS account FROM registry.beneficiaries LIMIT 1",
  );
  const [signIn] = await db.rows<{ id: string }>(
    `UPDATE registry.sign_ins SET ended_at = NULL, expires_at = now() + interval '1 hour' WHERE account_id = $1
     RETURNING sign_in_id AS id`,
    [someone!.account],
  );
  const opened = await world.deps.gate.disclose({
    actor: { kind: "citizen", signInId: signIn!.id },
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [someone!.id],
    fields: ["name"],
  });
  assert.ok(!opened.ok || opened.value.get(someone!.id) === undefined);
});

test("sizes are told to the application's role, the heaviest first", async () => {
  const sizes = await tableSizes(world.deps.db, ["registry", "vault"]);
  assert.equal(sizes[0]!.table, "vault.records");
  const people = sizes.find(({ table }) => table === "registry.beneficiaries");
  assert.equal(people?.rows, 6_006);
  assert.ok(people.tableBytes > 0 && people.indexBytes > 0);
});
