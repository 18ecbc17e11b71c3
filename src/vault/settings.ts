// What a vault process is told when it starts, and how its parent says it. One place for both sides.
// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";

export interface VaultSettings {
  /** A folder with mode 0700 that holds the sockets. */
  readonly socketDir: string;
  readonly keyDir: string;
  /** As sakshi_recorder or sakshi_opener. */
  readonly databaseUrl: string;
  /** The log's name, as in its checkpoints: a host and path without scheme. */
  readonly origin: string;
  /** Recorder only: where the log is published, and as whom it is read. */
  readonly publish?: {
    readonly directory: string;
    readonly databaseUrl: string;
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
  publishUrl: "SAKSHI_PUBLISHER_DATABASE_URL",
  clockFile: "SAKSHI_TEST_CLOCK_FILE",
} as const;

export function settingsToEnv(settings: VaultSettings): Record<string, string> {
  return {
    [names.socketDir]: settings.socketDir,
    [names.keyDir]: settings.keyDir,
    [names.databaseUrl]: settings.databaseUrl,
    [names.origin]: settings.origin,
    ...(settings.publish && {
      [names.publishDir]: settings.publish.directory,
      [names.publishUrl]: settings.publish.databaseUrl,
    }),
    ...(settings.clockFile !== undefined && {
      [names.clockFile]: settings.clockFile,
    }),
  };
}

export function settingsFromEnv(env: NodeJS.ProcessEnv): VaultSettings {
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  const directory = env[names.publishDir];
  const clockFile = env[names.clockFile];
  if (clockFile !== undefined && env.SAKSHI_PROFILE === "production")
    throw new Error("the clock cannot be set in production");
  return {
    socketDir: need(names.socketDir),
    keyDir: need(names.keyDir),
    databaseUrl: need(names.databaseUrl),
    origin: need(names.origin),
    ...(directory ? { publish: { directory, databaseUrl: need(names.publishUrl) } } : {}),
    ...(clockFile === undefined ? {} : { clockFile }),
  };
}

export function socketsIn(socketDir: string): {
  recorder: string;
  opener: string;
} {
  return {
    recorder: join(socketDir, "recorder.sock"),
    opener: join(socketDir, "opener.sock"),
  };
}
