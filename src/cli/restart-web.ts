// "sakshi restart-web": new web processes in the place of those that run, one after the other, and no request fails.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { readState } from "../start/state.js";
import type { Command } from "./command.js";

const patienceMs = 600_000;

export const restartWeb: Command = {
  words: "restart-web",
  summary: "replace the web processes one by one, without a failed request",
  usage: `Starts a new web process for each that runs; when it is ready, the old one takes no more connections, answers
what it was asked, and ends. Requests go on throughout. Settings stay those of bin/start.
Ends with 0 when all are replaced, else with 1: those that could not be replaced go on as they were.`,
  async run(_args, { config, write, writeError }) {
    const before = readState(config.dataDir);
    if (!before) {
      writeError(`Sakshi is not running on ${config.dataDir}.`);
      return 1;
    }
    process.kill(before.supervisor, "SIGUSR2");
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(100)) {
      const restart = readState(config.dataDir)?.webRestart;
      if (!restart || restart.at === before.webRestart?.at) continue;
      if (restart.problem !== undefined) {
        writeError(`${restart.problem}.`);
        return 1;
      }
      write("All web processes are new.");
      return 0;
    }
    writeError("The web processes were not replaced in time; bin/sakshi status tells how they are.");
    return 1;
  },
};
