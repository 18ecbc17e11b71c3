// The processes of an installation and what each is told: its own database role, its own keys, nothing else.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, configToEnv } from "../config.js";
import { type HouseSettings, houseToEnv } from "../house.js";
import { parsePolicy } from "../lib/tlog/index.js";
import { OperatorError } from "../platform/operator-error.js";
import { smsSettingNames } from "../platform/sms/index.js";
import { keyPaths } from "../vault/keys.js";
import { type VaultProcess, vaultCommand } from "../vault/process.js";
import type { DataFolder } from "./data-folder.js";
import type { Database } from "./database.js";
import type { Command } from "./part.js";

export function vaultPart(which: VaultProcess, folder: DataFolder, database: Database, origin: string): Command {
  const own = {
    socketDir: folder.sockets,
    keyDir: folder.keys,
    databaseUrl: database.urlAs(which === "recorder" ? "sakshi_recorder" : "sakshi_opener"),
    origin,
  };
  if (which === "opener") return vaultCommand(which, own);
  const publish = {
    directory: folder.published,
    lockDirectory: folder.logLock,
    databaseUrl: database.urlAs("sakshi_publisher"),
    ...(existsSync(folder.logPolicy) ? { policyFile: folder.logPolicy } : {}),
  };
  return vaultCommand(which, { ...own, publish });
}

/** A process of the house, by its file. Only the worker reaches the job queue's tables and the SMS gateway. */
export function housePart(program: string, config: Config, folder: DataFolder, database: Database): Command {
  const isWorker = program === "worker-main.js";
  const settings: HouseSettings = {
    databaseUrl: database.urlAs("sakshi_app"),
    ...(isWorker ? { jobsDatabaseUrl: database.urlAs("sakshi_worker") } : {}),
    socketDir: folder.sockets,
    appKeyFile: keyPaths(folder.keys).app,
    publishedDir: folder.published,
  };
  return {
    command: process.execPath,
    args: ["--enable-source-maps", "--disable-warning=ExperimentalWarning", join(import.meta.dirname, "..", program)],
    env: {
      PATH: process.env.PATH ?? "",
      TZ: "UTC",
      NODE_ENV: "production",
      ...configToEnv(config),
      ...houseToEnv(settings),
      ...(isWorker ? smsSettings() : {}),
    },
  };
}

function smsSettings(): Record<string, string> {
  const given = Object.values(smsSettingNames).map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(given.filter((entry): entry is readonly [(typeof entry)[0], string] => Boolean(entry[1])));
}

/** The log's name is part of every signature on it: taken from the first start's address and kept. */
export function logOrigin(config: Config, folder: DataFolder): string {
  const file = join(folder.path, "log-origin");
  if (!existsSync(file)) writeFileSync(file, `${new URL(config.origin).host}/log\n`, { flush: true });
  return readFileSync(file, "utf8").trim();
}

/** Refuses, in a sentence, a policy that names no witness rightly. */
export function checkLogPolicy({ logPolicy }: Pick<DataFolder, "logPolicy">): void {
  if (!existsSync(logPolicy)) return;
  try {
    parsePolicy(readFileSync(logPolicy));
  } catch (error) {
    throw new OperatorError(`${logPolicy} cannot be used: ${(error as Error).message}.`);
  }
}
