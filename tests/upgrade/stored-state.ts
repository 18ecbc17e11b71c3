// The whole state of an installation in one file: each table's rows as the server writes them in JSON, the migrations it had,
// the published log and its lock. A later version puts it back as it was and starts on it.
// The keys are not in the file: those of a state that is to be stored are made from a label before its first start.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pg from "pg";
import { migrate } from "../../src/platform/db/migrate.js";
import { urlOfDatabase } from "../../src/platform/db/roles.js";
import { projectRoot } from "../../src/platform/root.js";
import { dataFolder, rolePasswords } from "../../src/start/data-folder.js";
import { startPostgres } from "../../src/start/postgres.js";
import { keyPaths, rootDirIn } from "../../src/vault/keys.js";

interface StoredTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Each row as JSON text: the server wrote it and the server reads it. */
  readonly rows: readonly string[];
}
interface StoredState {
  readonly migrations: readonly string[];
  readonly tables: readonly StoredTable[];
  readonly sequences: readonly { readonly name: string; readonly value: string }[];
  /** Paths in the data folder, contents in base64. */
  readonly files: Readonly<Record<string, string>>;
}

const keptFolders = ["published", "log-lock"];
const keptFiles = ["log-origin"];
const database = "sakshi";

function derived(name: string): Buffer {
  return createHash("sha256").update(`synthetic key of a stored test state: ${name}`).digest();
}

/** Writes the keys that every stored state is sealed with. They protect nobody: the state's people are invented. */
export function writeSyntheticKeys(dataDir: string): void {
  const { keys } = dataFolder(dataDir);
  mkdirSync(rootDirIn(keys), { recursive: true, mode: 0o700 });
  const write = (path: string, bytes: Buffer) => writeFileSync(path, bytes, { mode: 0o600 });
  const { log, logPublic, ...secrets } = keyPaths(keys);
  for (const [name, path] of Object.entries(secrets)) write(path, derived(name));
  write(join(rootDirIn(keys), "root-1.key"), derived("root 1"));
  // RFC 8410: an Ed25519 key in PKCS #8 is this and its 32 bytes.
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), derived("log")]);
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  write(log, pkcs8);
  write(logPublic, createPublicKey(key).export({ format: "der", type: "spki" }));
}

/** Reads a running installation's state and writes it to `file`. */
export async function storeState(dataDir: string, file: string): Promise<void> {
  const folder = dataFolder(dataDir);
  const inPostgres = (name: string) => readFileSync(join(folder.postgres, name), "utf8").trim();
  const client = new pg.Client({
    connectionString: `postgresql://postgres:${inPostgres("password")}@127.0.0.1:${inPostgres("port")}/${database}`,
  });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const migrations = await client.query<{ name: string }>("SELECT name FROM migrations.applied ORDER BY number");
    const files = [...keptFolders.flatMap((name) => filesIn(dataDir, name)), ...keptFiles];
    const state: StoredState = {
      migrations: migrations.rows.map(({ name }) => name),
      tables: await readTables(client),
      sequences: await readSequences(client),
      files: Object.fromEntries(files.map((path) => [path, readFileSync(join(dataDir, path)).toString("base64")])),
    };
    writeFileSync(file, gzipSync(JSON.stringify(state), { level: 9 }));
  } finally {
    await client.end();
  }
}

function filesIn(dataDir: string, name: string): string[] {
  return readdirSync(join(dataDir, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataDir.length + 1));
}

/** Tables of ours; the job queue's own are made anew, and what waited in them is lost. */
async function readTables(client: pg.Client): Promise<StoredTable[]> {
  const { rows: found } = await client.query<{ name: string; columns: string[] }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name,
            array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrations', 'graphile_worker')
       AND n.nspname NOT LIKE 'pg_toast%'
     GROUP BY 1 ORDER BY 1`,
  );
  const tables: StoredTable[] = [];
  for (const { name, columns } of found) {
    const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t ORDER BY 1`);
    if (rows.length > 0) tables.push({ name, columns, rows: rows.map(({ row }) => row) });
  }
  return tables;
}

async function readSequences(client: pg.Client): Promise<{ name: string; value: string }[]> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value::text AS value FROM pg_sequences
     WHERE schemaname <> 'graphile_worker' AND last_value IS NOT NULL ORDER BY 1`,
  );
  return rows;
}

/** Makes a data folder of a stored state, as its version left it: keys, files, and a database with its migrations and rows. */
export async function putBackState(file: string, dataDir: string): Promise<{ readonly migrations: readonly string[] }> {
  const state = JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as StoredState;
  writeSyntheticKeys(dataDir);
  for (const [path, content] of Object.entries(state.files)) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true });
    writeFileSync(join(dataDir, path), Buffer.from(content, "base64"));
  }
  const server = await startPostgres({ folder: dataFolder(dataDir).postgres, logFile: join(dataDir, "put-back.log") });
  try {
    const url = urlOfDatabase(server.url, database);
    await migrateTo(url, dataDir, state.migrations);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await putRows(client, state);
    } finally {
      await client.end();
    }
  } finally {
    await server.stop();
  }
  return state;
}

/** Only those migrations that the state's version knew. */
async function migrateTo(url: string, dataDir: string, names: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-migrations-"));
  try {
    for (const name of names) cpSync(join(projectRoot, "db", "migrations", name), join(folder, name));
    await migrate(url, rolePasswords(dataDir), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function putRows(client: pg.Client, { tables, sequences }: StoredState): Promise<void> {
  // Rows as they were: no trigger runs again, no reference is checked in between.
  await client.query("SET session_replication_role = replica");
  for (const { name, columns, rows } of tables) {
    const list = columns.join(", ");
    await client.query(`DELETE FROM ${name}`);
    await client.query(
      `INSERT INTO ${name} (${list}) OVERRIDING SYSTEM VALUE SELECT ${list} FROM jsonb_populate_recordset(NULL::${name}, $1)`,
      [`[${rows.join(",")}]`],
    );
  }
  for (const { name, value } of sequences) await client.query("SELECT setval($1, $2)", [name, value]);
}
