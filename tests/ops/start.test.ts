// bin/start as an operator meets it: the banner, one instance a folder, a taken port, kill -9 of anything, a clean
// stop, and data that stay. The tests share one installation and follow one another.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect, type Db } from "../../src/platform/db/db.js";
import type { LoginRole } from "../../src/platform/db/roles.js";
import { freePort, freshFolder, isGone, isUp, type Run, remove, start, started, state, until } from "./installation.js";

const dataDir = freshFolder();
let port: number;
let run: Run;

function database(role: LoginRole | "postgres"): Db {
  const passwords = JSON.parse(readFileSync(join(dataDir, "database-passwords.json"), "utf8")) as Record<
    string,
    string
  >;
  const password =
    role === "postgres" ? readFileSync(join(dataDir, "postgres", "password"), "utf8").trim() : passwords[role];
  const at = readFileSync(join(dataDir, "postgres", "port"), "utf8").trim();
  return connect(`postgresql://${role}:${password}@127.0.0.1:${at}/sakshi`, { max: 1 });
}

async function asRole<T>(role: LoginRole | "postgres", work: (db: Db) => Promise<T>): Promise<T> {
  const db = database(role);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

before(async () => {
  port = await freePort();
  run = start(dataDir, port);
  await started(run);
});
after(async () => {
  run.child.kill("SIGTERM");
  await run.ended;
  remove(dataDir);
});

test("the banner tells the address, the demo sign-ins and where codes arrive", async () => {
  assert.ok(run.output().includes(`Sakshi is running at http://127.0.0.1:${port}`));
  assert.ok(run.output().includes("/demo/outbox"));
  assert.equal(run.errors(), "");
  assert.ok(await isUp(port));
  assert.deepEqual(Object.keys(state(dataDir).parts).toSorted(), [
    "inquirer",
    "keyholder",
    "opener",
    "postgres",
    "recorder",
    "web",
    "worker",
  ]);
});

test("a second instance on the same data is refused in one sentence", async () => {
  for (const itsPort of [port, await freePort()]) {
    const second = start(dataDir, itsPort);
    assert.equal(await second.ended, 1);
    assert.match(second.errors(), /^Sakshi is already running on [^\n]+\n$/);
  }
});

test("a taken port is told in one sentence", async () => {
  const other = freshFolder();
  const second = start(other, port);
  assert.equal(await second.ended, 1);
  assert.match(second.errors(), new RegExp(`^Port ${port} on 127.0.0.1 is taken by another program\\.[^\\n]+\\n$`));
  remove(other);
});

test("a wrong setting is told in one sentence", async () => {
  const second = start(dataDir, 0);
  assert.equal(await second.ended, 1);
  assert.equal(second.errors(), 'PORT must be a number from 1 to 65535, not "0".\n');
});

test("production does not start with the demo's parts", async () => {
  const second = start(dataDir, 18_199, { SAKSHI_PROFILE: "production", SAKSHI_ORIGIN: "https://vaccination.example" });
  assert.equal(await second.ended, 1);
  assert.match(second.errors(), /^SAKSHI_PROFILE=production does not start with demo parts\.[^\n]+\n$/);
});

for (const part of ["keyholder", "opener", "recorder", "worker", "web", "postgres"]) {
  test(`kill -9 of ${part}: it comes back, and everything answers`, async () => {
    const pid = state(dataDir).parts[part]!;
    process.kill(pid, "SIGKILL");
    await until(() => state(dataDir).parts[part] !== pid, `a new ${part}`);
    await until(() => isUp(port), "an answer");
  });
}

test("kill -9 of the supervisor: all its processes end, and the next start has all data", async () => {
  await asRole("sakshi_app", (db) => db.rows("INSERT INTO registry.rate_limits VALUES ('kept', now(), 7)"));
  const { supervisor, parts } = state(dataDir);
  process.kill(supervisor, "SIGKILL");
  await run.ended;
  run = start(dataDir, port);
  await started(run);
  // Each ends by itself, with time to finish what it was at.
  for (const [name, pid] of Object.entries(parts)) await until(() => isGone(pid), `the end of the earlier ${name}`);
  const [kept] = await asRole("sakshi_app", (db) =>
    db.rows<{ used: number }>("SELECT used FROM registry.rate_limits WHERE key = 'kept'"),
  );
  assert.equal(kept?.used, 7);
});

test("SIGTERM stops everything in good order, and a restart keeps the data", async () => {
  const { parts } = state(dataDir);
  run.child.kill("SIGTERM");
  assert.equal(await run.ended, 0);
  assert.deepEqual(
    Object.entries(parts).filter(([, pid]) => !isGone(pid)),
    [],
  );
  assert.match(readFileSync(join(dataDir, "logs", "postgres.log"), "utf8"), /database system is shut down\n$/);
  run = start(dataDir, port);
  await started(run);
  assert.equal(
    (await asRole("sakshi_app", (db) => db.rows("SELECT FROM registry.rate_limits WHERE key = 'kept'"))).length,
    1,
  );
});

test("a database of a newer version is refused in one sentence, and nothing is left running", async () => {
  await asRole("postgres", (db) => db.rows("INSERT INTO migrations.applied VALUES (9999, '9999_later.sql', 'x')"));
  run.child.kill("SIGINT");
  assert.equal(await run.ended, 0);
  const older = start(dataDir, port);
  assert.equal(await older.ended, 1);
  assert.match(
    older.errors(),
    /^This database belongs to a newer version of Sakshi \(it has the migration 9999_later\.sql[^\n]+\n$/,
  );
});
