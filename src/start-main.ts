// bin/start: starts everything, prints where it is, and stops everything when asked. What the operator can mend is
// told in one plain sentence with a non-zero exit.
// SPDX-License-Identifier: Apache-2.0

import { readConfig } from "./config.js";
import { OperatorError } from "./platform/operator-error.js";
import { banner } from "./start/banner.js";
import { sentenceFor } from "./start/sentence.js";
import { type Supervisor, supervisor } from "./start/supervisor.js";

let running: Supervisor | undefined;
let asked = false;

function stopAndExit(): void {
  if (asked) process.exit(130);
  asked = true;
  process.stdout.write("Stopping ...\n");
  (running?.stop() ?? Promise.resolve()).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${sentenceFor(error)}\n`);
      process.exit(1);
    },
  );
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stopAndExit);
// "sakshi restart-web". Not SIGHUP, which a closing terminal sends.
process.on("SIGUSR2", () => void running?.renewWeb());

try {
  if (process.argv.length > 2)
    throw new OperatorError("bin/start takes no options; settings are in docs/operations/settings.md.");
  const config = readConfig(process.env);
  running = supervisor(config);
  await running.start();
  if (!asked) process.stdout.write(banner(config));
} catch (error) {
  // A stop in the middle of the start makes the start fail; that is no news.
  if (!asked) {
    process.stderr.write(`${sentenceFor(error)}\n`);
    await running?.stop();
    process.exit(1);
  }
}
