// pgbench as a ceiling: the bare statements of a transaction, sent by PostgreSQL's own client in C.
// SPDX-License-Identifier: Apache-2.0
import { execFile, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Measured } from "./harness.js";

const debianFolder = "/usr/lib/postgresql";

/** The newest installed pgbench, or undefined. */
export function findPgbench(): string | undefined {
  const versions = foldersIn(debianFolder).toSorted((a, b) => Number(b) - Number(a));
  const places = ["pgbench", ...versions.map((version) => join(debianFolder, version, "bin", "pgbench"))];
  return places.find((place) => !spawnSync(place, ["--version"]).error);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export interface Script {
  readonly url: string;
  /** Where the script is put. */
  readonly folder: string;
  readonly name: string;
  readonly text: string;
  readonly clients: number;
}

/** Runs the script over and over and gives transactions a second; any that fails is an error. */
export function pgbench(program: string, { url, folder, name, text, clients }: Script): Measured {
  const file = join(folder, `${name}.sql`);
  writeFileSync(file, text);
  return async (seconds) => {
    // Less than two seconds may go by with connecting.
    const time = String(Math.max(2, Math.ceil(seconds)));
    const args = ["-n", "-M", "prepared", "-c", String(clients), "-j", "2", "-T", time, "-f", file, url];
    const { stdout, stderr } = await promisify(execFile)(program, args);
    const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
    if (tps === undefined || /aborted/.test(stderr)) throw new Error(`pgbench: ${stdout}${stderr}`);
    return Number(tps);
  };
}
