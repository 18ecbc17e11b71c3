// Tries a backup: its files against their digests, a server started on a copy, every page and index read, the rows and
// the disclosure log against what they were, and against what is published. Leaves nothing behind.
// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Db } from "../platform/db/db.js";
import { urlOfDatabase } from "../platform/db/roles.js";
import { rootsOf } from "../publisher/index.js";
import { type EmbeddedPostgres, startPostgres } from "../start/postgres.js";
import { digestOf } from "./copy.js";
import { type Manifest, readManifest } from "./manifest.js";
import { putBack } from "./put-back.js";

export interface Finding {
  readonly what: string;
  readonly isWell: boolean;
}
export interface TryOptions {
  /** Size and root of the published log, when there is one. */
  readonly published?: { readonly size: number; readonly root: Buffer } | undefined;
  readonly progress?: (words: string) => void;
}

export async function tryBackup(backup: string, options: TryOptions = {}): Promise<Finding[]> {
  const { progress = () => {} } = options;
  const manifest = readManifest(backup);
  progress("comparing the files with their digests");
  const damaged = await damagedFiles(backup, manifest);
  if (damaged.length > 0)
    return [{ what: `files damaged or missing: ${damaged.slice(0, 5).join(", ")}`, isWell: false }];
  const found: Finding[] = [{ what: `${manifest.files.length} files are as they were copied`, isWell: true }];
  const folder = mkdtempSync(join(tmpdir(), "sakshi-try-backup-"));
  chmodSync(folder, 0o711);
  let server: EmbeddedPostgres | undefined;
  try {
    progress("putting it back into a scratch folder");
    await putBack(backup, join(folder, "postgres"));
    progress("starting a server on it");
    server = await startPostgres({ folder: join(folder, "postgres"), logFile: join(folder, "postgres.log") });
    const db = connect(urlOfDatabase(server.url, "sakshi"), { max: 1 });
    try {
      progress("reading every page and every index");
      found.push(await pagesAndIndexes(db), await rowsOf(db, manifest), await logOf(db, manifest, options.published));
    } finally {
      await db.close();
    }
  } catch (error) {
    found.push({ what: `it could not be used: ${(error as Error).message}`, isWell: false });
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

async function damagedFiles(backup: string, manifest: Manifest): Promise<string[]> {
  const damaged: string[] = [];
  for (const { path, bytes, sha256 } of manifest.files) {
    const now = await digestOf(join(backup, path));
    if (now?.bytes !== bytes || now.sha256 !== sha256) damaged.push(path);
  }
  return damaged;
}

/** Reading a page checks its checksum; amcheck holds each index against its table. */
async function pagesAndIndexes(db: Db): Promise<Finding> {
  await db.rows("CREATE EXTENSION IF NOT EXISTS amcheck");
  const indexes = await db.rows<{ name: string }>(
    `SELECT i.indexrelid::regclass::text AS name, bt_index_check(i.indexrelid, true)
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname IN ('registry', 'vault', 'log', 'pg_catalog')`,
  );
  const bad = await db.rows<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
       LATERAL verify_heapam(c.oid) v
     WHERE c.relkind = 'r' AND n.nspname IN ('registry', 'vault', 'log')`,
  );
  if (bad.length > 0)
    return { what: `damaged tables: ${[...new Set(bad.map(({ name }) => name))].join(", ")}`, isWell: false };
  return { what: `every page reads, and ${indexes.length} indexes fit their tables`, isWell: true };
}

async function rowsOf(db: Db, manifest: Manifest): Promise<Finding> {
  const short: string[] = [];
  let rows = 0;
  for (const [name, before] of Object.entries(manifest.rows)) {
    const [now] = await db.rows<{ count: number }>(`SELECT count(*) AS count FROM ${name}`);
    rows += now!.count;
    // Rows that end (limits, codes, jobs) may be fewer; what is kept for good never is.
    if (keptForGood.has(name) && now!.count < before) short.push(`${name} has ${now!.count}, had ${before}`);
  }
  return short.length === 0
    ? { what: `${rows} rows in ${Object.keys(manifest.rows).length} tables`, isWell: true }
    : { what: `rows are missing: ${short.join("; ")}`, isWell: false };
}

const keptForGood = new Set([
  "registry.beneficiaries",
  "registry.appointments",
  "registry.vaccinations",
  "vault.records",
  "log.entries",
  "log.closed_shards",
]);

async function logOf(db: Db, manifest: Manifest, published: TryOptions["published"]): Promise<Finding> {
  const wanted = [manifest.log.size, ...(published ? [published.size] : [])];
  const { size, root, isHeadRight, rootAt } = await rootsOf(db, wanted);
  if (!isHeadRight) return { what: "the disclosure log's entries do not lead to its root", isWell: false };
  if (rootAt.get(manifest.log.size)?.toString("hex") !== manifest.log.root)
    return { what: "the disclosure log is not the one that was backed up", isWell: false };
  const own = `the disclosure log has ${size} entries, root ${root.toString("base64")}`;
  if (!published) return { what: `${own}; nothing is published to compare it with`, isWell: true };
  if (published.size > size) {
    const behind = published.size - size;
    return {
      what: `${own}; ${behind} published since: put back without them, it would not sign (that is right)`,
      isWell: true,
    };
  }
  return rootAt.get(published.size)?.equals(published.root)
    ? { what: `${own}; the published one fits`, isWell: true }
    : { what: `${own}; the published one is another`, isWell: false };
}
