// Takes a backup of a running PostgreSQL without stopping it, by the server's own low-level protocol: between
// pg_backup_start and pg_backup_stop the files may change while they are copied; the WAL of that time, kept by a slot
// that goes with the connection, makes them one state when the server starts on them.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { OperatorError } from "../platform/operator-error.js";
import { type CopiedFile, copyFile, treeBelow } from "./copy.js";
import { type Manifest, manifestName } from "./manifest.js";

export interface BackupSource {
  /** The superuser's URL of Sakshi's database. */
  readonly url: string;
  /** The cluster's folder. */
  readonly cluster: string;
  /** The file with the superuser's password: without it the restored server lets nobody in. */
  readonly passwordFile: string;
}

/** Folders whose files a server makes anew at its start, and the WAL, of which only the needed part is copied. */
const remadeFolders = ["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp"];
const remadeFiles = ["postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map"];
function isRemade(path: string): boolean {
  const [top = "", ...rest] = path.split("/");
  const name = rest.at(-1) ?? top;
  if (rest.length > 0 && (remadeFolders.includes(top) || top === "pg_subtrans")) return true;
  return remadeFiles.includes(path) || name.startsWith("pgsql_tmp") || name.startsWith("pg_internal.init");
}

/** Writes a backup into a new folder below `into`, named by the instant; gives its path. */
export async function takeBackup(
  source: BackupSource,
  into: string,
  now: Date,
  progress: (done: number, of: number) => void,
): Promise<{ folder: string; manifest: Manifest }> {
  const folder = join(into, now.toISOString().replace(/[-:]|\.\d+/g, ""));
  if (existsSync(folder)) throw new OperatorError(`${folder} is there already: a backup was taken this second.`);
  const partial = `${folder}.partial`;
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: source.url });
  await client.connect();
  try {
    const manifest = await copyCluster(client, source, partial, now, progress);
    await writeFile(join(partial, manifestName), `${JSON.stringify(manifest, null, 1)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await rename(partial, folder);
    await syncFolder(into);
    return { folder, manifest };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function copyCluster(
  client: pg.Client,
  source: BackupSource,
  to: string,
  now: Date,
  progress: (done: number, of: number) => void,
): Promise<Manifest> {
  const one = async <T extends object>(text: string, values: unknown[] = []): Promise<T> =>
    (await client.query<T>(text, values)).rows[0]!;
  const began = performance.now();
  const state = await stateOf(client);
  await one("SELECT pg_create_physical_replication_slot($1, true, true)", [`sakshi_backup_${process.pid}`]);
  const start = await one<{ wal: string }>("SELECT pg_walfile_name(pg_backup_start('sakshi', true)) AS wal");
  const { files: paths, folders } = await treeBelow(source.cluster, isRemade);
  const files: CopiedFile[] = [];
  const keep = (file: CopiedFile | undefined): void => void (file && files.push(file));
  for (const [at, path] of paths.entries()) {
    keep(await copyFile(join(source.cluster, path), to, path));
    progress(at + 1, paths.length);
  }
  const stop = await one<{ wal: string; label: string }>(
    `SELECT pg_walfile_name(lsn) AS wal, labelfile AS label FROM pg_backup_stop(false)`,
  );
  const wal = (await treeBelow(join(source.cluster, "pg_wal"))).files.filter(
    (name) => name.endsWith(".history") || (/^[0-9A-F]{24}$/.test(name) && name >= start.wal && name <= stop.wal),
  );
  for (const name of wal) keep(await copyFile(join(source.cluster, "pg_wal", name), to, `pg_wal/${name}`));
  await writeFile(join(to, "label.new"), stop.label, { mode: 0o600 });
  keep(await copyFile(join(to, "label.new"), to, "backup_label"));
  await rm(join(to, "label.new"));
  keep(await copyFile(source.passwordFile, to, "superuser-password"));
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return { format: "sakshi-backup/1", takenAt: now.toISOString(), seconds, ...state, folders, files };
}

/** What the restored database must have at least. */
async function stateOf(client: pg.Client): Promise<Pick<Manifest, "postgres" | "version" | "log" | "rows">> {
  const { rows: found } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('registry', 'vault', 'log') ORDER BY 1`,
  );
  const rows: Record<string, number> = {};
  for (const { name } of found) {
    const { rows: counted } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
    rows[name] = Number(counted[0]!.count);
  }
  const { rows: heads } = await client.query<{ size: string; root: string; postgres: string; version: string }>(
    `SELECT size, encode(root, 'hex') AS root, current_setting('server_version_num') AS postgres,
       (SELECT name FROM migrations.applied ORDER BY number DESC LIMIT 1) AS version FROM log.head`,
  );
  const { size, root, postgres, version } = heads[0]!;
  return { postgres: Number(postgres), version, log: { size: Number(size), root }, rows };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync();
  await handle.close();
}
