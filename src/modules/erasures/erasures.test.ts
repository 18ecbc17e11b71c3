// Erasure from the request to the backup that does not open any more, with the real vault. The clock is set.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { openBox } from "../../vault/box.js";
import { connectKeyholder } from "../../vault/keyholder/client.js";
import { linkDirBeside } from "../../vault/keys.js";
import { bucketPlace, keyOf } from "../../vault/opener/buckets.js";
import { personPlace } from "../../vault/opener/people.js";
import { socketsIn } from "../../vault/settings.js";
import { askErasure, eraseDue, findErasure, replaceKeys, undoErasure } from "./index.js";

const day = 86_400_000;
const begin = Date.parse("2026-01-05T05:00:00Z");
let world: World;
let account: SignedInAccount;

before(async () => {
  world = await testWorld();
  world.setNow(new Date(begin));
  account = await signedInAccount(world);
  // People are put into the tables here, without taking their place in the account.
  await world.deps.db.rows("UPDATE registry.accounts SET members = 6");
});
after(() => world.close());

/** Sets the clock, and keeps the account signed in; rows of the database's own clock are as old as the world is. */
async function daysOn(days: number): Promise<void> {
  const now = new Date(begin + days * day);
  world.setNow(now);
  await world.deps.db.rows("UPDATE registry.sign_ins SET expires_at = $1", [new Date(now.getTime() + day)]);
}
/** The database stamps boxes itself, with today: they are made as old as the world. */
async function asOldAsTheWorld(): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE vault.records SET sealed_at = $1", [new Date(begin)]);
  await admin.end();
}
async function person(): Promise<string> {
  const subject = await registeredPerson(world, account);
  await asOldAsTheWorld();
  return subject;
}
function look(subjects: readonly string[]) {
  const asking = { actor: account.actor, purpose: "own-view", explanation: ownSignIn } as const;
  return world.deps.gate.disclose({ ...asking, subjects, fields: ["name"] });
}
async function countOf(table: string, subject: string): Promise<number> {
  const [row] = await world
    .connectAs("sakshi_opener")
    .rows<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE subject_id = $1`, [subject]);
  return row!.n;
}
const notAllowed = { ok: false, code: "DISCLOSURE_NOT_ALLOWED" };

test("a request waits for its year and can be taken back; asked twice it is refused, for a stranger it finds nobody", async () => {
  const subject = await person();
  const asked = await askErasure(world.deps, account.actor, subject);
  assert.ok(asked.ok);
  assert.deepEqual(asked.value.dueAt, new Date(begin + 365 * day));
  assert.deepEqual(await askErasure(world.deps, account.actor, subject), { ok: false, code: "ERASURE_ASKED" });
  const stranger = await signedInAccount(world);
  for (const command of [askErasure, undoErasure])
    assert.deepEqual(await command(world.deps, stranger.actor, subject), { ok: false, code: "NOT_FOUND" });
  assert.ok((await undoErasure(world.deps, account.actor, subject)).ok);
  assert.equal(await findErasure(world.deps, subject), undefined);
  await daysOn(400);
  assert.deepEqual(await eraseDue(world.deps), { erased: 0, refused: 0 });
  assert.ok((await look([subject])).ok);
});

test("nobody is erased before the day, whoever asks the vault: the attempt is a miss in the log", async () => {
  await daysOn(0);
  const subject = await person();
  const asked = await askErasure(world.deps, account.actor, subject);
  assert.ok(asked.ok);
  const { erasureId } = asked.value;
  await daysOn(364);
  assert.deepEqual(await world.deps.gate.erase({ subject, erasureId }), notAllowed);
  assert.deepEqual(await world.deps.gate.erase({ subject, erasureId: uuidv7() }), notAllowed);
  assert.ok((await look([subject])).ok);
  assert.ok((await undoErasure(world.deps, account.actor, subject)).ok);
});

test("on the day the key and the boxes go at once, with an entry; the others are untouched", async () => {
  await daysOn(0);
  const [gone, stays] = [await person(), await person()];
  for (const id of [gone, stays])
    await world.deps.db.rows("INSERT INTO vault.evidence VALUES ($1, $2, 1, 5, '\\x00', now())", [id, uuidv7()]);
  assert.ok((await askErasure(world.deps, account.actor, gone)).ok);
  await daysOn(366);
  assert.deepEqual(await eraseDue(world.deps), { erased: 1, refused: 0 });
  assert.deepEqual(await look([gone]), notAllowed);
  const tables = ["vault.person_keys", "vault.records", "vault.evidence"];
  assert.deepEqual(await Promise.all(tables.map((table) => countOf(table, gone))), [0, 0, 0]);
  assert.equal(await countOf("vault.evidence", stays), 1);
  assert.ok((await look([stays])).ok);
  const [row] = await world.deps.db.rows<{ state: string }>(
    "SELECT state FROM registry.beneficiaries WHERE beneficiary_id = $1",
    [gone],
  );
  assert.equal(row?.state, "erased");
  assert.deepEqual(await eraseDue(world.deps), { erased: 0, refused: 0 });
});

test("a run that was interrupted after the key went marks the rest the next time", async () => {
  await daysOn(0);
  const subject = await person();
  const asked = await askErasure(world.deps, account.actor, subject);
  assert.ok(asked.ok);
  await daysOn(366);
  const erased = await world.deps.gate.erase({ subject, erasureId: asked.value.erasureId });
  assert.deepEqual(erased, { ok: true, value: { erased: true } });
  await world.deps.db.rows("UPDATE registry.erasures SET started_at = $2 WHERE beneficiary_id = $1", [
    subject,
    world.deps.clock(),
  ]);
  assert.equal((await undoErasure(world.deps, account.actor, subject)).ok, false, "what has begun is not taken back");
  assert.deepEqual(await eraseDue(world.deps), { erased: 1, refused: 0 });
  assert.equal(await findErasure(world.deps, subject), undefined);
});

test("what has begun is finished, even when something new happened with the person since", async () => {
  await daysOn(0);
  const subject = await person();
  assert.ok((await askErasure(world.deps, account.actor, subject)).ok);
  await daysOn(366);
  const { gate, db, clock } = world.deps;
  const died: typeof gate = {
    ...gate,
    async erase(wanted) {
      await gate.erase(wanted);
      throw new Error("the worker was killed");
    },
  };
  await assert.rejects(eraseDue({ ...world.deps, gate: died }), /killed/);
  // A request is due a year after the last that happened with the person.
  await db.rows("UPDATE registry.beneficiaries SET created_at = $2 WHERE beneficiary_id = $1", [subject, clock()]);
  assert.deepEqual(await eraseDue(world.deps), { erased: 1, refused: 0 });
});

test("a person who was taken off the account is erased in time too, without asking", async () => {
  await daysOn(0);
  const subject = await person();
  await world.deps.db.rows("UPDATE registry.beneficiaries SET state = 'removed' WHERE beneficiary_id = $1", [subject]);
  assert.deepEqual(await eraseDue(world.deps), { erased: 0, refused: 0 });
  await daysOn(366);
  assert.deepEqual(await eraseDue(world.deps), { erased: 1, refused: 0 });
  assert.equal(await countOf("vault.person_keys", subject), 0);
});

interface Backup {
  readonly bucketKey: Buffer;
  readonly personKey: Buffer;
  readonly bucket: number;
  readonly epoch: number;
}
/** What a backup of the database holds of a person's key. */
async function backupOf(subject: string): Promise<Backup> {
  const [row] = await world.connectAs("sakshi_opener").rows<Backup>(
    `SELECT b.wrapped AS "bucketKey", p.wrapped AS "personKey", p.bucket, p.epoch
     FROM vault.person_keys p JOIN vault.bucket_keys b USING (bucket, epoch) WHERE p.subject_id = $1`,
    [subject],
  );
  return row!;
}
/** Opens a person's key out of a backup with everything that is alive: whoever has the root key could. */
async function openBackup(subject: string, { bucketKey, personKey, bucket, epoch }: Backup): Promise<boolean> {
  const { socketDir, keyDir } = world.vault;
  const keyholder = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "opener");
  try {
    const wrapping = keyOf(await keyholder.unwrap(bucketKey, bucketPlace(bucket, epoch)));
    return openBox(wrapping, personKey, personPlace(subject, bucket)).length === 32;
  } catch {
    return false;
  } finally {
    keyholder.close();
  }
}

test("after the keys have followed, a backup from before opens nobody any more, and everybody else is there", async () => {
  await daysOn(0);
  const [gone, stays] = [await person(), await person()];
  const [backup, other] = [await backupOf(gone), await backupOf(stays)];
  assert.ok(await openBackup(gone, backup), "before the erasure the backup opens: the test can fail");
  assert.ok((await askErasure(world.deps, account.actor, gone)).ok);
  await daysOn(366);
  assert.deepEqual(await eraseDue(world.deps), { erased: 1, refused: 0 });
  assert.ok(await openBackup(gone, backup), "the key alone is gone from the database only");
  await replaceKeys(world.deps.gate.keys);
  assert.ok(!(await openBackup(gone, backup)));
  assert.ok(!(await openBackup(stays, other)), "the backup is worth nothing for anybody: a new one has to be made");
  assert.ok((await look([stays])).ok);
  const status = await world.deps.gate.keys.status();
  assert.equal(status.rootEpochs.length, 1);
  assert.equal(status.destroyedUnderLivingRoot, 0);
  assert.ok(
    status.buckets.every(({ rotateSince, rootEpoch }) => rotateSince === null && rootEpoch === status.rootEpochs[0]),
  );
});
