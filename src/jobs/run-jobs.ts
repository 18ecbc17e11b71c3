// Runs the job queue: graphile-worker on its own role, tasks on the application's. Jobs of a worker that was killed
// are taken up again within seconds; every job may run twice without harm.
// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from "node:events";
import { Logger, parseCronItems, run, type WorkerEvents } from "graphile-worker";
import type { Deps } from "../modules/disclosure/index.js";
import { guardJobs } from "../platform/jobs/free-dead-jobs.js";
import type { Sms } from "../platform/sms/index.js";
import { type TellJob, taskList } from "./tasks.js";

export interface JobRunner {
  /** Settles when the queue has ended, with an error if it broke. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const byTheClock = [
  { task: "release-coverage", match: "5 * * * *", options: { backfillPeriod: 3_600_000, maxAttempts: 3 } },
  { task: "escalate-tickets", match: "20 * * * *", options: { backfillPeriod: 3_600_000, maxAttempts: 3 } },
  // At night in India.
  { task: "keep-no-longer", match: "30 19 * * *", options: { backfillPeriod: 86_400_000, maxAttempts: 8 } },
  { task: "erase-due", match: "30 20 * * *", options: { backfillPeriod: 86_400_000, maxAttempts: 8 } },
];

export async function runJobs(
  deps: Deps,
  sms: Sms,
  options: { databaseUrl: string; tell: TellJob },
): Promise<JobRunner> {
  const { databaseUrl, tell } = options;
  const troubled = ({ name, code }: Error & { code?: string }) =>
    tell("queue", ["failed", name, code].filter(Boolean).join(" "));
  const guard = await guardJobs(databaseUrl, troubled);
  const events: WorkerEvents = new EventEmitter();
  events.on("pool:create", ({ workerPool }) => void guard.claim(workerPool.id).catch(troubled));
  try {
    const runner = await run({
      connectionString: databaseUrl,
      concurrency: 4,
      pollInterval: 1_000,
      noHandleSignals: true,
      events,
      taskList: taskList(deps, sms, tell),
      parsedCronItems: parseCronItems(byTheClock),
      logger: quietLogger(tell),
    });
    await runner.addJob("release-coverage", {}, { jobKey: "release-coverage" });
    return {
      ended: runner.promise,
      async stop() {
        await runner.stop();
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
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
