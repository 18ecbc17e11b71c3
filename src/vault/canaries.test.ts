// Canaries: nothing in the tables tells them apart, whoever asks for one is stopped, and nobody can name another one
// afterwards.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  appointmentAt,
  facility,
  ownSignIn,
  registeredPerson,
  signedInAccount,
  signedInStaff,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { plantCanaries } from "../modules/accesses/index.js";
import { uuidv7 } from "../platform/random.js";
import { canaryAt, canaryCommitment, canaryIdentity, canaryKey, isCanary } from "./canaries.js";

const halves = { pseudonyms: createSecretKey(randomBytes(32)), share: randomBytes(32) };
const key = canaryKey(halves.pseudonyms, halves.share);

test("a canary is known by its id and the key, and by neither half of the key", () => {
  const id = canaryAt(key, Date.parse("2026-11-27T10:00:00.123Z"));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(isCanary(key, id), true);
  assert.equal(isCanary(canaryKey(halves.pseudonyms, randomBytes(32)), id), false);
  assert.equal(isCanary(canaryKey(createSecretKey(randomBytes(32)), halves.share), id), false);
  for (let n = 0; n < 1_000; n++) assert.equal(isCanary(key, uuidv7()), false);
});

test("who it is follows from the key, and the commitment binds to it", () => {
  const [one, other] = [canaryAt(key, 1_000), canaryAt(key, 1_001)];
  assert.deepEqual(canaryIdentity(key, one), canaryIdentity(key, one));
  assert.notDeepEqual(canaryIdentity(key, one), canaryIdentity(key, other));
  assert.notDeepEqual(canaryCommitment(key, one), canaryCommitment(key, other));
});

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());
/** For a house whose clock is past their times already, so that nobody waits. */
const plant = (...numbers: string[]) =>
  plantCanaries({ ...world.deps, clock: () => new Date(Date.now() + 70_000) }, { numbers, minutes: 1 });

/** The planted people, whom only this test can find: nobody else is registered in this world. */
async function planted(): Promise<{ id: string; accountId: string }[]> {
  return world.deps.db.rows(`SELECT beneficiary_id AS id, account_id AS "accountId" FROM registry.beneficiaries`);
}
async function findings(): Promise<{ kind: string; actor: string; stops: boolean }[]> {
  return world.deps.db.rows("SELECT kind, actor, stops FROM registry.access_findings WHERE kind = 'canary'");
}

test("they are committed to in the log, then registered like anybody else", async () => {
  const outcome = await plant("9000020001", "9000020002");
  assert.deepEqual(outcome, { ok: true, value: { planted: 2 } });
  assert.equal((await planted()).length, 2);
  const auditor = world.connectAs("sakshi_auditor");
  const [batch] = await auditor.rows<{ n: number }>("SELECT cardinality(commitments) AS n FROM log.canary_batches");
  assert.equal(batch?.n, 2);
  const kinds = await auditor.rows<{ kind: number }>("SELECT kind FROM log.entries ORDER BY index");
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    [5, 2, 2],
  );
  assert.deepEqual(await plant("9000020001"), { ok: false, code: "CANARY_NUMBER_TAKEN" });
  assert.deepEqual(await plant("12345"), { ok: false, code: "CANARY_NUMBER_WRONG" });
});

test("no role of the database can tell them apart: each column has values of the same kind as a person's", async () => {
  const account = await signedInAccount(world);
  await registeredPerson(world, account);
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const { rows } = await admin.query(
    `SELECT b.registered_by, b.state, length(b.reference_id::text) AS digits,
       (SELECT count(*)::int FROM registry.sign_ins i WHERE i.account_id = b.account_id) AS sign_ins,
       (SELECT array_agg(r.record || ' ' || r.version || ' ' || octet_length(r.box) ORDER BY r.record)
        FROM vault.records r WHERE r.subject_id = b.beneficiary_id) AS records
     FROM registry.beneficiaries b`,
  );
  await admin.end();
  const shapes = new Set(rows.map((shape) => JSON.stringify(shape)));
  assert.equal(rows.length, 3);
  assert.equal(shapes.size, 1, [...shapes].join("\n"));
});

test("whoever asks for one is stopped, explained or not, and is found", async () => {
  const here = await facility(world);
  const [canary] = (await planted()).filter(({ accountId }) => accountId !== "");
  const verifier = await signedInStaff(world, "verifier", here);
  const appointmentId = await appointmentAt(world, here, { subject: canary!.id, accountId: canary!.accountId });
  const ask = (actor: typeof verifier.actor) =>
    world.deps.gate.disclose({
      actor,
      purpose: "check-in",
      explanation: { kind: "appointment-here", appointmentId },
      subjects: [canary!.id],
      fields: ["name"],
    });
  assert.deepEqual(await ask(verifier.actor), { ok: false, code: "DISCLOSURE_STOPPED" });
  assert.deepEqual(await findings(), [{ kind: "canary", actor: `staff:${verifier.staffId}`, stops: true }]);
  const [signIn] = await world.deps.db.rows<{ ended: boolean }>(
    "SELECT ended_at IS NOT NULL AS ended FROM registry.staff_sign_ins WHERE sign_in_id = $1",
    [verifier.signInId],
  );
  assert.equal(signIn?.ended, true);

  const account = await signedInAccount(world);
  const own = await registeredPerson(world, account);
  const look = (subject: string) =>
    world.deps.gate.disclose({
      actor: account.actor,
      purpose: "own-view",
      explanation: ownSignIn,
      subjects: [subject],
      fields: ["name"],
    });
  assert.equal((await look(canary!.id)).ok, false);
  assert.deepEqual(await look(own), { ok: false, code: "DISCLOSURE_STOPPED" });
});
