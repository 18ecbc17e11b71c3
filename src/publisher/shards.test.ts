// The turn of a quarter: the publisher closes a shard and opens the next, whatever is killed in between, and goes on
// from nothing that does not fit the list it has signed.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import pg from "pg";
import { growLog } from "../../tests/support/grow-log.js";
import { runSakshi, runWitness } from "../../tests/support/witness.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { someLeaves } from "../../tests/tamper/published-log.js";
import { runVerifyLog } from "../../tools/verify-log.js";
import { ed25519Signer, ed25519Verifier, openShardList } from "../lib/tlog/index.js";
import { databaseCheck, ForkedLog, type Publisher, rootsOf, startPublisher } from "./index.js";

const origin = "log.example/shards-test";
const key = generateKeyPairSync("ed25519").privateKey;
const { vkey } = ed25519Signer(origin, key);
const january = new Date("2027-01-02T06:00:00.000Z");

let world: World;
let home: string;
const open: Publisher[] = [];
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  world = await testWorld();
  home = mkdtempSync(join(tmpdir(), "sakshi-shards-"));
  folders.push(home);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((publisher) => publisher.close()));
  await world.close();
});

/** A publisher on a folder of its own that acts only when told to. */
function publisher(inside = home, policy?: string): Publisher {
  const folder = { directory: join(inside, "log"), lockDirectory: join(inside, "lock") };
  const db = world.connectAs("sakshi_publisher");
  const started = startPublisher({ db, ...folder, key, origin, intervalMs: 3_600_000, ...(policy ? { policy } : {}) });
  open.push(started);
  return started;
}

/** Publishes what is there and ends: one publisher at a time holds the lease. */
async function publishOnce(inside = home): Promise<void> {
  const once = publisher(inside);
  await once.publishNow();
  await once.close();
}

async function verify(inside = home, ...args: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await runVerifyLog({
    args: ["--directory", join(inside, "log"), "--vkey", vkey, ...args],
    write: (line) => lines.push(line),
    writeProgress: () => {},
    further: databaseCheck(world.connectAs("sakshi_auditor")),
  });
  return { code, output: lines.join("\n") };
}

async function turn(leaves: number): Promise<void> {
  await growLog(world, someLeaves(leaves), january, true);
}

/** Every file below a folder, with when it was written. */
function filesIn(folder: string): Map<string, bigint> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), statSync(path, { bigint: true }).mtimeNs]));
}

const listIn = (inside: string) =>
  openShardList(readFileSync(join(inside, "log", "shards")), origin, [ed25519Verifier(vkey)]);

test("the next shard has a name, a key and a folder of its own; the first ends and stays", async () => {
  await growLog(world, someLeaves(300));
  const publishing = publisher();
  await publishing.publishNow();
  await growLog(world, someLeaves(5));
  await turn(20);
  const { origin: own, size } = await publishing.publishNow();
  assert.equal(size, 20);
  const [first, second] = listIn(home);
  assert.deepEqual([first!.closed!.size, second!.path], [305, "2027q1"]);
  assert.match(own, /^log\.example\/shards-test\/2027q1-[0-9a-f]{32}$/);
  assert.notEqual(first!.vkey.split("+")[2], second!.vkey.split("+")[2]);
  await growLog(world, someLeaves(300), january);
  await publishing.publishNow();
  const { code, output } = await verify();
  assert.equal(code, 0, output);
  assert.match(output, /^VERIFIED .*: 625 entries in 2 shards/);
  const roots = await rootsOf(world.connectAs("sakshi_auditor"), [305, 625]);
  assert.ok(roots.isHeadRight && roots.size === 625);
  assert.deepEqual(roots.rootAt.get(305), first!.closed!.root);
});

test("a publisher that was away over two turns publishes both shards to their ends", async () => {
  await growLog(world, someLeaves(10));
  await turn(10);
  await growLog(world, someLeaves(10), new Date("2027-04-02T06:00:00.000Z"), true);
  await publisher().publishNow();
  assert.deepEqual(
    listIn(home).map(({ path, closed }) => [path, closed?.size]),
    [
      [".", 10],
      ["2027q1", 10],
      ["2027q2", undefined],
    ],
  );
  assert.equal((await verify()).code, 0);
});

