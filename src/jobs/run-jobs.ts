// Runs the job queue: graphile-worker on its own role, tasks on the application's. Jobs of a worker that was killed
// are taken up again at once, when this is the only worker; every job may run twice without harm.
// SPDX-License-Identifier: Apache-2.0
import { Logger, parseCronItems, run } from "graphile-worker";
import pg from "pg";
import type { Deps } from "../modules/disclosure/index.js";
import type { Sms } from "../platform/sms/index.js";
import { type TellJob, taskList } from "./tasks.js";

export interface JobRunner {
  /** Settles when the queue has ended, with an error if it broke. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A number of ours among advisory locks: held by the one worker that may free the jobs of its dead predecessors. */
const workerLock = 7264002;
const hourly = [
  { task: "release-coverage", match: "5 * * * *", options: { backfillPeriod: 3_600_000, maxAttempts: 3 } },
];

export async function runJobs(
  deps: Deps,
  sms: Sms,
  options: { databaseUrl: string; tell: TellJob },
): Promise<JobRunner> {
  const alone = await freeJobsOfTheDead(options.databaseUrl);
  try {
    const runner = await run({
      connectionString: options.databaseUrl,
      concurrency: 4,
      pollInterval: 1_000,
      noHandleSignals: true,
      taskList: taskList(deps, sms, options.tell),
      parsedCronItems: parseCronItems(hourly),
      logger: quietLogger(options.tell),
    });
    await runner.addJob("release-coverage", {}, { jobKey: "release-coverage" });
    return {
      ended: runner.promise,
      async stop() {
        await runner.stop();
        await alone.end();
      },
    };
  } catch (error) {
    await alone.end();
    throw error;
  }
}

/** The lock goes with this connection, and so with the process. */
async function freeJobsOfTheDead(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ alone: boolean }>("SELECT pg_try_advisory_lock($1) AS alone", [workerLock]);
  if (rows[0]?.alone) {
    await client.query(
      `SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
       WHERE locked_by IS NOT NULL HAVING count(*) > 0`,
    );
  }
  return client;
}

/** A failed task is told by its name and the error's; an error's text stays out, since it might carry a value. */
function quietLogger(tell: TellJob): Logger {
  return new Logger(() => (level, _message, meta) => {
    if (level !== "error" && level !== "warning") return;
    const { job, error } = (meta ?? {}) as {
      job?: { task_identifier?: string };
      error?: { name?: string; code?: string };
    };
    tell(job?.task_identifier ?? "queue", ["failed", error?.name, error?.code].filter(Boolean).join(" "));
  });
}
