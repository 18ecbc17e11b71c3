// What a vault process is told when it starts, and how its parent says it. One place for both sides.
// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { type RootSettings, readRootSettings, rootSettingsToEnv } from "./keyholder/settings.js";

export interface KeyholderSettings {
  readonly socketDir: string;
  readonly keyDir: string;
  readonly root: RootSettings;
}
export interface VaultSettings {
  /** A folder with mode 0700 that holds the sockets. */
  readonly socketDir: string;
  readonly keyDir: string;
  /** As sakshi_recorder, sakshi_opener or sakshi_inquirer. */
  readonly databaseUrl: string;
  /** The log's name, as in its checkpoints: a host and path without scheme. */
  readonly origin: string;
  /** Recorder only: where the log is published, and as whom it is read. */
  readonly publish?: {
    readonly directory: string;
    /** What was signed last, apart from database and published files. */
    readonly lockDirectory: string;
    readonly databaseUrl: string;
    /** A trust policy, whose witnesses are asked to cosign. */
    readonly policyFile?: string;
  };
  /** Tests only: a file that holds the instant it is now. */
  readonly clockFile?: string;
}

const names = {
  socketDir: "SAKSHI_VAULT_SOCKETS",
  keyDir: "SAKSHI_VAULT_KEYS",
  databaseUrl: "SAKSHI_VAULT_DATABASE_URL",
  origin: "SAKSHI_LOG_ORIGIN",
  publishDir: "SAKSHI_LOG_DIRECTORY",
  lockDir: "SAKSHI_LOG_LOCK_DIRECTORY",
  policyFile: "SAKSHI_LOG_POLICY",
  publishUrl: "SAKSHI_PUBLISHER_DATABASE_URL",
  clockFile: "SAKSHI_TEST_CLOCK_FILE",
} as const;

/** The keyholder has no database. */
export function keyholderToEnv({ socketDir, keyDir, root }: KeyholderSettings): Record<string, string> {
  return { [names.socketDir]: socketDir, [names.keyDir]: keyDir, ...rootSettingsToEnv(root) };
}
export function keyholderFromEnv(env: NodeJS.ProcessEnv): KeyholderSettings {
  const { settings: root, problems } = readRootSettings(env);
  if (problems.length > 0) throw new Error(problems.join(" "));
  return { socketDir: needed(env, names.socketDir), keyDir: needed(env, names.keyDir), root };
}

export function settingsToEnv(settings: VaultSettings): Record<string, string> {
  return {
    [names.socketDir]: settings.socketDir,
    [names.keyDir]: settings.keyDir,
    [names.databaseUrl]: settings.databaseUrl,
    [names.origin]: settings.origin,
    ...(settings.publish && {
      [names.publishDir]: settings.publish.directory,
      [names.publishUrl]: settings.publish.databaseUrl,
      [names.lockDir]: settings.publish.lockDirectory,
      ...(settings.publish.policyFile !== undefined && { [names.policyFile]: settings.publish.policyFile }),
    }),
    ...(settings.clockFile !== undefined && {
      [names.clockFile]: settings.clockFile,
    }),
  };
}

export function settingsFromEnv(env: NodeJS.ProcessEnv): VaultSettings {
  const need = (name: string): string => needed(env, name);
  const directory = env[names.publishDir];
  const clockFile = env[names.clockFile];
  if (clockFile !== undefined && env.SAKSHI_PROFILE === "production")
    throw new Error("the clock cannot be set in production");
  return {
    socketDir: need(names.socketDir),
    keyDir: need(names.keyDir),
    databaseUrl: need(names.databaseUrl),
    origin: need(names.origin),
    ...(directory ? { publish: publishFrom(env, directory, need) } : {}),
    ...(clockFile === undefined ? {} : { clockFile }),
  };
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

function publishFrom(
  env: NodeJS.ProcessEnv,
  directory: string,
  need: (name: string) => string,
): NonNullable<VaultSettings["publish"]> {
  const policyFile = env[names.policyFile];
  return {
    directory,
    lockDirectory: need(names.lockDir),
    databaseUrl: need(names.publishUrl),
    ...(policyFile ? { policyFile } : {}),
  };
}

export function socketsIn(socketDir: string): {
  keyholder: string;
  recorder: string;
  opener: string;
  inquirer: string;
} {
  return {
    keyholder: join(socketDir, "keyholder.sock"),
    recorder: join(socketDir, "recorder.sock"),
    opener: join(socketDir, "opener.sock"),
    inquirer: join(socketDir, "inquirer.sock"),
  };
}
