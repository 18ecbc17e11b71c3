// "sakshi restore": puts a backup in the database's place, or only tries it.
// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { putBack } from "../backup/index.js";
import { OperatorError } from "../platform/operator-error.js";
import { dataFolder, openDataFolder } from "../start/data-folder.js";
import { progressTo, tried } from "./backup.js";
import type { Command } from "./command.js";

export const restoreCommand: Command = {
  words: "restore",
  summary: "put a backup in the database's place, or try one",
  usage: `Puts a backup in the place of the embedded database. Sakshi must not be running. The database that was there stays
beside it, under another name, until you remove it.

  sakshi restore BACKUP              the database as it was when the backup ended
  sakshi restore BACKUP --to TIME    as it was at TIME (ISO 8601), from the WAL in SAKSHI_WAL_ARCHIVE
  sakshi restore BACKUP --verify     only tries it on a copy; the installation may run

Put back neither "published" nor "log-lock": they say what was signed since. If the database has less than was signed,
the log does not grow and nobody's data opens until the missing entries are recovered (docs/operations/backup.md).`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { verify: { type: "boolean" }, to: { type: "string" } },
    });
    const { config, write, writeError, calledFrom } = context;
    const [given, ...more] = positionals;
    if (!given || more.length > 0 || (values.verify && values.to !== undefined)) {
      writeError("Usage: sakshi restore BACKUP [--verify | --to TIME]");
      return 2;
    }
    const backup = resolve(calledFrom, given);
    if (values.verify) return (await tried(backup, context)) ? 0 : 1;
    if (config.databaseUrl) throw new OperatorError("The database is an outside one: restore it with its own tools.");
    const until = values.to === undefined ? undefined : { at: instantOf(values.to), archive: archiveFolder() };
    const folder = openDataFolder(config.dataDir);
    try {
      const { manifest, before } = await putBack(backup, dataFolder(config.dataDir).postgres, {
        ...(until ? { until } : {}),
        progress: progressTo(writeError, "files"),
      });
      const upTo = until ? `up to ${until.at.toISOString()}` : `of ${manifest.takenAt}`;
      write(`The database ${upTo} is in place. Start Sakshi; bin/sakshi status says whether the log may grow.`);
      if (before) write(`What was there lies in ${join(before)}; remove it when all is well.`);
      return 0;
    } finally {
      folder.unlock();
    }
  },
};

function instantOf(text: string): Date {
  const at = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(at.getTime()))
    throw new OperatorError(`--to takes an instant such as 2026-11-27T10:30:00Z, not "${text}".`);
  return at;
}

function archiveFolder(): string {
  const archive = process.env.SAKSHI_WAL_ARCHIVE;
  if (!archive) throw new OperatorError("--to needs SAKSHI_WAL_ARCHIVE: the folder that WAL was archived to.");
  return resolve(archive);
}
