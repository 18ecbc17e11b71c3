// "sakshi inquiry simulate": writes a made-up world with leaked samples and the truth about them. Touches no installation.
// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { lines, writeCase, writeWorld } from "../inquiry-files/write-world.js";
import { CaseMaker, simulateWorld } from "../lib/inquiry/index.js";
import type { Command } from "./command.js";

const usage = `Makes a world of invented people, who looked at them, and leaked samples with the truth.

  sakshi inquiry simulate DIR [--people N] [--cases N] [--seed S]

  DIR         where the files go (format sakshi-inquiry-world/1)
  --people N  people of the world (5000; at most 2000000)
  --cases N   leaked samples (140; at most 100000)
  --seed S    the same seed gives the same files (1)`;

export const inquirySimulate: Command = {
  words: "inquiry simulate",
  summary: "make a world with leaks and their truth, to try the breach inquiry on",
  usage,
  async run(args, { calledFrom, write, writeError }) {
    const wanted = read(args);
    if (typeof wanted === "string") {
      writeError(wanted);
      return 2;
    }
    const { people, cases, seed } = wanted;
    const folder = resolve(calledFrom, wanted.folder);
    const world = simulateWorld(people, seed);
    const maker = new CaseMaker(world, seed);
    await writeWorld(folder, world, maker.earlierLeaks);
    const truths = [];
    for (let i = 0; i < cases; i++) {
      const made = maker.make(i);
      await writeCase(folder, made);
      truths.push(made.truth);
    }
    await lines(`${folder}/truth.ndjson`, truths);
    write(
      `${people} people, ${world.actors.length} actors, ${world.disclosures.length} disclosures, ${cases} cases, seed ${seed}: ${folder}`,
    );
    return 0;
  },
};

function read(args: readonly string[]): { folder: string; people: number; cases: number; seed: string } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { people: { type: "string" }, cases: { type: "string" }, seed: { type: "string" } },
    });
    const people = Number(values.people ?? 5000);
    const cases = Number(values.cases ?? 140);
    if (positionals.length !== 1) return "Which folder? Try: sakshi inquiry simulate --help";
    if (!Number.isInteger(people) || people < 500 || people > 2_000_000)
      return "--people wants a number from 500 to 2000000.";
    if (!Number.isInteger(cases) || cases < 0 || cases > 100_000) return "--cases wants a number up to 100000.";
    return { folder: positionals[0]!, people, cases, seed: values.seed ?? "1" };
  } catch (error) {
    return (error as Error).message;
  }
}