test("killed after any file that the turn writes, a publisher ends where one that was not killed does", async () => {
  await growLog(world, someLeaves(250));
  await publishOnce();
  const before = join(home, "before");
  for (const part of ["log", "lock"])
    cpSync(join(home, part), join(before, part), { recursive: true, preserveTimestamps: true });
  const old = filesIn(before);
  await growLog(world, someLeaves(20));
  await turn(30);
  await publishOnce();
  const files = [...filesIn(home)].filter(([path, at]) => !path.startsWith("before") && old.get(path) !== at);
  const steps = files.sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([path]) => path);
  assert.ok(steps.indexOf("lock/shards") < steps.indexOf("log/shards"), "what was signed is never forgotten");
  const wanted = readFileSync(join(home, "log/2027q1/checkpoint"));
  for (let written = 0; written <= steps.length; written++) {
    const killed = join(home, `killed-${written}`);
    cpSync(before, killed, { recursive: true });
    for (const path of steps.slice(0, written)) {
      mkdirSync(dirname(join(killed, path)), { recursive: true });
      cpSync(join(home, path), join(killed, path));
    }
    await publishOnce(killed);
    const where = `killed after ${steps[written - 1] ?? "nothing"}`;
    assert.deepEqual(readFileSync(join(killed, "log/2027q1/checkpoint")), wanted, where);
    assert.deepEqual(readFileSync(join(killed, "log/shards")), readFileSync(join(home, "log/shards")), where);
    const { code, output } = await verify(killed);
    assert.equal(code, 0, `${where}: ${output}`);
  }
});

test("a batch that does not go in with its new shard leaves the old one open", async () => {
  await growLog(world, someLeaves(3));
  const recorder = world.connectAs("sakshi_recorder");
  const head = () => recorder.rows("SELECT * FROM log.current_head()");
  const before = await head();
  const root = randomBytes(32);
  const appended = (expected: number, rows: Buffer) =>
    recorder.rows("SELECT log.append_in_new_shard($1, 1, $2, 1, 1, $3, $3, now())", [expected, rows, root]);
  await assert.rejects(appended(2, Buffer.alloc(124)), /lost the sequencer lease/);
  await assert.rejects(appended(3, Buffer.alloc(7)), /rows do not match/);
  assert.deepEqual(await head(), before);
  assert.deepEqual(await world.connectAs("sakshi_auditor").rows("SELECT FROM log.closed_shards"), []);
});

async function asSuperuser(...statements: string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  for (const text of ["SET session_replication_role = replica", ...statements]) await admin.query(text);
  await admin.end();
}

test("a database from before the turn is not gone on from, nor one that turned elsewhere", async () => {
  await growLog(world, someLeaves(10));
  const [{ root, frontier }] = (await world
    .connectAs("sakshi_recorder")
    .rows("SELECT encode(root, 'hex') AS root, encode(frontier, 'hex') AS frontier FROM log.current_head()")) as [
    { root: string; frontier: string },
  ];
  await turn(10);
  const running = publisher();
  await running.publishNow();
  await asSuperuser(
    "DELETE FROM log.entries WHERE index >= 10",
    "DELETE FROM log.closed_shards",
    `UPDATE log.head SET size = 10, first_index = 0, root = '\\x${root}', frontier = '\\x${frontier}'`,
  );
  await assert.rejects(running.publishNow(), /the database has 1 shards, and 2 are signed/);
  const again = publisher();
  await assert.rejects(again.publishNow(), /does not have the shard \. as it was signed: it was restored/);
  assert.equal(again.mayGrow(), false);
  await growLog(world, someLeaves(1));
  await turn(10);
  await assert.rejects(publisher().publishNow(), ForkedLog);
  assert.equal((await verify()).code, 1);
});

