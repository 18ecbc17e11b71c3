// What a backup is: a folder with the cluster's files, the WAL that makes them one state, and this list of them.
// The keys are not in it, so nothing sealed opens from a stolen one; the database superuser's password is.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { OperatorError } from "../platform/operator-error.js";
import type { CopiedFile } from "./copy.js";

export interface Manifest {
  readonly format: "sakshi-backup/1";
  /** When it began, ISO 8601 in UTC. All that was confirmed by then is in it. */
  readonly takenAt: string;
  readonly seconds: number;
  /** The server's version number, such as 180004. */
  readonly postgres: number;
  /** The newest migration. */
  readonly version: string;
  /** The disclosure log when it began: entries, and root in hex. */
  readonly log: { readonly size: number; readonly root: string };
  /** Rows of each table when it began. */
  readonly rows: Readonly<Record<string, number>>;
  /** All folders of the cluster: some are empty, and a server wants them. */
  readonly folders: readonly string[];
  readonly files: readonly CopiedFile[];
}

export const manifestName = "manifest.json";

export function readManifest(folder: string): Manifest {
  const file = join(folder, manifestName);
  if (!existsSync(file)) {
    const inside = existsSync(folder) && statSync(folder).isDirectory() ? backupsIn(folder).at(-1) : undefined;
    const hint = inside ? ` The newest one in it is ${basename(inside)}.` : "";
    throw new OperatorError(`${folder} is no backup: there is no ${manifestName} in it.${hint}`);
  }
  try {
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    if (manifest.format === "sakshi-backup/1") return manifest;
  } catch {
    // Said below.
  }
  throw new OperatorError(`${file} is not the list of a backup of this version, or is damaged.`);
}

/** The whole backups in a folder, oldest first. One that was cut short has no list and is none. */
export function backupsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{8}T\d{6}Z$/.test(name) && existsSync(join(folder, name, manifestName)))
    .sort()
    .map((name) => join(folder, name));
}
