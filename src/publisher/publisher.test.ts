// The publisher on a real database as its own role, a real folder, and every way in which the two can disagree.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import pg from "pg";
import { growLog } from "../../tests/support/grow-log.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { someLeaves } from "../../tests/tamper/published-log.js";
import {
  ed25519Signer,
  ed25519Verifier,
  formatCheckpoint,
  type LogVerdict,
  openCheckpoint,
  signNote,
  verifyLog,
} from "../lib/tlog/index.js";
import { connect, type Db } from "../platform/db/db.js";
import { AnotherPublisher, databaseCheck, ForkedLog, type Publisher, startPublisher } from "./index.js";

const origin = "log.example/publisher-test";
const key = generateKeyPairSync("ed25519").privateKey;
const signer = ed25519Signer(origin, key);
const verifier = ed25519Verifier(signer.vkey);

let world: World;
let db: Db;
const home = mkdtempSync(join(tmpdir(), "sakshi-publisher-"));
let directory: string;
const open: Publisher[] = [];
after(() => rmSync(home, { recursive: true, force: true }));

beforeEach(async () => {
  world = await testWorld();
  db = world.connectAs("sakshi_publisher");
  directory = join(home, randomBytes(4).toString("hex"));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((publisher) => publisher.close()));
  await world.close();
});

/** A publisher that acts only when told to. */
function publisher(more: { onStopped?: (reason: string) => void } = {}): Publisher {
  const started = startPublisher({
    db,
    directory,
    lockDirectory: `${directory}-lock`,
    key,
    origin,
    intervalMs: 3_600_000,
    ...more,
  });
  open.push(started);
  return started;
}

const append = (leaves: readonly Buffer[]) => growLog(world, leaves);

/** As a superuser who gets around the triggers: what the log exists to show. */
async function asSuperuser(...statements: string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  try {
    for (const text of ["SET session_replication_role = replica", ...statements]) await admin.query(text);
  } finally {
    await admin.end();
  }
}

function readPublished(path: string): Buffer | undefined {
  return existsSync(join(directory, path)) ? readFileSync(join(directory, path)) : undefined;
}

async function verdict(withDatabase = false): Promise<LogVerdict> {
  const further = withDatabase ? databaseCheck(world.connectAs("sakshi_auditor")) : undefined;
  const given = await verifyLog({
    fetchFile: (path) => Promise.resolve(readPublished(path)),
    origin,
    verifiers: [verifier],
    ...(further ? { onEntries: further.onEntries } : {}),
  });
  const fault = given.ok ? await further?.finish() : undefined;
  return fault ? { ok: false, fault } : given;
}

async function assertVerified(size: number): Promise<void> {
  const given = await verdict(true);
  assert.ok(given.ok, given.ok ? "" : given.fault.message);
  assert.equal(given.checkpoint.size, size);
}

test("an empty log is published as empty, with its key", async () => {
  await publisher().publishNow();
  await assertVerified(0);
  assert.equal(readPublished("key")?.toString(), `${signer.vkey}\n`);
});

test("publishes what the database has, at every step that matters to a tile", async () => {
  const publishing = publisher();
  let size = 0;
  for (const count of [1, 254, 1, 1, 255, 300, 4_200]) {
    await append(someLeaves(count));
    size += count;
    assert.equal((await publishing.publishNow()).size, size);
    await assertVerified(size);
  }
});

test("a round without anything new leaves the checkpoint as it is", async () => {
  const publishing = publisher();
  await append(someLeaves(3));
  await publishing.publishNow();
  const note = readPublished("checkpoint");
  await publishing.publishNow();
  assert.deepEqual(readPublished("checkpoint"), note);
});

