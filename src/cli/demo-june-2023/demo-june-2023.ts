// "sakshi demo june-2023": plays the leak of June 2023 on an installation of its own, lets the inquiry answer it, and plays
// it again with the guards on.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, writeFileSync } from "node:fs";
import { liveJune, storyFile } from "../../demo/june-2023/index.js";
import type { Command } from "../command.js";
import { ownInstallation } from "./own-installation.js";

const seed = 2023;

export const demoJune2023: Command = {
  words: "demo june-2023",
  summary: "replay the leak of June 2023 and its inquiry, on an installation of its own",
  usage: `Starts an installation of its own (PostgreSQL, vault and pages, in a folder that goes with it) and plays on it: half a year of a
made-up country; a bot behind a stolen sign-in, a partner that answers anybody, an older list; what two privacy officers and the
inquiry find; and the same thieves with the guards on. Takes one to three minutes, and touches no installation that runs.

  sakshi demo june-2023

The page /demo/june-2023 of the demo tells it, with plots. Ends with 0 when every planted cause was found and nothing was obtained
with the guards on, else with 1.`,
  async run(args, { config, write, writeError }) {
    if (args.length > 0) {
      writeError(`${args[0]} is not understood; there are no options`);
      return 2;
    }
    if (config.profile === "production") {
      writeError("This is a demo: it is not played where Sakshi is in production.");
      return 1;
    }
    const begun = performance.now();
    const say = (line: string) => write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
    say("an installation of its own starts");
    const own = await ownInstallation(seed, say);
    const stopEarly = () => void own.stop().finally(() => process.exit(130));
    process.once("SIGINT", stopEarly);
    process.once("SIGTERM", stopEarly);
    try {
      const story = await liveJune(own.stage);
      for (const { what, holds } of story.checks) write(`${holds ? "holds " : "FAILED"}  ${what}`);
      if (existsSync(config.dataDir)) writeFileSync(storyFile(config.dataDir), `${JSON.stringify(story)}\n`);
      const failed = story.checks.filter(({ holds }) => !holds).length;
      write(`${story.checks.length - failed} of ${story.checks.length} hold. The story with plots: /demo/june-2023`);
      return failed === 0 ? 0 : 1;
    } finally {
      process.off("SIGINT", stopEarly);
      process.off("SIGTERM", stopEarly);
      await own.stop();
    }
  },
};