test("a list that is changed, missing beside the lock's, or another log's stops the publisher or is put right", async () => {
  await growLog(world, someLeaves(10));
  await turn(10);
  await publishOnce();
  const at = (part: string) => join(home, part, "shards");
  const good = readFileSync(at("log"));
  rmSync(at("log"));
  await publishOnce();
  assert.deepEqual(readFileSync(at("log")), good);
  rmSync(at("lock"));
  await publishOnce();
  assert.deepEqual(readFileSync(at("lock")), good);
  writeFileSync(at("lock"), String(good).replace(" 10 ", " 11 "));
  await assert.rejects(publisher().publishNow(), /the list of shards is not this log's/);
});

test("a closed shard that ends otherwise than listed, a list that is changed and a missing shard are refused by name", async () => {
  await growLog(world, someLeaves(300));
  await publishOnce();
  const early = readFileSync(join(home, "log/checkpoint"));
  await growLog(world, someLeaves(10));
  await turn(300);
  await publishOnce();
  const changes: [string, Buffer | undefined, RegExp][] = [
    ["checkpoint", early, /^REFUSED .*\[SHARD_WRONG; checkpoint\]$/],
    [
      "shards",
      Buffer.from(String(readFileSync(join(home, "log/shards"))).replace(" 310 ", " 300 ")),
      /SHARDS_REFUSED; shards/,
    ],
    ["2027q1/checkpoint", undefined, /CHECKPOINT_MISSING; 2027q1\/checkpoint/],
    ["2027q1/tile/0/000", randomBytes(8_192), /TILE_WRONG; 2027q1\/tile\/0\/000, from entry 310/],
    ["2027q1/checkpoint", readFileSync(join(home, "log/checkpoint")), /CHECKPOINT_REFUSED; 2027q1\/checkpoint/],
  ];
  for (const [path, bytes, wanted] of changes) {
    const copy = mkdtempSync(join(home, "changed-"));
    cpSync(join(home, "log"), join(copy, "log"), { recursive: true });
    if (bytes) writeFileSync(join(copy, "log", path), bytes);
    else rmSync(join(copy, "log", path));
    const { code, output } = await verify(copy);
    assert.equal(code, 1, path);
    assert.match(output, wanted);
  }
  // Kept from the first shard, a checkpoint still shows that nothing before it was changed.
  writeFileSync(join(home, "kept"), early);
  const { code, output } = await verify(home, "--since", join(home, "kept"));
  assert.equal(code, 0, output);
  assert.match(output, /grown from 300 entries with nothing changed/);
});

test("a witness follows by the signed list, and cosigns the closed shard as well as the new one", async () => {
  await growLog(world, someLeaves(10));
  const data = join(home, "court");
  await runSakshi("witness", "trust", vkey, "--data", data);
  const court = await runWitness(data, "--name", "court.example");
  const policy = `witness court ${court.vkey} ${court.address}\nquorum court\n`;
  writeFileSync(join(home, "policy"), policy);
  const first = publisher(home, policy);
  await first.publishNow();
  await growLog(world, someLeaves(5));
  await turn(10);
  await first.publishNow();
  await first.close();
  // It does not know the new shard yet, and has cosigned the end of the old one.
  const few = await verify(home, "--policy", join(home, "policy"));
  assert.equal(few.code, 3, few.output);
  const told = await runSakshi("witness", "trust", vkey, "--data", data, "--shards", join(home, "log", "shards"));
  assert.deepEqual([told.code, told.output], [0, "This log with its 2 shards is trusted now.\n"]);
  const second = publisher(home, policy);
  let enough = few;
  // On a busy machine a witness may need more than the second that it is given.
  for (const giveUpAt = Date.now() + 60_000; enough.code === 3 && Date.now() < giveUpAt; ) {
    await second.publishNow();
    enough = await verify(home, "--policy", join(home, "policy"));
  }
  assert.equal(enough.code, 0, enough.output);
  writeFileSync(join(home, "other"), String(readFileSync(join(home, "log", "shards"))).replace(" 15 ", " 16 "));
  const refused = await runSakshi("witness", "trust", vkey, "--data", data, "--shards", join(home, "other"));
  assert.equal(refused.code, 2);
  await court.end();
});
