// The database of an installation: the embedded server, kept running, or an outside one by its URL; migrated.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.js";
import { migrate } from "../platform/db/migrate.js";
import { type LoginRole, urlAs, urlOfDatabase } from "../platform/db/roles.js";
import { OperatorError } from "../platform/operator-error.js";
import { type DataFolder, dataFolder, logFile, rolePasswords } from "./data-folder.js";
import { homeOf } from "./pg-program.js";
import { type EmbeddedPostgres, portOf, startPostgres } from "./postgres.js";
import { readState } from "./state.js";

export interface Database {
  urlAs(role: LoginRole): string;
  /** The migrations that ran. */
  readonly migrated: readonly string[];
  stop(): Promise<void>;
}

const databaseName = "sakshi";
const longestPauseMs = 5_000;

export interface DatabaseEvents {
  /** The embedded server runs. */
  onStart(pid: number): void;
  /** What an operator should know of a running installation. */
  tell(words: string): void;
  /** A restarted server has another address than before. */
  onMoved(): void;
}

export async function openDatabase(config: Config, folder: DataFolder, events: DatabaseEvents): Promise<Database> {
  const passwords = rolePasswords(folder.path);
  if (config.databaseUrl) {
    const url = config.databaseUrl;
    const migrated = await migrate(url, passwords);
    return { urlAs: (role) => urlAs(url, role, passwords[role]), migrated, stop: async () => {} };
  }
  const { walArchive } = config;
  const options = {
    folder: folder.postgres,
    logFile: logFile(folder, "postgres"),
    ...(walArchive === undefined ? {} : { walArchive }),
  };
  let server = await startPostgres(options);
  events.onStart(server.pid);
  let stopping = false;
  const url = () => urlOfDatabase(server.url, databaseName);
  let migrated: readonly string[];
  try {
    migrated = await migrate(url(), passwords);
  } catch (error) {
    await server.stop();
    throw error;
  }

  async function keepRunning(): Promise<void> {
    for (;;) {
      await server.ended;
      if (stopping) return;
      events.tell("postgres ended; it starts again");
      const before = server.url;
      const again = await startAgain();
      if (!again) return;
      server = again;
      events.onStart(server.pid);
      if (server.url !== before) events.onMoved();
    }
  }
  async function startAgain(): Promise<EmbeddedPostgres | undefined> {
    for (let pause = 200; !stopping; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        return await startPostgres(options);
      } catch (error) {
        events.tell(`postgres does not start: ${(error as Error).message}`);
        await sleep(pause);
      }
    }
    return undefined;
  }
  const running = keepRunning();
  return {
    urlAs: (role) => urlAs(url(), role, passwords[role]),
    migrated,
    async stop() {
      stopping = true;
      await server.stop();
      await running;
      await server.stop();
    },
  };
}

/** Without user and password. */
function embeddedUrl(config: Config): string {
  return `postgresql://127.0.0.1:${portOf(homeOf(dataFolder(config.dataDir).postgres))}/${databaseName}`;
}

/** The superuser's URL of the embedded database, which runs. */
export function adminUrlOf(config: Config): string {
  if (!readState(config.dataDir))
    throw new OperatorError(`Sakshi is not running on ${config.dataDir}: start it with bin/start.`);
  const url = new URL(embeddedUrl(config));
  url.username = "postgres";
  url.password = readFileSync(join(homeOf(dataFolder(config.dataDir).postgres), "password"), "utf8").trim();
  return url.href;
}

/** The database of an installation that runs already, for the operator's commands. */
export function runningDatabase(config: Config): Pick<Database, "urlAs"> {
  if (!config.databaseUrl && !readState(config.dataDir)) {
    throw new OperatorError(`Sakshi is not running on ${config.dataDir}: start it with bin/start.`);
  }
  const url = config.databaseUrl ?? embeddedUrl(config);
  const passwords = rolePasswords(config.dataDir);
  return { urlAs: (role) => urlAs(url, role, passwords[role]) };
}
