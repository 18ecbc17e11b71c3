// Backups on a real server: taken while rows are written, tried on a copy, put back, and brought to an instant from
// archived WAL; damage is found and nothing is put in place.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { backupsIn, putBack, readManifest, takeBackup, tryBackup } from "../../src/backup/index.js";
import { connect, type Db } from "../../src/platform/db/db.js";
import { migrate } from "../../src/platform/db/migrate.js";
import { newRolePasswords, urlOfDatabase } from "../../src/platform/db/roles.js";
import { type EmbeddedPostgres, startPostgres } from "../../src/start/postgres.js";

const outer = mkdtempSync(join(tmpdir(), "sakshi-backup-"));
const folder = join(outer, "postgres");
const walArchive = join(outer, "wal");
const backups = join(outer, "backups");
let server: EmbeddedPostgres;
let db: Db;
let backup: string;

const start = async () => {
  server = await startPostgres({ folder, logFile: join(outer, "postgres.log"), walArchive });
  db = connect(urlOfDatabase(server.url, "sakshi"), { max: 1 });
};
const stop = async () => {
  await db.close();
  await server.stop();
};
let states = 900;
const write = (name: string, to = db) => to.rows("INSERT INTO registry.states VALUES ($1, $2)", [++states, name]);
const names = async () =>
  (await db.rows<{ name: string }>("SELECT name FROM registry.states ORDER BY state_id")).map(({ name }) => name);
const take = () =>
  takeBackup(
    {
      url: urlOfDatabase(server.url, "sakshi"),
      cluster: join(folder, "cluster"),
      passwordFile: join(folder, "password"),
    },
    backups,
    new Date(),
    () => {},
  );

before(async () => {
  chmodSync(outer, 0o711);
  server = await startPostgres({ folder, logFile: join(outer, "postgres.log"), walArchive });
  await migrate(urlOfDatabase(server.url, "sakshi"), newRolePasswords());
  db = connect(urlOfDatabase(server.url, "sakshi"), { max: 1 });
});
after(async () => {
  await stop();
  rmSync(outer, { recursive: true });
});

test("a backup taken while rows are written has all that was there when it began, and is well", async () => {
  await write("before");
  let isOver = false;
  const writer = connect(urlOfDatabase(server.url, "sakshi"), { max: 1 });
  const writing = (async () => {
    for (let n = 0; !isOver; n++) await write(`during ${n}`, writer);
  })();
  const taken = await take();
  isOver = true;
  await writing;
  await writer.close();
  backup = taken.folder;
  assert.deepEqual(backupsIn(backups), [backup]);
  assert.deepEqual(
    readdirSync(backup).filter((name) => /key|partial|pid/.test(name)),
    [],
    "neither keys nor leftovers",
  );
  const findings = await tryBackup(backup);
  assert.ok(
    findings.every(({ isWell }) => isWell),
    JSON.stringify(findings),
  );
  assert.match(findings.map(({ what }) => what).join("\n"), /indexes fit their tables[^]*disclosure log has 0 entries/);
});

test("put back, the database is as it was, and the one that was there is kept beside it", async () => {
  await write("later");
  await stop();
  const { before: kept } = await putBack(backup, folder);
  await start();
  const found = await names();
  assert.ok(found.includes("before"));
  assert.ok(!found.includes("later"));
  assert.ok(kept && existsSync(join(kept, "PG_VERSION")));
});

test("from archived WAL it comes back as it was at an instant", async () => {
  const base = await take();
  await write("wanted");
  await sleep(20);
  const [row] = await db.rows<{ now: Date }>("SELECT clock_timestamp() AS now");
  await sleep(20);
  await write("unwanted");
  await db.rows("SELECT pg_switch_wal()");
  await stop();
  await putBack(base.folder, folder, { until: { archive: walArchive, at: row!.now } });
  await start();
  const found = await names();
  assert.ok(found.includes("wanted"));
  assert.ok(!found.includes("unwanted"));
});

test("an instant before the backup, or an archive that is not there, is refused before anything changes", async () => {
  const { takenAt } = readManifest(backup);
  const early = new Date(Date.parse(takenAt) - 1_000);
  await assert.rejects(putBack(backup, folder, { until: { archive: walArchive, at: early } }), /Take an older one/);
  const nowhere = join(outer, "nowhere");
  await assert.rejects(putBack(backup, folder, { until: { archive: nowhere, at: new Date() } }), /There is no folder/);
  await assert.rejects(putBack(outer, folder), /is no backup/);
  assert.ok((await names()).includes("wanted"));
});

test("one changed byte is found, and a damaged backup is not put in place", async () => {
  const { files } = readManifest(backup);
  const victim = join(backup, files.find(({ path, bytes }) => path.startsWith("base/") && bytes > 8_192)!.path);
  const whole = readFileSync(victim);
  const changed = Buffer.from(whole);
  changed[5_000]! ^= 1;
  writeFileSync(victim, changed);
  const [finding, ...more] = await tryBackup(backup);
  assert.equal(finding!.isWell, false);
  assert.match(finding!.what, /files damaged or missing: base\//);
  assert.equal(more.length, 0);
  const other = join(outer, "other");
  await assert.rejects(putBack(backup, other), /The backup is damaged: base\//);
  assert.ok(!existsSync(join(other, "cluster")));
  writeFileSync(victim, whole);
  appendFileSync(victim, "x");
  assert.equal((await tryBackup(backup))[0]!.isWell, false);
});

test("a backup that was cut short is none", () => {
  rmSync(join(backup, "manifest.json"));
  assert.ok(!backupsIn(backups).includes(backup));
  assert.throws(() => readManifest(backup), /is no backup/);
});
