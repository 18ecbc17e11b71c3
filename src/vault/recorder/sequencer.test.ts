// The sequencer on a real database, with the failures that processes and connections can have put in its way.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { bucketsOver } from "../../../tests/support/buckets.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { receiptSigner, receiptVerifier } from "../../lib/tlog/index.js";
import { systemClock } from "../../platform/clock.js";
import { connect, type Db } from "../../platform/db/db.js";
import { uuidv7 } from "../../platform/random.js";
import { peopleOf } from "../opener/people.js";
import { entrySealer } from "../opener/seal-entries.js";
import { permits } from "../permits.js";
import { type HandOver, type SealEntries, sealingBy } from "../sealing.js";
import type { Draft } from "./draft.js";
import { type Recorded, type Sequencer, sequencer } from "./sequencer.js";

const origin = "log.test.example/sakshi";
const signer = receiptSigner(origin, generateKeyPairSync("ed25519").privateKey);
const secret = () => createSecretKey(randomBytes(32));
const pseudonyms = secret();
let world: World;
let seal: SealEntries;
const permitted = permits({ origin, verifier: receiptVerifier(signer.vkey), now: Date.now });
const handOver: HandOver = async (note, leaves) => permitted.taken(note, leaves);

before(async () => {
  world = await testWorld();
  const channel = secret();
  const db = world.connectAs("sakshi_opener");
  const buckets = bucketsOver(db);
  const sealer = entrySealer(
    peopleOf(db, buckets, () => {}),
    permitted,
    { channel, buckets },
  );
  // The opener's own sealing, without its process.
  const call = async ({ blobs }: { blobs: readonly Buffer[] }) => ({
    head: {},
    blobs: [await sealer.seal(blobs[0]!, blobs[1]!)],
  });
  seal = sealingBy({ call, close() {} }, channel);
});
after(() => world.close());

function start(change: { db?: Db; seal?: SealEntries; handOver?: HandOver; mayGrow?: () => boolean } = {}): Sequencer {
  const db = change.db ?? world.connectAs("sakshi_recorder");
  return sequencer({
    db,
    seal: change.seal ?? seal,
    handOver: change.handOver ?? handOver,
    signer,
    pseudonyms,
    clock: systemClock,
    mayGrow: change.mayGrow ?? (() => true),
    onFailure() {},
  });
}

function draft(subject = uuidv7(), isNew = true): Draft {
  const facts = { actor: "account:1", role: "citizen", organisation: "Account holder", basis: "DPDP-11" };
  const rest = { purpose: "own-view", explanation: "own-sign-in", fields: ["name"] } as const;
  return { kind: "disclosure", facts: { ...facts, ...rest }, request: uuidv7(), subject, isNew };
}

async function sizeOfLog(): Promise<number> {
  const [head] = await world.connectAs("sakshi_auditor").rows<{ size: number }>("SELECT size FROM log.head");
  return head!.size;
}

/** The recorder's connection, with something done around each append. */
function withAppend(around: (append: () => Promise<unknown>) => Promise<unknown>): Db {
  const db = world.connectAs("sakshi_recorder");
  return {
    ...db,
    rows<Row extends object>(text: string, values?: readonly unknown[]) {
      const run = (): Promise<Row[]> => db.rows<Row>(text, values);
      return text.includes("append_batch") ? (around(run) as Promise<Row[]>) : run();
    },
  };
}

test("once it answers, the opener has the receipt of each entry", async () => {
  const first = await sizeOfLog();
  const [one, two] = [draft(), draft()];
  const answer = await start().record([one, { ...two, request: one.request }]);
  assert.deepEqual(answer, { ok: true, index: first });
  const subjects = permitted.use(one.request).map(({ entry }) => entry.subject);
  assert.deepEqual(subjects, [one.subject, two.subject]);
});

test("an opener that does not take the receipt leaves an entry, and nobody is served", async () => {
  const before = await sizeOfLog();
  const asked = draft();
  const writing = start({ handOver: () => Promise.reject(new Error("away")) });
  assert.deepEqual(await writing.record([asked]), { ok: false, why: "unavailable" });
  assert.equal(await sizeOfLog(), before + 1);
  assert.throws(() => permitted.use(asked.request));
});

test("what comes in one turn, and what waits while a batch commits, goes into one batch each", async () => {
  const appends: number[] = [];
  let meanwhile: Promise<Recorded[]> | undefined;
  const writing = start({
    db: withAppend((append) => {
      appends.push(1);
      meanwhile ??= some(200);
      return append();
    }),
  });
  const some = (count: number) => Promise.all(Array.from({ length: count }, () => writing.record([draft()])));
  const answers = [...(await some(10)), ...(await meanwhile!)];
  assert.equal(answers.length, 210);
  assert.ok(answers.every((answer) => answer.ok));
  assert.equal(appends.length, 2);
});

