// "sakshi inquiry evaluate": answers each case of a world and, where the truth is given, says how good the answers are.
// Works on files alone; touches no installation.
// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Unreadable } from "../inquiry-files/read-sample.js";
import { caseIds, readCase, readTruths, readWorld } from "../inquiry-files/read-world.js";
import { type Answer, Inquiry, type Scored, scoreTable } from "../lib/inquiry/index.js";
import type { Command, Context } from "./command.js";

const usage = `Answers each leaked sample of a world: is it ours, as of when, through whom.

  sakshi inquiry evaluate WORLD [--cases DIR] [--out DIR]

  WORLD        a folder in the format sakshi-inquiry-world/1
  --cases DIR  where the cases lie (WORLD/cases)
  --out DIR    where the answers go, one JSON file a case (WORLD/answers)

With WORLD/truth.ndjson the score table is printed.`;

export const inquiryEvaluate: Command = {
  words: "inquiry evaluate",
  summary: "answer the leaked samples of a world, and score the answers where the truth is known",
  usage,
  async run(args, context) {
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { cases: { type: "string" }, out: { type: "string" } },
      });
      if (positionals.length !== 1) throw new Unreadable("Which world? Try: sakshi inquiry evaluate --help");
      const world = resolve(context.calledFrom, positionals[0]!);
      const folder = (given: string | undefined, usual: string) =>
        given ? resolve(context.calledFrom, given) : join(world, usual);
      await evaluate(world, folder(values.cases, "cases"), folder(values.out, "answers"), context);
      return 0;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      context.writeError(error.message);
      return 2;
    }
  },
};

async function evaluate(world: string, cases: string, out: string, { write, writeError }: Context): Promise<void> {
  const started = performance.now();
  const since = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;
  const registry = await readWorld(world);
  const inquiry = new Inquiry(registry);
  write(`world read in ${since(started)}`);
  const truths = await readTruths(world);
  await mkdir(out, { recursive: true });
  const scored: Scored[] = [];
  const begun = performance.now();
  let answered = 0;
  for (const id of await caseIds(cases)) {
    try {
      const { sample, intake } = await readCase(join(cases, id), registry.head.asOf);
      const answer = inquiry.answer(id, sample, intake);
      await writeFile(join(out, `${id}.json`), `${JSON.stringify(answer)}\n`);
      answered++;
      const truth = truths.get(id);
      if (truth) scored.push({ truth, answer, baselines: inquiry.baselines(sample, intake) });
      else write(sentence(answer));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      writeError(`${id}: ${error.message}`);
    }
  }
  const memory = `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`;
  if (scored.length > 0) for (const line of scoreTable(scored)) write(line);
  write(`${answered} cases in ${since(begun)}, ${memory}; answers in ${out}`);
}

function sentence({ case: id, verdict, ours, sources, need }: Answer): string {
  const through =
    sources.length > 0 ? `; through ${sources.map(({ actor, tier }) => `${actor} (${tier})`).join(", ")}` : "";
  return `${id}: ${verdict}; ${ours.linked} of ${ours.rows} rows linked${through}${need.length > 0 ? `; needs ${need.join(", ")}` : ""}`;
}
