// Rotation while the system runs: in steps, interrupted anywhere, killed in the middle, with people coming and looking.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import type { KeyDesk } from "../../modules/disclosure/index.js";
import { rootDirIn } from "../keys.js";

let world: World;
let keys: KeyDesk;
let account: SignedInAccount;
const people: string[] = [];

before(async () => {
  world = await testWorld();
  keys = world.deps.gate.keys;
  account = await signedInAccount(world);
  for (let n = 0; n < 4; n++) people.push(await registeredPerson(world, account));
});
after(() => world.close());

async function everybodyOpens(): Promise<void> {
  const asking = { actor: account.actor, purpose: "own-view", explanation: ownSignIn } as const;
  const seen = await world.deps.gate.disclose({ ...asking, subjects: people, fields: ["name"] });
  assert.ok(seen.ok);
  assert.equal(seen.value.size, people.length);
  const lines = await world.deps.gate.linesOf({ actor: account.actor, subject: people[0]! });
  assert.ok(lines.ok && lines.value.lines.length === lines.value.total);
}
async function finish(): Promise<string[]> {
  const did: string[] = [];
  for (;;) {
    const step = await keys.step();
    did.push(step.did);
    if (step.did === "done") return did;
  }
}
const bucketOne = async () => (await keys.status()).buckets.filter(({ bucket }) => bucket === 1);

test("with nothing to do a step is done", async () => {
  assert.equal((await keys.step()).did, "done");
  assert.deepEqual((await keys.status()).rootEpochs, [1]);
});

test("each step may be the last: people look and register between any two, and the rest goes on", async () => {
  assert.equal(await keys.markAll(), 2, "the house's key and one bucket");
  const did: string[] = [];
  for (;;) {
    const step = await keys.step();
    did.push(step.did);
    await everybodyOpens();
    if (did.length === 2) people.push(await registeredPerson(world, account));
    if (step.did === "done") break;
  }
  assert.deepEqual(did, [
    "house-made",
    "rewrapped",
    "destroyed",
    "root-made",
    "root-rewrapped",
    "root-destroyed",
    "done",
  ]);
  const [bucket, ...more] = await bucketOne();
  assert.deepEqual([bucket?.epoch, bucket?.people, bucket?.rootEpoch, more.length], [2, people.length, 2, 0]);
  assert.deepEqual(readdirSync(rootDirIn(world.vault.keyDir)), ["root-2.key"]);
});

test("asked for again while one is under way, a rotation goes on instead of beginning anew", async () => {
  await keys.markAll();
  await keys.step();
  assert.equal(await keys.markAll(), 1);
  await finish();
  assert.equal((await bucketOne())[0]?.epoch, 3);
});

test("opener and keyholder killed in the middle lose nobody", async () => {
  await keys.markAll();
  await keys.step();
  await keys.step();
  await world.vault.kill("opener");
  await world.vault.kill("keyholder");
  await world.vault.start();
  await everybodyOpens();
  await finish();
  await everybodyOpens();
  const status = await keys.status();
  assert.equal(status.rootEpochs.length, 1);
  assert.equal(status.destroyedUnderLivingRoot, 0);
});

test("two at it at once do it once", async () => {
  await keys.markAll();
  const steps = await Promise.all([finish(), finish(), finish()]);
  assert.equal(steps.flat().filter((did) => did === "destroyed").length, 1);
  assert.equal(steps.flat().filter((did) => did === "root-made").length, 1);
  await everybodyOpens();
});

test("the root key alone: bucket keys are rewrapped, people's keys stay as they are", async () => {
  const before = (await bucketOne())[0]!.epoch;
  const epoch = await keys.nextRoot();
  assert.deepEqual(await finish(), ["root-rewrapped", "root-destroyed", "done"]);
  const status = await keys.status();
  assert.deepEqual(status.rootEpochs, [epoch]);
  assert.ok(status.buckets.every(({ rootEpoch }) => rootEpoch === epoch));
  assert.equal((await bucketOne())[0]!.epoch, before);
  await everybodyOpens();
});

test("a damaged key is taken along and does not hold the rotation up", async () => {
  const lost = await registeredPerson(world, account);
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE vault.person_keys SET wrapped = sha512('damaged') WHERE subject_id = $1", [lost]);
  await admin.end();
  await keys.markAll();
  assert.equal((await finish()).at(-1), "done");
  await everybodyOpens();
});

test("entries of the log from before open after it: the halves keep their epochs", async () => {
  const house = (await keys.status()).buckets.filter(({ bucket }) => bucket === 0);
  assert.ok(house.length > 1);
  const [entry] = await world
    .connectAs("sakshi_auditor")
    .rows<{ epoch: number }>(
      "SELECT get_byte(sealed_accountability, 2) AS epoch FROM log.entries ORDER BY index LIMIT 1",
    );
  assert.ok(house.some(({ epoch }) => epoch === entry!.epoch));
});