test("partial tiles of published checkpoints stay until the full tile is there", async () => {
  const publishing = publisher();
  for (const count of [10, 10, 10]) {
    await append(someLeaves(count));
    await publishing.publishNow();
  }
  assert.deepEqual(readdirSync(join(directory, "tile/0/000.p")).sort(), ["10", "20", "30"]);
  await append(someLeaves(300));
  await publishing.publishNow();
  assert.deepEqual(readdirSync(join(directory, "tile/0")).sort(), ["000", "001.p"]);
  assert.deepEqual(readdirSync(join(directory, "tile/entries")).sort(), ["000", "001.p"]);
  await assertVerified(330);
});

test("a publisher started anew goes on from the files", async () => {
  const leaves = someLeaves(600);
  await append(leaves.slice(0, 300));
  await publisher().publishNow();
  for (const [from, to] of [
    [300, 301],
    [301, 512],
    [512, 600],
  ] as const) {
    await append(leaves.slice(from, to));
    await publisher().publishNow();
    await assertVerified(to);
  }
});

test("a crash between tiles and checkpoint is made good by the next start", async () => {
  const leaves = someLeaves(700);
  await append(leaves.slice(0, 200));
  await publisher().publishNow();
  const kept = readPublished("checkpoint")!;
  await append(leaves.slice(200));
  await publisher().publishNow();
  // As if it had ended after the tiles and before the checkpoint; the old partial tiles were still there then.
  writeFileSync(join(directory, "checkpoint"), kept);
  mkdirSync(join(directory, "tile/0/000.p"), { recursive: true });
  mkdirSync(join(directory, "tile/entries/000.p"), { recursive: true });
  writeFileSync(join(directory, "tile/0/000.p/200"), readPublished("tile/0/000")!.subarray(0, 200 * 32));
  writeFileSync(join(directory, "tile/entries/000.p/200"), readPublished("tile/entries/000")!.subarray(0, 200 * 68));
  writeFileSync(join(directory, "tile/0/003.new"), "cut short");
  await publisher().publishNow();
  await assertVerified(700);
});

async function assertStops(reason: RegExp): Promise<void> {
  const note = readPublished("checkpoint");
  const told: string[] = [];
  const publishing = publisher({ onStopped: (why) => told.push(why) });
  await assert.rejects(publishing.publishNow(), ForkedLog);
  await assert.rejects(publishing.publishNow(), ForkedLog);
  assert.equal(told.length, 1);
  assert.match(told[0]!, reason);
  assert.equal(publishing.stopped, told[0]);
  assert.equal(readFileSync(join(`${directory}-lock`, "stopped"), "utf8"), `${told[0]}\n`);
  assert.deepEqual(readPublished("checkpoint"), note);
  await publishing.close();
}

async function headNow(): Promise<{ root: Buffer; frontier: Buffer }> {
  const rows = world.connectAs("sakshi_auditor").rows<{ root: Buffer; frontier: Buffer }>("SELECT * FROM log.head");
  return (await rows)[0]!;
}

/** The database as it was when it had `size` entries. */
async function restoreTo(size: number, root: Buffer, frontier: Buffer): Promise<void> {
  await asSuperuser(
    `DELETE FROM log.entries WHERE index >= ${size}`,
    `UPDATE log.head SET size = ${size}, root = '\\x${root.toString("hex")}', frontier = '\\x${frontier.toString("hex")}'`,
  );
}

test("stops when the database was restored from a backup", async () => {
  await append(someLeaves(40));
  const { root, frontier } = await headNow();
  await append(someLeaves(5));
  await publisher().publishNow();
  await restoreTo(40, root, frontier);
  await assertStops(/the database has 40 entries, and 45 are published/);
  // Also when it has grown past the published size again, in another way.
  await append(someLeaves(60));
  await assertStops(/history has forked/);
});

