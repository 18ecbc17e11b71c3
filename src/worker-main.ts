// The worker process: messages, certificates and public figures, from the job queue.
// SPDX-License-Identifier: Apache-2.0
import { readConfig } from "./config.js";
import { houseFromEnv, openHouse, readAppKey } from "./house.js";
import { runJobs } from "./jobs/run-jobs.js";
import { forgetExpired } from "./modules/accounts/index.js";
import { forgetUnanswered } from "./modules/consents/index.js";
import { endInOrder } from "./platform/process.js";
import { demoOutboxFile, openSms } from "./platform/sms/index.js";

const config = readConfig(process.env);
const settings = houseFromEnv(process.env);
if (!settings.jobsDatabaseUrl) throw new Error("the worker has no address of the job queue");
const sms = openSms(process.env, config.profile === "demo" ? demoOutboxFile(config.dataDir) : undefined);
const house = openHouse(settings, await readAppKey(settings));

function tell(kind: string, what: string): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), job: kind, what })}\n`);
}

const jobs = await runJobs(house.deps, sms, { databaseUrl: settings.jobsDatabaseUrl, tell });
const forgetting = setInterval(() => {
  for (const forget of [forgetExpired, forgetUnanswered])
    forget(house.deps).catch((error: Error) => tell("forget-expired", error.name));
}, 600_000);
endInOrder(async () => {
  clearInterval(forgetting);
  await jobs.stop();
  await house.close();
});
// A queue that broke (the database was away for long) ends the process, which is started again.
jobs.ended.catch(() => process.exit(1));
process.send?.("ready");
