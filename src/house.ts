// What a process of the house (web, worker, seed, operator's command) is told when it starts, and the dependencies
// it builds from that, once. One place for both sides. Keys that open people's data are not among them.
// SPDX-License-Identifier: Apache-2.0
import { connectGate, type Deps } from "./modules/disclosure/index.js";
import { systemClock } from "./platform/clock.js";
import { connect } from "./platform/db/db.js";
import { macsWith } from "./platform/macs.js";
import { readSecretKey } from "./vault/keys.js";
import { socketsIn } from "./vault/settings.js";

export interface HouseSettings {
  /** As sakshi_app. */
  readonly databaseUrl: string;
  /** As sakshi_worker; only for the process that runs the jobs. */
  readonly jobsDatabaseUrl?: string;
  readonly socketDir: string;
  /** Key file of one-time codes, security codes and slip tokens. */
  readonly appKeyFile: string;
  /** The published disclosure log. */
  readonly publishedDir: string;
  /** Where the installation is reached. */
  readonly origin: string;
}

const names = {
  databaseUrl: "SAKSHI_APP_DATABASE_URL",
  jobsDatabaseUrl: "SAKSHI_JOBS_DATABASE_URL",
  socketDir: "SAKSHI_VAULT_SOCKETS",
  appKeyFile: "SAKSHI_APP_KEY_FILE",
  publishedDir: "SAKSHI_LOG_DIRECTORY",
  origin: "SAKSHI_ORIGIN",
} as const;

export function houseToEnv(settings: HouseSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([field, value]) => [names[field as keyof typeof names], value as string]),
  );
}

export function houseFromEnv(env: Readonly<Record<string, string | undefined>>): HouseSettings {
  const need = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set: this program is started by bin/start`);
    return value;
  };
  const jobs = env[names.jobsDatabaseUrl];
  return {
    databaseUrl: need(names.databaseUrl),
    ...(jobs ? { jobsDatabaseUrl: jobs } : {}),
    socketDir: need(names.socketDir),
    appKeyFile: need(names.appKeyFile),
    publishedDir: need(names.publishedDir),
    origin: need(names.origin),
  };
}

export interface House {
  readonly deps: Deps;
  close(): Promise<void>;
}

export function openHouse(settings: HouseSettings): House {
  const db = connect(settings.databaseUrl);
  const sockets = socketsIn(settings.socketDir);
  const gate = connectGate({ recorderSocket: sockets.recorder, openerSocket: sockets.opener });
  return {
    deps: { db, gate, clock: systemClock, macs: macsWith(readSecretKey(settings.appKeyFile)), origin: settings.origin },
    async close() {
      gate.close();
      await db.close();
    },
  };
}