test("a commit whose answer was lost is not written again", async () => {
  const before = await sizeOfLog();
  let isFirst = true;
  const writing = start({
    db: withAppend(async (append) => {
      const done = await append();
      if (!isFirst) return done;
      isFirst = false;
      throw new Error("Connection terminated unexpectedly");
    }),
  });
  const answer = await writing.record([draft()]);
  assert.ok(answer.ok);
  assert.equal(answer.index, before);
  assert.equal(await sizeOfLog(), before + 1);
});

test("a commit that never happened is made once the connection is back", async () => {
  const before = await sizeOfLog();
  let isFirst = true;
  const writing = start({
    db: withAppend((append) => {
      if (!isFirst) return append();
      isFirst = false;
      return Promise.reject(new Error("Connection terminated unexpectedly"));
    }),
  });
  assert.ok((await writing.record([draft()])).ok);
  assert.equal(await sizeOfLog(), before + 1);
});

test("of two sequencers the one that fell behind refuses, reads the log again and goes on", async () => {
  const [one, two] = [start(), start()];
  assert.ok((await one.record([draft()])).ok);
  assert.ok((await two.record([draft()])).ok);
  assert.deepEqual(await one.record([draft()]), { ok: false, why: "unavailable" });
  assert.ok((await one.record([draft()])).ok);
});

test("a person without a key falls out of the batch and leaves no gap in anybody's counter", async () => {
  const writing = start();
  const [person, nobody] = [uuidv7(), uuidv7()];
  assert.ok((await writing.record([draft(person)])).ok);
  const [second, third] = [draft(person, false), draft(person, false)];
  const [held, whole, mixed, last] = await Promise.all([
    writing.record([draft()]),
    writing.record([second]),
    writing.record([draft(person, false), draft(nobody, false)]),
    writing.record([third]),
  ]);
  assert.deepEqual(mixed, { ok: false, why: "nobody-there" });
  assert.ok(held.ok && whole.ok && last.ok);
  const counterOf = ({ request }: Draft) => permitted.use(request)[0]!.entry.n;
  assert.deepEqual([counterOf(second), counterOf(third)], [1, 2]);
});

test("more than 4,096 waiting entries are refused at once", async () => {
  let release = (): void => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const writing = start({
    seal: async (entries) => {
      await stuck;
      return seal(entries);
    },
  });
  const running = writing.record([draft()]);
  const waiting = Array.from({ length: 4_096 }, () => writing.record([draft()]));
  assert.deepEqual(await writing.record([draft()]), { ok: false, why: "unavailable" });
  release();
  assert.ok((await running).ok);
  await Promise.all(waiting);
});

test("an opener that is away means no entry and no receipt", async () => {
  const before = await sizeOfLog();
  const writing = start({ seal: () => Promise.reject(new Error("away")) });
  assert.deepEqual(await writing.record([draft()]), { ok: false, why: "unavailable" });
  assert.equal(await sizeOfLog(), before);
});

test("as long as the log may not grow there is no entry and no receipt", async () => {
  const before = await sizeOfLog();
  let mayGrow = false;
  const writing = start({ mayGrow: () => mayGrow });
  assert.deepEqual(await writing.record([draft()]), { ok: false, why: "unavailable" });
  assert.equal(await sizeOfLog(), before);
  mayGrow = true;
  assert.ok((await writing.record([draft()])).ok);
});

test("a database that has shrunk under a running sequencer is not gone on from", async () => {
  const admin = connect(world.adminUrl, { max: 1 });
  const [old] = await admin.rows<{ size: number; root: Buffer; frontier: Buffer }>("SELECT * FROM log.head");
  const writing = start();
  assert.ok((await writing.record([draft(), draft()])).ok);
  await admin.rows("SET session_replication_role = replica");
  await admin.rows("CREATE TABLE public.kept AS SELECT * FROM log.head");
  await admin.rows("CREATE TABLE public.kept_entries AS SELECT * FROM log.entries WHERE index >= $1", [old!.size]);
  await admin.rows("DELETE FROM log.entries WHERE index >= $1", [old!.size]);
  const { size, root, frontier } = old!;
  await admin.rows("UPDATE log.head SET size = $1, root = $2, frontier = $3", [size, root, frontier]);
  for (let attempt = 0; attempt < 3; attempt++)
    assert.deepEqual(await writing.record([draft()]), { ok: false, why: "unavailable" });
  assert.equal(await sizeOfLog(), old!.size);
  await admin.rows("INSERT INTO log.entries SELECT * FROM public.kept_entries");
  await admin.rows(
    "UPDATE log.head SET (size, root, frontier) = (SELECT size, root, frontier FROM public.kept) WHERE id = 1",
  );
  await admin.close();
  assert.ok((await writing.record([draft()])).ok);
});
