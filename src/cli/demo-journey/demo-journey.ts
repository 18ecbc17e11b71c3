// "sakshi demo journey": lives the whole story over HTTP against the running demo. Every step is timed, and the first
// one that does not hold ends it.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { readState } from "../../start/state.js";
import type { Command, Context } from "../command.js";
import { openBrowser } from "./browser.js";
import { type Demo, type Story, StoryBroken, steps } from "./steps.js";

async function tell(story: Story, write: (line: string) => void): Promise<number> {
  const begun = performance.now();
  for (const [at, step] of steps.entries()) {
    const before = performance.now();
    try {
      const result = await step.run(story);
      write(`${String(at + 1).padStart(2)}. ${step.what.padEnd(48)} ${duration(before)}  ${result}`);
    } catch (error) {
      if (!(error instanceof StoryBroken)) throw error;
      write(`${String(at + 1).padStart(2)}. ${step.what.padEnd(48)} ${duration(before)}  FAILED: ${error.message}`);
      return 1;
    }
  }
  write(`The whole journey took ${duration(begun).trim()}.`);
  return 0;
}

function duration(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`.padStart(8);
}

export const demoJourney: Command = {
  words: "demo journey",
  summary: "live the whole story over HTTP on the running demo, step by step",
  usage: `Registers a made-up person on the running demo, books, checks in, vaccinates, fetches the certificate, verifies it
offline and checks who saw the record against the published log. Prints each step with its time.

  sakshi demo journey [--url http://localhost:8080]

Ends with 0 when every step held, else with 1.`,
  async run(args, { config, write, writeError }: Context) {
    const at = args.indexOf("--url");
    const running = readState(config.dataDir)?.address;
    const address = at >= 0 ? args[at + 1] : running;
    if (!address || !URL.canParse(address)) {
      writeError(`Sakshi is not running on ${config.dataDir}. Start it with bin/start, or name it with --url.`);
      return 1;
    }
    const citizen = openBrowser(address);
    const listed = await citizen.get("/demo", { accept: "application/json" });
    if (listed.status !== 200) {
      writeError(`${address} is not a demo: /demo answers ${listed.status}.`);
      return 1;
    }
    const demo = JSON.parse(listed.text) as Demo;
    const named = demo.staff[0] ? new URL(demo.staff[0].enrolmentUrl).origin : address;
    const story: Story = {
      address,
      citizen,
      staff: openBrowser(named),
      mobile: `90000${String(randomInt(100_000)).padStart(5, "0")}`,
      name: "Asha Journey Demo",
      demo,
      personPath: "",
      sessionId: "",
      appointmentPath: "",
      securityCode: "",
      certificate: "",
    };
    return tell(story, write);
  },
};
