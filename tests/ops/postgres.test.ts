// The embedded PostgreSQL by itself: closed to strangers, lasting, and hard to hurt.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import pg from "pg";
import { connect } from "../../src/platform/db/db.js";
import { homeOf } from "../../src/start/pg-program.js";
import { type EmbeddedPostgres, portOf, startPostgres } from "../../src/start/postgres.js";

let outer: string;
let folder: string;
let logFile: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  outer = mkdtempSync(join(tmpdir(), "sakshi-postgres-"));
  chmodSync(outer, 0o711);
  folder = join(outer, "postgres");
  logFile = join(outer, "postgres.log");
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  rmSync(outer, { recursive: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, logFile });
  running.push(server);
  return server;
}

async function ask<T extends object>(url: string, text: string): Promise<T[]> {
  const db = connect(url, { max: 1 });
  try {
    return await db.rows<T>(text);
  } finally {
    await db.close();
  }
}

test("writes are forced to disk and pages have checksums; it listens on this machine only and wants a password", async () => {
  const { url } = await start();
  for (const [name, value] of Object.entries({
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    data_checksums: "on",
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    log_parameter_max_length_on_error: "0",
  })) {
    assert.equal((await ask<Record<string, string>>(url, `SHOW ${name}`))[0]?.[name], value, name);
  }
  const stranger = new pg.Client({ connectionString: url.replace(/:[^:@]+@/, ":guess@") });
  await assert.rejects(stranger.connect(), { code: "28P01" });
  const [{ collate } = { collate: "" }] = await ask<{ collate: string }>(
    url,
    "SELECT datlocprovider::text || ' ' || datlocale AS collate FROM pg_database WHERE datname = 'postgres'",
  );
  assert.equal(collate, "b C.UTF-8");
});

test("kill -9 in the middle of writes loses nothing that was confirmed", async () => {
  const first = await start();
  const db = connect(first.url, { max: 4 });
  await db.rows("CREATE TABLE kept (n int PRIMARY KEY)");
  let confirmed = 0;
  const writing = (async () => {
    for (let n = 1; ; n++) {
      await db.rows("INSERT INTO kept VALUES ($1)", [n]);
      confirmed = n;
      if (n === 200) process.kill(first.pid, "SIGKILL");
    }
  })();
  await assert.rejects(writing);
  await first.ended;
  await db.close();
  const second = await start();
  const [count] = await ask<{ n: number }>(second.url, "SELECT count(*) AS n FROM kept");
  assert.ok(confirmed >= 200);
  assert.ok(count!.n >= confirmed, `${confirmed} confirmed, ${count!.n} kept`);
});

test("a server left over from an earlier run is stopped before the next one starts", async () => {
  const leftover = await start();
  await ask(leftover.url, "CREATE TABLE kept AS SELECT 1 AS n");
  const next = await start();
  await leftover.ended;
  assert.notEqual(next.pid, leftover.pid);
  assert.deepEqual(await ask(next.url, "SELECT n FROM kept"), [{ n: 1 }]);
});

test("a process number that now belongs to another program does not stop the start", async () => {
  const first = await start();
  await first.stop();
  const pidFile = join(homeOf(folder), "cluster", "postmaster.pid");
  writeFileSync(pidFile, `${process.pid}\n`);
  chmodSync(pidFile, 0o666);
  await start();
});

test("a first start that was cut short begins anew", async () => {
  mkdirSync(join(folder, "cluster.partial"), { recursive: true });
  writeFileSync(join(folder, "cluster.partial", "PG_VERSION"), "18\n");
  chmodSync(folder, 0o711);
  assert.equal((await ask<{ n: number }>((await start()).url, "SELECT 1 AS n"))[0]?.n, 1);
});

test("when its port is taken meanwhile, it takes another one", async () => {
  const first = await start();
  const port = portOf(folder);
  await first.stop();
  const squatter = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => squatter.once("listening", resolve));
  const second = await start();
  assert.notEqual(new URL(second.url).port, String(port));
  squatter.close();
});

if (process.getuid?.() === 0) {
  test("under a folder that only root can enter, the database lies elsewhere and is found again", async () => {
    chmodSync(outer, 0o700);
    const first = await start();
    await ask(first.url, "CREATE TABLE kept AS SELECT 1 AS n");
    await first.stop();
    const home = readFileSync(join(folder, "moved-to"), "utf8").trim();
    assert.equal(dirname(home), "/var/lib/sakshi");
    const second = await start();
    assert.deepEqual(await ask(second.url, "SELECT n FROM kept"), [{ n: 1 }]);
    await second.stop();
    rmSync(home, { recursive: true });
    await assert.rejects(start(), { name: "OperatorError", message: /which is gone/ });
    assert.ok(!existsSync(home));
  });
}
