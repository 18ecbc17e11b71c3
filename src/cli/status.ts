// "sakshi status": how each part is, and how much there is of what. Ends with 0 when all is well.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stoppedName } from "../publisher/index.js";
import { dataFolder } from "../start/data-folder.js";
import { databaseHealth } from "../start/health.js";
import { isAlive, readState } from "../start/state.js";
import type { Command, Context } from "./command.js";

interface Line {
  readonly part: string;
  readonly isWell: boolean;
  readonly what: string;
}

export const statusCommand: Command = {
  words: "status",
  summary: "how each part is, and sizes",
  usage: `Tells how each part is: processes, pages, database, disclosure log, jobs, disk.
Ends with 0 when all is well, else with 1.`,
  async run(_args, context) {
    const { config, write } = context;
    const state = readState(config.dataDir);
    if (!state) {
      write(`Sakshi is not running on ${config.dataDir}.`);
      return 1;
    }
    write(`Sakshi at ${state.address}, data in ${config.dataDir}`);
    const processes = Object.entries(state.parts).map(([part, pid]) => {
      const isWell = isAlive(pid);
      return { part, isWell, what: isWell ? `process ${pid}` : "not running" };
    });
    const lines = [...processes, await pages(state.address), ...(await database(context)), published(config.dataDir)];
    for (const { part, isWell, what } of lines) write(`  ${isWell ? "well" : "NOT WELL"}  ${part.padEnd(14)} ${what}`);
    write(`  data folder: ${inMegabytes(folderBytes(config.dataDir))}`);
    return lines.every((line) => line.isWell) ? 0 : 1;
  },
};

async function pages(address: string): Promise<Line> {
  try {
    const answer = await fetch(`${address}/health`, { signal: AbortSignal.timeout(5_000) });
    return { part: "pages", isWell: answer.ok, what: `${address}/health answers ${answer.status}` };
  } catch {
    return { part: "pages", isWell: false, what: `${address} does not answer` };
  }
}

async function database(context: Context): Promise<Line[]> {
  try {
    const health = await databaseHealth(context);
    const jobs = `${health.jobsWaiting} waiting, ${health.jobsFailing} failing`;
    return [
      { part: "database", isWell: true, what: `PostgreSQL ${health.version}, ${inMegabytes(health.bytes)}` },
      { part: "jobs", isWell: health.jobsFailing === 0, what: jobs },
    ];
  } catch (error) {
    return [{ part: "database", isWell: false, what: (error as Error).message }];
  }
}

function published(dataDir: string): Line {
  const stopped = join(dataFolder(dataDir).logLock, stoppedName);
  if (existsSync(stopped)) return { part: "disclosure log", isWell: false, what: readFileSync(stopped, "utf8").trim() };
  const file = join(dataFolder(dataDir).published, "checkpoint");
  try {
    const [origin, entries] = readFileSync(file, "utf8").split("\n");
    return { part: "disclosure log", isWell: true, what: `${origin}: ${entries} entries published` };
  } catch {
    return { part: "disclosure log", isWell: false, what: "nothing is published" };
  }
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).reduce((sum, entry) => {
    const size = entry.isFile()
      ? (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
      : 0;
    return sum + size;
  }, 0);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(0)} MB`;
}
