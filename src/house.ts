// What a process of the house (web, worker, seed, operator's command) is told when it starts, and the dependencies
// it builds from that, once. One place for both sides. Keys that open people's data are not among them.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { connectGate, connectInquirer } from "./modules/disclosure/index.js";
import type { InquiryDeps } from "./modules/inquiries/index.js";
import { connect } from "./platform/db/db.js";
import { macsWith } from "./platform/macs.js";
import { vaultClock } from "./vault/clock.js";
import { connectKeyholder } from "./vault/keyholder/client.js";
import { keyReader, linkDirBeside } from "./vault/keys.js";
import { socketsIn } from "./vault/settings.js";

export interface HouseSettings {
  /** As sakshi_app. */
  readonly databaseUrl: string;
  /** As sakshi_worker; only for the process that runs the jobs. */
  readonly jobsDatabaseUrl?: string;
  readonly socketDir: string;
  /** Of the keys in it, the house may read the one of one-time codes, security codes and slip tokens. */
  readonly keyDir: string;
  /** The published disclosure log. */
  readonly publishedDir: string;
  /** Where the installation is reached. */
  readonly origin: string;
  /** Tests only: a file that holds the instant it is now. */
  readonly clockFile?: string | undefined;
}

const names = {
  databaseUrl: "SAKSHI_APP_DATABASE_URL",
  jobsDatabaseUrl: "SAKSHI_JOBS_DATABASE_URL",
  socketDir: "SAKSHI_VAULT_SOCKETS",
  keyDir: "SAKSHI_VAULT_KEYS",
  publishedDir: "SAKSHI_LOG_DIRECTORY",
  origin: "SAKSHI_ORIGIN",
  clockFile: "SAKSHI_TEST_CLOCK_FILE",
} as const;

export function houseToEnv(settings: HouseSettings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([field, value]: [string, string | undefined]) =>
      value === undefined ? [] : [[names[field as keyof typeof names], value]],
    ),
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
    keyDir: need(names.keyDir),
    publishedDir: need(names.publishedDir),
    origin: need(names.origin),
    clockFile: env[names.clockFile] || undefined,
  };
}

export interface House {
  readonly deps: InquiryDeps;
  close(): Promise<void>;
}

/** The house's key, opened by the keyholder where it is wrapped. */
export async function readAppKey({
  socketDir,
  keyDir,
}: Pick<HouseSettings, "socketDir" | "keyDir">): Promise<KeyObject> {
  const keyholder = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "house");
  try {
    return await keyReader(keyDir, keyholder.openFile).secret("app");
  } finally {
    keyholder.close();
  }
}

export function openHouse(settings: HouseSettings, appKey: KeyObject): House {
  const db = connect(settings.databaseUrl);
  const sockets = socketsIn(settings.socketDir);
  const gate = connectGate({ recorderSocket: sockets.recorder, openerSocket: sockets.opener });
  const inquirer = connectInquirer(sockets.inquirer);
  return {
    deps: {
      db,
      gate,
      inquirer,
      clock: vaultClock(settings.clockFile),
      macs: macsWith(appKey),
      origin: settings.origin,
    },
    async close() {
      gate.close();
      inquirer.close();
      await db.close();
    },
  };
}
