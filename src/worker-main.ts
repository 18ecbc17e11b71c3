// The worker process: messages, certificates and public figures, from the job queue.
// SPDX-License-Identifier: Apache-2.0
import { readConfig } from "./config.js";
import { houseFromEnv, openHouse, readAppKey } from "./house.js";
import { runJobs } from "./jobs/run-jobs.js";
import { forgetExpired } from "./modules/accounts/index.js";
import { forgetUnanswered } from "./modules/consents/index.js";
import { countOverdue } from "./modules/tickets/index.js";
import { connect } from "./platform/db/db.js";
import { queueState } from "./platform/jobs/queue-state.js";
import { logTo } from "./platform/log.js";
import { answerMetrics, poolMetrics, processMetrics } from "./platform/metrics/process-metrics.js";
import { endInOrder } from "./platform/process.js";
import { demoOutboxFile, openSms } from "./platform/sms/index.js";

const config = readConfig(process.env);
const settings = houseFromEnv(process.env);
if (!settings.jobsDatabaseUrl) throw new Error("the worker has no address of the job queue");
const sms = openSms(process.env, config.profile === "demo" ? demoOutboxFile(config.dataDir) : undefined);
const house = openHouse(settings, await readAppKey(settings));

const log = logTo((line) => void process.stdout.write(line));
const metrics = processMetrics();
const troubles = metrics.counter("sakshi_jobs_troubles_total", "Jobs that failed or were dropped, by kind.");
const queue = connect(settings.jobsDatabaseUrl, { max: 1 });
poolMetrics(metrics, { app: house.deps.db });
metrics.gauge("sakshi_jobs", "Jobs in the queue, by state.", async () => {
  const { waiting, failing } = await queueState(queue);
  return [
    { labels: { state: "waiting" }, value: waiting },
    { labels: { state: "failing" }, value: failing },
  ];
});
metrics.gauge("sakshi_jobs_lag_seconds", "How long the oldest job that could run has waited.", async () => {
  return (await queueState(queue)).lagSeconds;
});
metrics.gauge("sakshi_tickets_overdue", "Tickets that wait beyond their day, by whose list they head.", async () =>
  Object.entries(await countOverdue(house.deps)).map(([level, value]) => ({ labels: { level }, value })),
);

function tell(kind: string, what: string): void {
  troubles.add({ job: kind });
  log({ job: kind, what });
}

const jobs = await runJobs(house.deps, sms, { databaseUrl: settings.jobsDatabaseUrl, tell });
const forgetting = setInterval(() => {
  for (const forget of [forgetExpired, forgetUnanswered])
    forget(house.deps).catch((error: Error) => tell("forget-expired", error.name));
}, 600_000);
endInOrder(async () => {
  clearInterval(forgetting);
  await jobs.stop();
  await queue.close();
  await house.close();
});
// A queue that broke (the database was away for long) ends the process, which is started again.
jobs.ended.catch(() => process.exit(1));
answerMetrics(metrics);
process.send?.("ready");
