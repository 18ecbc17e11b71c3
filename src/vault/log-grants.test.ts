// Each database role tries what it must not do.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import { ownSignIn, registeredPerson, signedInAccount } from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { type Db, sqlState } from "../platform/db/db.js";
import type { LoginRole } from "../platform/db/roles.js";
import { uuidv7 } from "../platform/random.js";

let world: World;
before(async () => {
  world = await testWorld();
  const account = await signedInAccount(world);
  const subject = await registeredPerson(world, account);
  const fields = ["name"] as const;
  await world.deps.gate.disclose({
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [subject],
    fields,
  });
});
after(() => world.close());

async function stateOf(db: Db, statement: string): Promise<string | undefined> {
  try {
    await db.rows(statement);
    return undefined;
  } catch (error) {
    return sqlState(error);
  }
}
const denied = "42501";

const entry = `INSERT INTO log.entries SELECT 999, leaf, kind, NULL, NULL, actor_pseudonym, NULL, sealed_accountability, request_id, now()
  FROM log.entries LIMIT 1`;
const tampering = [
  entry,
  "UPDATE log.entries SET kind = 2",
  "DELETE FROM log.entries",
  "TRUNCATE log.entries",
  "UPDATE log.head SET size = 0",
  "DELETE FROM log.head",
  "TRUNCATE log.head",
  "ALTER TABLE log.entries DISABLE TRIGGER ALL",
  "DROP TRIGGER entries_are_never_changed ON log.entries",
  "CREATE TABLE log.mine (a int)",
];
const append = "SELECT log.append_batch(0, 1, ''::bytea, 0, 0, ''::bytea, ''::bytea, now())";
const explain = "SELECT * FROM log.explain_all(now(), '[]')";
const looking = {
  boxes: "SELECT box FROM vault.records",
  personKeys: "SELECT wrapped FROM vault.person_keys",
  bucketKeys: "SELECT wrapped FROM vault.bucket_keys",
  entries: "SELECT * FROM log.entries",
  leaves: "SELECT index, leaf FROM log.entries",
  head: "SELECT size, root FROM log.head",
  people: "SELECT * FROM registry.beneficiaries",
  phones: "SELECT * FROM registry.account_phones",
  signIns: "SELECT * FROM registry.sign_ins",
};
const mayLook: Partial<Record<LoginRole, (keyof typeof looking)[]>> = {
  sakshi_app: ["people", "phones", "signIns"],
  sakshi_recorder: [],
  sakshi_opener: ["boxes", "personKeys", "bucketKeys", "entries", "leaves"],
  sakshi_publisher: ["leaves", "head"],
  sakshi_auditor: ["entries", "leaves", "head"],
};

for (const [role, allowed] of Object.entries(mayLook) as [LoginRole, string[]][]) {
  test(`${role} sees what it needs and nothing else`, async () => {
    const db = world.connectAs(role);
    for (const [what, statement] of Object.entries(looking)) {
      assert.equal(await stateOf(db, statement), allowed.includes(what) ? undefined : denied, `${role}: ${what}`);
    }
  });

  test(`${role} cannot tamper with the log`, async () => {
    const db = world.connectAs(role);
    for (const statement of tampering) assert.equal(await stateOf(db, statement), denied, `${role}: ${statement}`);
  });

  test(`${role} ${role === "sakshi_recorder" ? "alone appends and has explanations checked" : "can neither append nor ask for explanations"}`, async () => {
    const db = world.connectAs(role);
    // The recorder gets as far as the function's own checks.
    assert.equal(await stateOf(db, append), role === "sakshi_recorder" ? "22023" : denied);
    assert.equal(await stateOf(db, explain), role === "sakshi_recorder" ? undefined : denied);
  });
}

test("sealed records are put and never changed; only the opener removes a person, and replaces keys", async () => {
  const [app, opener] = [world.connectAs("sakshi_app"), world.connectAs("sakshi_opener")];
  for (const table of ["vault.records", "vault.person_keys", "vault.bucket_keys"]) {
    assert.equal(await stateOf(app, `DELETE FROM ${table}`), denied);
    for (const db of [app, opener]) assert.equal(await stateOf(db, `TRUNCATE ${table}`), denied);
  }
  assert.equal(await stateOf(opener, "DELETE FROM vault.bucket_keys"), denied);
  for (const db of [app, opener]) assert.equal(await stateOf(db, "UPDATE vault.records SET box = ''"), denied);
  assert.equal(await stateOf(opener, "UPDATE vault.person_keys SET subject_id = NULL"), denied);
  for (const what of ["vault.person_keys SET wrapped = ''", "vault.bucket_keys SET wrapped = NULL"]) {
    assert.equal(await stateOf(app, `UPDATE ${what}`), denied);
  }
  assert.equal(await stateOf(app, `INSERT INTO vault.person_keys VALUES ('${uuidv7()}', 1, 1, '')`), denied);
});

test("even the owner's ordinary UPDATE, DELETE and TRUNCATE on the log raise", async () => {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  try {
    for (const statement of [
      "UPDATE log.entries SET kind = 2",
      "DELETE FROM log.entries",
      "TRUNCATE log.entries",
      "DELETE FROM log.head",
    ]) {
      await assert.rejects(admin.query(statement), /insert-only/);
    }
  } finally {
    await admin.end();
  }
});

test("a second sequencer, or one that fell behind, is refused", async () => {
  const db = world.connectAs("sakshi_recorder");
  const [head] = await db.rows<{ size: number }>("SELECT size FROM log.current_head()");
  const row = Buffer.alloc(122 + 2);
  row[0] = 1;
  row[1] = 3;
  const append = (size: number) =>
    db.rows("SELECT log.append_batch($1, 1, $2, 1, 1, $3, $3, now())", [size, row, Buffer.alloc(32)]);
  await assert.rejects(append(head!.size - 1), /lost the sequencer lease/);
  await assert.rejects(append(head!.size + 1), /lost the sequencer lease/);
});