test("stops when an entry beyond the published ones was changed or taken away under the head", async () => {
  await append(someLeaves(10));
  await publisher().publishNow();
  await append(someLeaves(10));
  await asSuperuser("UPDATE log.entries SET leaf = (SELECT leaf FROM log.entries WHERE index = 14) WHERE index = 15");
  await assertStops(/does not give the database's root at 20/);
  await asSuperuser("DELETE FROM log.entries WHERE index = 15");
  await assertStops(/entry 15 is missing from the database/);
});

test("stops when the published files do not hold together or are another log's", async () => {
  await append(someLeaves(300));
  await publisher().publishNow();
  const checkpoint = readPublished("checkpoint")!;
  const tile = readPublished("tile/0/001.p/44")!;
  const bundle = readPublished("tile/entries/001.p/44")!;
  const put = (path: string, bytes: Buffer | string) => writeFileSync(join(directory, path), bytes);
  put("tile/0/001.p/44", Buffer.concat([randomBytes(32), tile.subarray(32)]));
  await assertStops(/cannot be taken up|do not lead to the root/);
  put("tile/0/001.p/44", tile);
  put("tile/entries/001.p/44", Buffer.concat([bundle.subarray(0, -1), Buffer.of(bundle.at(-1)! ^ 1)]));
  await assertStops(/entry 299/);
  rmSync(join(directory, "tile/entries/001.p/44"));
  await assertStops(/tile\/entries\/001\.p\/44 is missing/);
  put("tile/entries/001.p/44", bundle);
  put("checkpoint", checkpoint.toString("utf8").replace("\n300\n", "\n299\n"));
  await assertStops(/cannot be taken up/);
  put("checkpoint", checkpoint);
  await publisher().publishNow();
  assert.ok(!existsSync(join(`${directory}-lock`, "stopped")));
});

test("stops when somebody else has published meanwhile", async () => {
  const first = publisher();
  await append(someLeaves(5));
  await first.publishNow();
  await append(someLeaves(5));
  await publisher().publishNow();
  await append(someLeaves(5));
  await assert.rejects(first.publishNow(), /changed by somebody else/);
});

test("of two publishers on one database one signs, and the other takes over when it is gone", async () => {
  const start = (name: string) => {
    const own = connect(world.urlAs("sakshi_publisher"), { max: 1 });
    const folders = { directory: join(directory, name), lockDirectory: join(directory, `${name}-lock`) };
    return { own, started: startPublisher({ db: own, ...folders, key, origin, intervalMs: 3_600_000 }) };
  };
  const one = start("one");
  await append(someLeaves(5));
  await one.started.publishNow();
  const other = start("other");
  await assert.rejects(other.started.publishNow(), AnotherPublisher);
  assert.ok(other.started.stopped === undefined && !existsSync(join(directory, "other", "checkpoint")));
  await append(someLeaves(5));
  assert.equal((await one.started.publishNow()).size, 10);
  await one.started.close();
  assert.equal((await other.started.publishNow()).size, 10);
  await other.started.close();
  await Promise.all([one.own.close(), other.own.close()]);
});

const lockFile = () => join(`${directory}-lock`, "signed");

test("what was signed is in the lock before it is published, and a lock that is ahead stops everything", async () => {
  await append(someLeaves(40));
  const older = publisher();
  await older.publishNow();
  const { root, frontier } = await headNow();
  const files = ["checkpoint", "tile/0/000.p/40", "tile/entries/000.p/40"].map((path) => [path, readPublished(path)!]);
  await append(someLeaves(5));
  await older.publishNow();
  assert.equal(openCheckpoint(readFileSync(lockFile()), origin, [verifier]).size, 45);
  await older.close();
  // Database and published files come back from the backup; the lock does not.
  await restoreTo(40, root, frontier);
  for (const [path, bytes] of files) writeFileSync(join(directory, path as string), bytes as Buffer);
  await assertStops(/the database has 40 entries, and 45 are signed, says the lock file.*restored from a backup/);
  assert.equal(publisher().mayGrow(), false);
  // Grown again past what was signed, it is still another history.
  await append(someLeaves(20));
  await assertStops(/history has forked: the first 45 entries are not those that are signed, says the lock file/);
});

test("a lock behind the published files must be of the same history; one that cannot be read stops", async () => {
  await append(someLeaves(300));
  await publisher().publishNow();
  const early = readFileSync(lockFile());
  await append(someLeaves(300));
  await publisher().publishNow();
  writeFileSync(lockFile(), early);
  await publisher().publishNow();
  const another = { origin, size: 300, root: randomBytes(32) };
  writeFileSync(lockFile(), signNote(formatCheckpoint(another), [signer]));
  await assertStops(/history has forked: the first 300 entries/);
  writeFileSync(lockFile(), early.toString("utf8").replace("\n300\n", "\n301\n"));
  await assertStops(/the lock file is not this log's/);
});

test("published files that are gone are made again from the database, when it goes on from the lock", async () => {
  await append(someLeaves(300));
  await publisher().publishNow();
  rmSync(directory, { recursive: true });
  await publisher().publishNow();
  await assertVerified(300);
});

test("a round that failed for want of a disk is done again, and nothing is lost", async () => {
  const publishing = publisher();
  await append(someLeaves(10));
  await publishing.publishNow();
  await append(someLeaves(300));
  // A file where a folder is needed: the tile cannot be written.
  writeFileSync(join(directory, "tile/1"), "in the way");
  await assert.rejects(publishing.publishNow(), (error) => !(error instanceof ForkedLog));
  assert.equal(openCheckpoint(readPublished("checkpoint")!, origin, [verifier]).size, 10);
  rmSync(join(directory, "tile/1"));
  await publishing.publishNow();
  await assertVerified(310);
});

test("the auditor finds what was changed in the database behind the published log", async () => {
  await append(someLeaves(300));
  await publisher().publishNow();
  await append(someLeaves(20));
  await assertVerified(300);
  const [row] = await world
    .connectAs("sakshi_auditor")
    .rows<{ leaf: Buffer }>("SELECT leaf FROM log.entries WHERE index = 123");
  await asSuperuser("UPDATE log.entries SET leaf = (SELECT leaf FROM log.entries WHERE index = 124) WHERE index = 123");
  const altered = await verdict(true);
  assert.deepEqual(!altered.ok && [altered.fault.code, altered.fault.index], ["ENTRY_WRONG", 123]);
  await asSuperuser("DELETE FROM log.entries WHERE index = 123");
  const removed = await verdict(true);
  assert.deepEqual(!removed.ok && [removed.fault.code, removed.fault.index], ["ENTRY_WRONG", 123]);
  await asSuperuser(
    `INSERT INTO log.entries SELECT 123, '\\x${row!.leaf.toString("hex")}', kind, '\\x${randomBytes(16).toString("hex")}', 0, actor_pseudonym, sealed_subject, sealed_accountability, request_id, recorded_at FROM log.entries WHERE index = 122`,
  );
  await assertVerified(300);
  await asSuperuser("DELETE FROM log.entries WHERE index = 310");
  const beyond = await verdict(true);
  assert.deepEqual(!beyond.ok && [beyond.fault.code, beyond.fault.index], ["ENTRY_WRONG", 310]);
  await asSuperuser("DELETE FROM log.entries WHERE index >= 310", "UPDATE log.head SET size = 310");
  const head = await verdict(true);
  assert.equal(!head.ok && head.fault.code, "DATABASE_HEAD_WRONG");
  await asSuperuser("DELETE FROM log.entries WHERE index >= 200", "UPDATE log.head SET size = 200");
  const behind = await verdict(true);
  assert.deepEqual(!behind.ok && [behind.fault.code, behind.fault.index], ["ENTRY_WRONG", 200]);
});

test("the publisher's role can read leaves and head, and nothing more", async () => {
  await append(someLeaves(1));
  for (const text of [
    "SELECT sealed_subject FROM log.entries",
    "SELECT actor_pseudonym FROM log.entries",
    "UPDATE log.head SET size = 0",
    "DELETE FROM log.entries",
    "SELECT * FROM vault.records",
    "SELECT * FROM registry.staff",
  ]) {
    await assert.rejects(db.rows(text), { code: "42501" }, text);
  }
});
