// "sakshi backup": copies the running database, and tries the copy when asked.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { backupsIn, type Finding, takeBackup, tryBackup } from "../backup/index.js";
import { OperatorError } from "../platform/operator-error.js";
import { publishedLog } from "../publisher/index.js";
import { dataFolder } from "../start/data-folder.js";
import { adminUrlOf } from "../start/database.js";
import { homeOf } from "../start/pg-program.js";
import type { Command, Context } from "./command.js";

export const backupCommand: Command = {
  words: "backup",
  summary: "copy the running database to a folder, and try the copy",
  usage: `Copies the running embedded database into a new folder, named by the instant, below DIR (default: "backups" in
the data folder; better another disk). Nothing stops meanwhile. Keys are not in it: keep a copy of them apart.

  sakshi backup [DIR] [--verify] [--keep N]

  --verify   then tries it: digests, a server on a copy, every page and index, the disclosure log
  --keep N   then removes older backups, so that N are left, and archived WAL that only they needed

An outside database (DATABASE_URL) is backed up by its own tools. Ends with 0 when done, and with --verify when well.`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { verify: { type: "boolean" }, keep: { type: "string" } },
    });
    const keep = values.keep === undefined ? undefined : Number(values.keep);
    if (positionals.length > 1 || (keep !== undefined && !(Number.isInteger(keep) && keep > 0)))
      return misused(context);
    const { config, write, writeError } = context;
    if (config.databaseUrl) throw new OperatorError("The database is an outside one: back it up with its own tools.");
    const folder = dataFolder(config.dataDir);
    const home = homeOf(folder.postgres);
    const into = positionals[0] ? resolve(context.calledFrom, positionals[0]) : join(config.dataDir, "backups");
    const source = {
      url: adminUrlOf(config),
      cluster: join(home, "cluster"),
      passwordFile: join(home, "password"),
    };
    const progress = progressTo(writeError, "files");
    const { folder: made, manifest } = await takeBackup(source, into, new Date(), progress);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    write(`${made}: ${(bytes / 1e6).toFixed(0)} MB, ${manifest.log.size} log entries, ${manifest.seconds} s`);
    const isWell = !values.verify || (await tried(made, context));
    if (keep !== undefined && isWell) removeOlder(into, keep, process.env.SAKSHI_WAL_ARCHIVE, write);
    return isWell ? 0 : 1;
  },
};

/** Tries a backup against what this installation has published, and tells. */
export async function tried(backup: string, { config, write, writeError }: Context): Promise<boolean> {
  const checkpoint = await publishedLog(dataFolder(config.dataDir).published).checkpoint();
  const published = checkpoint && { size: checkpoint.firstIndex + checkpoint.size, root: checkpoint.root };
  const findings: readonly Finding[] = await tryBackup(backup, {
    published,
    progress: (words) => writeError(`${words} ...`),
  });
  for (const { what, isWell } of findings) write(`  ${isWell ? "well" : "NOT WELL"}  ${what}`);
  return findings.every(({ isWell }) => isWell);
}

/** Tells at each tenth of long work. */
export function progressTo(write: (line: string) => void, what: string): (done: number, of: number) => void {
  let tenth = 0;
  return (done, of) => {
    const now = Math.floor((done * 10) / of);
    if (now > tenth) write(`${now * 10} % of ${of} ${what}`);
    tenth = now;
  };
}

function removeOlder(into: string, keep: number, archive: string | undefined, write: (line: string) => void): void {
  const all = backupsIn(into);
  for (const old of all.slice(0, -keep)) {
    rmSync(old, { recursive: true });
    write(`removed ${basename(old)}`);
  }
  const oldest = all.slice(-keep)[0];
  if (!archive || !oldest) return;
  const needed = /START WAL LOCATION: [^(]*\(file ([0-9A-F]{24})\)/.exec(
    readFileSync(join(oldest, "backup_label"), "utf8"),
  );
  const unneeded = readdirSync(archive).filter((name) => /^[0-9A-F]{24}/.test(name) && needed && name < needed[1]!);
  for (const name of unneeded) rmSync(join(archive, name));
  if (unneeded.length > 0) write(`removed ${unneeded.length} files of archived WAL`);
}

function misused({ writeError }: Context): number {
  writeError("Usage: sakshi backup [DIR] [--verify] [--keep N]");
  return 2;
}
