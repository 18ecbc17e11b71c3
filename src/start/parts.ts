// The processes of an installation and what each is told: its own database role, its own keys, nothing else.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Config, configToEnv } from "../config.js";
import { type HouseSettings, houseToEnv } from "../house.js";
import { parsePolicy } from "../lib/tlog/index.js";
import { confine } from "../platform/confine.js";
import { OperatorError } from "../platform/operator-error.js";
import { demoOutboxFile, type smsSettingNames } from "../platform/sms/index.js";
import { linkFile } from "../vault/keyholder/client.js";
import type { RootSettings } from "../vault/keyholder/settings.js";
import { keyPaths, linkDirBeside } from "../vault/keys.js";
import { keyholderCommand, type VaultPart, vaultCommand } from "../vault/process.js";
import type { DataFolder } from "./data-folder.js";
import type { Database } from "./database.js";
import type { Command } from "./part.js";

/** The folder that holds src/start: the build that this very file belongs to. */
const buildDir = dirname(dirname(import.meta.dirname));

export function keyholderPart(folder: DataFolder, root: RootSettings): Command {
  return keyholderCommand({ socketDir: folder.sockets, keyDir: folder.keys, root });
}

export function vaultPart(
  which: VaultPart,
  folder: DataFolder,
  database: Database,
  { origin, clockFile }: { origin: string; clockFile?: string | undefined },
): Command {
  const own = {
    socketDir: folder.sockets,
    keyDir: folder.keys,
    databaseUrl: database.urlAs(`sakshi_${which}`),
    origin,
    ...(clockFile === undefined ? {} : { clockFile }),
  };
  if (which !== "recorder") return vaultCommand(which, own);
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
    keyDir: folder.keys,
    publishedDir: folder.published,
    origin: config.origin,
    clockFile: config.testClockFile,
  };
  const sms = isWorker ? smsSettings() : {};
  return {
    command: process.execPath,
    args: [
      ...(isWorker ? [] : webConfinement(settings, folder)),
      "--enable-source-maps",
      ...["ExperimentalWarning", "PERM0001", "PERM0006"].map((warning) => `--disable-warning=${warning}`),
      join(buildDir, "src", program),
    ],
    env: {
      PATH: process.env.PATH ?? "",
      TZ: "UTC",
      NODE_ENV: "production",
      ...configToEnv(config),
      ...houseToEnv(settings),
      ...sms,
    },
  };
}

/**
 * The web is what strangers talk to: it reads its program, its words and the published log, and no key but its own.
 * Papers are set in worker threads, by an add-on. The worker is left out: its job library looks for settings upwards.
 */
function webConfinement({ keyDir, publishedDir, clockFile }: HouseSettings, folder: DataFolder): string[] {
  return confine({
    buildDir,
    ofProject: ["data", "locales", "src/pdf/templates", "src/web/assets"],
    readable: [
      keyPaths(keyDir).app,
      linkFile(linkDirBeside(keyDir), "house"),
      publishedDir,
      demoOutboxFile(folder.path),
      ...(clockFile === undefined ? [] : [clockFile]),
    ],
    allow: ["worker", "addons"],
  });
}

function smsSettings(): Partial<Record<(typeof smsSettingNames)[keyof typeof smsSettingNames], string>> {
  const { SAKSHI_SMS_URL, SAKSHI_SMS_KEY_FILE } = process.env;
  return {
    ...(SAKSHI_SMS_URL ? { SAKSHI_SMS_URL } : {}),
    ...(SAKSHI_SMS_KEY_FILE ? { SAKSHI_SMS_KEY_FILE: resolve(SAKSHI_SMS_KEY_FILE) } : {}),
  };
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
