// Brings a database to this version: roles, database, the job queue's own tables, then db/migrations in order,
// each file in a transaction of its own and remembered with its hash. Forward only; it never guesses: a database
// of a newer version, or one made from another text of a migration, is refused.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Logger, runMigrations } from "graphile-worker";
import pg from "pg";
import { OperatorError } from "../operator-error.js";
import { projectRoot } from "../root.js";
import { databaseOf, prepareRoles, type RolePasswords, restrictDatabase, urlAs, urlOfDatabase } from "./roles.js";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

const lockKey = 7264001;
const silent = new Logger(() => () => {});

/** Reads the migrations of a folder, in order. */
export function readMigrations(folder = join(projectRoot, "db", "migrations")): Migration[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
  const migrations = files.map((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) throw new Error(`${name}: a migration is called 0001_words.sql`);
    if (!/^--! (safe|breaking)\n/.test(text))
      throw new Error(`${name}: the first line is "--! safe" or "--! breaking"`);
    return { number: Number(name.slice(0, 4)), name, text, sha256: createHash("sha256").update(text).digest("hex") };
  });
  const twice = migrations.find((m, i) => migrations[i - 1]?.number === m.number);
  if (twice) throw new Error(`two migrations have the number ${twice.number}`);
  return migrations;
}

/**
 * Migrates the database that `adminUrl` names, making it if absent. The role of `adminUrl` is a superuser, or
 * may create roles and databases. Returns the names of the migrations that ran.
 */
export async function migrate(adminUrl: string, passwords: RolePasswords, folder?: string): Promise<string[]> {
  const migrations = readMigrations(folder);
  const admin = await openDatabase(adminUrl);
  try {
    await refuseOldServer(admin);
    // One migrating process at a time; the lock goes with the connection.
    await admin.query("SELECT pg_advisory_lock($1)", [lockKey]);
    await prepareRoles(admin, adminUrl, passwords);
    await restrictDatabase(admin, databaseOf(adminUrl));
    const applied = await readApplied(admin);
    refuseStranger(migrations, applied);
    await migrateQueue(admin, adminUrl, passwords);
    const pending = migrations.filter((m) => !applied.has(m.number));
    for (const migration of pending) await apply(admin, migration);
    return pending.map((m) => m.name);
  } finally {
    await admin.end();
  }
}

/** Connects to the database, which is made first if the server does not have it. */
async function openDatabase(adminUrl: string): Promise<pg.Client> {
  try {
    return await open(adminUrl);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === "3D000")) throw explained(error);
  }
  const server = await open(urlOfDatabase(adminUrl, "postgres"));
  try {
    await server.query(`CREATE DATABASE ${pg.escapeIdentifier(databaseOf(adminUrl))}`);
  } finally {
    await server.end();
  }
  return open(adminUrl);
}

async function open(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  return client;
}

function explained(error: unknown): unknown {
  const code = (error as { code?: string }).code ?? "";
  if (code === "28P01" || code === "28000") {
    return new OperatorError("The database server does not accept the user or password of DATABASE_URL.");
  }
  if (["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EHOSTUNREACH", "ENOENT"].includes(code)) {
    return new OperatorError(`The database server of DATABASE_URL cannot be reached (${code}).`);
  }
  return error;
}

async function refuseOldServer(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ version: string; number: number }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number",
  );
  const server = rows[0]!;
  if (server.number < 150_000) {
    throw new OperatorError(`This database server is PostgreSQL ${server.version}; Sakshi needs 15 or newer.`);
  }
}

async function readApplied(admin: pg.Client): Promise<Map<number, { name: string; sha256: string }>> {
  await admin.query("SET ROLE sakshi_owner");
  await admin.query("CREATE SCHEMA IF NOT EXISTS migrations");
  await admin.query(`CREATE TABLE IF NOT EXISTS migrations.applied (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`);
  await admin.query("GRANT USAGE ON SCHEMA migrations TO sakshi_auditor");
  await admin.query("GRANT SELECT ON migrations.applied TO sakshi_auditor");
  // What a migration wants called by a role it grants by name.
  await admin.query("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");
  const { rows } = await admin.query<{ number: number; name: string; sha256: string }>(
    "SELECT number, name, sha256 FROM migrations.applied",
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function refuseStranger(
  migrations: readonly Migration[],
  applied: ReadonlyMap<number, { name: string; sha256: string }>,
): void {
  for (const [number, { name, sha256 }] of applied) {
    const known = migrations.find((m) => m.number === number);
    if (!known) {
      throw new OperatorError(
        `This database belongs to a newer version of Sakshi (it has the migration ${name}, which this version does not know). Start that version, or use another database.`,
      );
    }
    if (known.sha256 !== sha256) {
      throw new OperatorError(
        `This database was made with another text of the migration ${name}; a migration never changes once used. Start the version that made it, or use another database.`,
      );
    }
  }
}

/** The job queue brings its own tables; they belong to sakshi_worker. */
async function migrateQueue(admin: pg.Client, adminUrl: string, passwords: RolePasswords): Promise<void> {
  const name = pg.escapeIdentifier(databaseOf(adminUrl));
  await admin.query("RESET ROLE");
  await admin.query(`GRANT CREATE ON DATABASE ${name} TO sakshi_worker`);
  try {
    await runMigrations({
      connectionString: urlAs(adminUrl, "sakshi_worker", passwords.sakshi_worker),
      schema: "graphile_worker",
      logger: silent,
    });
  } finally {
    await admin.query(`REVOKE CREATE ON DATABASE ${name} FROM sakshi_worker`);
    await admin.query("SET ROLE sakshi_owner");
  }
}

async function apply(admin: pg.Client, migration: Migration): Promise<void> {
  await admin.query("BEGIN");
  try {
    await admin.query(migration.text);
    await admin.query("INSERT INTO migrations.applied (number, name, sha256) VALUES ($1, $2, $3)", [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
    await admin.query("COMMIT");
  } catch (error) {
    await admin.query("ROLLBACK").catch(() => {});
    throw new Error(`migration ${migration.name}: ${(error as Error).message}`, { cause: error });
  }
}
