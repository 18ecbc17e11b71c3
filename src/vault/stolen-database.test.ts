// Whoever has the database, or may write to it, has no person's data and cannot pass one record off as another.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { ownSignIn, registeredPerson, signedInAccount } from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import type { Actor } from "../modules/disclosure/index.js";

let world: World;

before(async () => {
  world = await testWorld();
});
after(() => world.close());

function view(subjects: readonly string[], actor: Actor) {
  const fields = ["name", "birthYear", "mobile", "doses"] as const;
  return world.deps.gate.disclose({ actor, purpose: "own-view", explanation: ownSignIn, subjects, fields });
}

test("a box put into another row, another person or an older version does not open", async () => {
  const own = await signedInAccount(world);
  const [one, two] = [await registeredPerson(world, own), await registeredPerson(world, own, { name: "Ravi Demo" })];
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const swap =
    "UPDATE vault.records a SET box = b.box FROM vault.records b WHERE a.subject_id = $1 AND a.record = $2 AND b.subject_id = $3 AND b.record = $4";
  try {
    await admin.query(swap, [one, "identity", two, "identity"]);
    assert.deepEqual(await view([one], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
    await admin.query(swap, [two, "identity", two, "contact"]);
    assert.deepEqual(await view([two], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
    const three = await registeredPerson(world, own);
    assert.ok((await view([three], own.actor)).ok);
    await admin.query("UPDATE vault.records SET version = 2 WHERE subject_id = $1", [three]);
    assert.deepEqual(await view([three], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  } finally {
    await admin.end();
  }
});

test("a damaged key shuts out its own person and nobody else", async () => {
  const own = await signedInAccount(world);
  const [one, two] = [await registeredPerson(world, own), await registeredPerson(world, own)];
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE vault.person_keys SET wrapped = sha512('damaged') WHERE subject_id = $1", [one]);
  await admin.end();
  const looks = await Promise.all(Array.from({ length: 20 }, (_, at) => view([at % 2 === 0 ? one : two], own.actor)));
  looks.forEach((look, at) => {
    assert.equal(look.ok ? "seen" : look.code, at % 2 === 0 ? "DISCLOSURE_NOT_ALLOWED" : "seen");
  });
});

test("the stolen database, its files and its write-ahead log hold no planted value", async () => {
  const own = await signedInAccount(world);
  const marked = { name: "Zuleikha Markerdemo", birthYear: 1907, photoIdType: "Planted Card", photoIdLast4: "QX7Z" };
  const person = await registeredPerson(world, own, marked);
  await world.deps.gate.sealForTransit({ mobile: own.mobile, text: "Planted message" }, 60);
  assert.ok((await view([person], own.actor)).ok);
  const markers = ["Zuleikha", "Markerdemo", "Planted", "QX7Z", own.mobile];
  const stolen = await wholeDatabase(world.adminUrl);
  assert.ok(
    stolen.length > 100_000 && stolen.includes(person.replaceAll("-", ""), 0, "hex"),
    "the search reads the database's files",
  );
  for (const marker of markers) assert.ok(!stolen.includes(marker), `${marker} lies in the database in clear`);
});

/** All files of the database and the write-ahead log, as a thief of the disk has them. */
async function wholeDatabase(url: string): Promise<Buffer> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query("CHECKPOINT");
    const { rows } = await admin.query(
      "SELECT current_setting('data_directory') AS folder, oid FROM pg_database WHERE datname = current_database()",
    );
    const { folder, oid } = rows[0] as { folder: string; oid: number };
    const folders = [join(folder, "base", String(oid)), join(folder, "pg_wal")];
    const files = folders.flatMap((one) => readdirSync(one).map((name) => join(one, name)));
    return Buffer.concat(files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path)));
  } finally {
    await admin.end();
  }
}
