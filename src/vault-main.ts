// The vault's processes: `vault-main keyholder`, `recorder`, `opener` and `inquirer`. Each loads its own keys and no others,
// says "ready" to its parent, and ends when the parent is gone.
// SPDX-License-Identifier: Apache-2.0
import { logTo } from "./platform/log.js";
import { answerMetrics, processMetrics } from "./platform/metrics/process-metrics.js";
import { keyholderFromEnv, settingsFromEnv } from "./vault/settings.js";

const log = logTo((line) => void process.stderr.write(line));
const metrics = processMetrics();
const quietMs = 1_000;
let toldAt = Number.NEGATIVE_INFINITY;
let untold = 0;

/** An error's name and code; never its text, which might carry a value. One line a second: an outage is one outage. */
function tell(error: unknown): void {
  untold++;
  if (performance.now() - toldAt < quietMs) return;
  toldAt = performance.now();
  const { name, code } = error as { name?: string; code?: string };
  log({ process: process.argv[2], failure: name, code, times: untold });
  untold = 0;
}

// Each loads its own code only.
const starts = {
  async keyholder() {
    const { startKeyholder } = await import("./vault/keyholder/start.js");
    return startKeyholder(keyholderFromEnv(process.env), tell);
  },
  async recorder() {
    const { startRecorder } = await import("./vault/recorder/start.js");
    return startRecorder(settingsFromEnv(process.env), tell, metrics);
  },
  async opener() {
    const { startOpener } = await import("./vault/opener/start.js");
    return startOpener(settingsFromEnv(process.env), tell, metrics);
  },
  async inquirer() {
    const { startInquirer } = await import("./vault/inquirer/start.js");
    return startInquirer(settingsFromEnv(process.env), tell);
  },
} as const;
const which = process.argv[2] as keyof typeof starts;
if (!Object.hasOwn(starts, which)) {
  process.stderr.write(`usage: vault-main ${Object.keys(starts).join("|")}\n`);
  process.exit(2);
}
const stop = await starts[which]();
// Passwords of the database are used now; code that runs in here later should not find them in the environment.
for (const name of Object.keys(process.env)) if (name.startsWith("SAKSHI_")) delete process.env[name];

let isEnding = false;
async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await stop();
  process.exit(0);
}
process.on("disconnect", () => void end());
process.on("SIGTERM", () => void end());
// Ctrl-C reaches the whole group; the parent decides when this process ends.
process.on("SIGINT", () => {});
answerMetrics(metrics);
process.send?.("ready");
