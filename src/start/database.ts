// The database of an installation: the embedded server, kept running, or an outside one by its URL; migrated.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.js";
import { migrate } from "../platform/db/migrate.js";
import { type LoginRole, urlAs, urlOfDatabase } from "../platform/db/roles.js";
import { type DataFolder, logFile, rolePasswords } from "./data-folder.js";
import { type EmbeddedPostgres, startPostgres } from "./postgres.js";

export interface Database {
  urlAs(role: LoginRole): string;
  stop(): Promise<void>;
}

const longestPauseMs = 5_000;

export interface DatabaseEvents {
  /** The embedded server runs. */
  onStart(pid: number): void;
  /** A restarted server has another address than before. */
  onMoved(): void;
}

export async function openDatabase(config: Config, folder: DataFolder, events: DatabaseEvents): Promise<Database> {
  const passwords = rolePasswords(folder.path);
  if (config.databaseUrl) {
    const url = config.databaseUrl;
    await migrate(url, passwords);
    return { urlAs: (role) => urlAs(url, role, passwords[role]), stop: async () => {} };
  }
  const options = { folder: folder.postgres, logFile: logFile(folder, "postgres") };
  let server = await startPostgres(options);
  events.onStart(server.pid);
  let stopping = false;
  const url = () => urlOfDatabase(server.url, "sakshi");
  try {
    await migrate(url(), passwords);
  } catch (error) {
    await server.stop();
    throw error;
  }

  async function keepRunning(): Promise<void> {
    for (;;) {
      await server.ended;
      if (stopping) return;
      process.stderr.write("postgres ended; it starts again\n");
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
        process.stderr.write(`postgres does not start: ${(error as Error).message}\n`);
        await sleep(pause);
      }
    }
    return undefined;
  }
  const running = keepRunning();
  return {
    urlAs: (role) => urlAs(url(), role, passwords[role]),
    async stop() {
      stopping = true;
      await server.stop();
      await running;
      await server.stop();
    },
  };
}
