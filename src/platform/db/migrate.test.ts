// Migrating on a real server: from nothing, twice, by two at once, cut short, and what is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { type TestServer, testServer } from "../../../tests/support/server.js";
import { projectRoot } from "../root.js";
import { connect, type Db } from "./db.js";
import { migrate, readMigrations } from "./migrate.js";
import { urlAs, urlOfDatabase } from "./roles.js";

let server: TestServer;
let admin: Db;
let url: string;
let folder: string;
let name: string;

before(async () => {
  server = await testServer();
  admin = connect(server.url, { max: 1 });
});
after(() => admin.close());
beforeEach(() => {
  name = `migrate_${randomBytes(5).toString("hex")}`;
  url = urlOfDatabase(server.url, name);
  folder = mkdtempSync(join(tmpdir(), "sakshi-migrations-"));
  cpSync(join(projectRoot, "db", "migrations"), folder, { recursive: true });
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await admin.rows(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

const addMigration = (file: string, text: string) => writeFileSync(join(folder, file), `--! safe\n${text}\n`);

async function at<T extends object>(databaseUrl: string, text: string): Promise<T[]> {
  const db = connect(databaseUrl, { max: 1 });
  try {
    return await db.rows<T>(text);
  } finally {
    await db.close();
  }
}

test("makes the database and runs every file once", async () => {
  const all = readMigrations(folder).map((migration) => migration.name);
  assert.deepEqual(await migrate(url, server.passwords, folder), all);
  assert.deepEqual(await migrate(url, server.passwords, folder), []);
  addMigration("9000_more.sql", "CREATE TABLE registry.more (a int);");
  assert.deepEqual(await migrate(url, server.passwords, folder), ["9000_more.sql"]);
});

test("two that migrate at once make one database", async () => {
  await admin.rows(`CREATE DATABASE ${name}`);
  const ran = await Promise.all([migrate(url, server.passwords, folder), migrate(url, server.passwords, folder)]);
  assert.deepEqual(
    ran.flat(),
    readMigrations(folder).map((migration) => migration.name),
  );
});

test("a migration that fails leaves nothing, and the ones before it stay", async () => {
  addMigration("9000_good.sql", "CREATE TABLE registry.good (a int);");
  addMigration("9001_bad.sql", "CREATE TABLE registry.half (a int); SELECT 1 / 0;");
  await assert.rejects(migrate(url, server.passwords, folder), /migration 9001_bad\.sql: division by zero/);
  const tables = await at<{ name: string }>(
    url,
    "SELECT to_regclass('registry.good')::text AS name, to_regclass('registry.half')::text AS half",
  );
  assert.deepEqual(tables, [{ name: "registry.good", half: null }]);
  addMigration("9001_bad.sql", "CREATE TABLE registry.half (a int);");
  assert.deepEqual(await migrate(url, server.passwords, folder), ["9001_bad.sql"]);
});

test("refuses a database of a newer version", async () => {
  addMigration("9000_newer.sql", "SELECT 1;");
  await migrate(url, server.passwords, folder);
  await assert.rejects(migrate(url, server.passwords), {
    name: "OperatorError",
    message: /newer version.*9000_newer\.sql/,
  });
});

test("refuses a migration whose text has changed since", async () => {
  addMigration("9000_more.sql", "CREATE TABLE registry.more (a int);");
  await migrate(url, server.passwords, folder);
  addMigration("9000_more.sql", "CREATE TABLE registry.more (a bigint);");
  await assert.rejects(migrate(url, server.passwords, folder), {
    name: "OperatorError",
    message: /another text of the migration 9000_more\.sql/,
  });
});

test("refuses a file with a strange name or without its first line", () => {
  writeFileSync(join(folder, "9000-x.sql"), "--! safe\n");
  assert.throws(() => readMigrations(folder), /9000-x\.sql/);
  rmSync(join(folder, "9000-x.sql"));
  writeFileSync(join(folder, "9000_x.sql"), "SELECT 1;\n");
  assert.throws(() => readMigrations(folder), /first line/);
});

test("a wrong password of the server is one sentence that does not repeat it", async () => {
  const wrong = url.replace(/:[^:@]+@/, ":not-the-password@");
  await assert.rejects(migrate(wrong, server.passwords, folder), (error: Error) => {
    assert.equal(error.name, "OperatorError");
    return !error.message.includes("not-the-password");
  });
});

test("objects belong to a role that nobody can sign in as, and functions are nobody's by default", async () => {
  addMigration("9000_f.sql", "CREATE FUNCTION registry.f() RETURNS int LANGUAGE sql AS 'SELECT 1';");
  await migrate(url, server.passwords, folder);
  const owners = await at<{ owner: string }>(
    url,
    `SELECT DISTINCT r.rolname AS owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('registry', 'vault', 'log')`,
  );
  assert.deepEqual(owners, [{ owner: "sakshi_owner" }]);
  const [owner] = await at<{ rolcanlogin: boolean; rolsuper: boolean }>(
    url,
    "SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'sakshi_owner'",
  );
  assert.deepEqual(owner, { rolcanlogin: false, rolsuper: false });
  const asApp = urlAs(url, "sakshi_app", server.passwords.sakshi_app);
  await assert.rejects(at(asApp, "SELECT registry.f()"), /permission denied for function f/);
});
