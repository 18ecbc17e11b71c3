// "sakshi inquiry simulate" and "evaluate" as an operator uses them: files out, answers and a score table, clear refusals.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Command, Context } from "./command.js";
import { inquiryEvaluate } from "./inquiry-evaluate.js";
import { inquirySimulate } from "./inquiry-simulate.js";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "inquiry-"));
});
after(() => rmSync(folder, { recursive: true }));

async function run(command: Command, ...args: string[]) {
  const [out, problem]: [string[], string[]] = [[], []];
  const context = {
    calledFrom: folder,
    write: (line: string) => void out.push(line),
    writeError: (line: string) => void problem.push(line),
  };
  const code = await command.run(args, context as unknown as Context);
  return { code, out: out.join("\n"), problem: problem.join("\n") };
}

test("a simulated world is answered and scored; a case that cannot be read is said and skipped", async () => {
  assert.equal((await run(inquirySimulate, "world", "--people", "1000", "--cases", "14", "--seed", "s")).code, 0);
  writeFileSync(join(folder, "world/cases/c0003/sample.csv"), Buffer.from([1, 0, 2]));
  const { code, out, problem } = await run(inquiryEvaluate, "world", "--out", "answers");
  assert.equal(code, 0);
  assert.match(out, /false accusation .* \(\d+\/13\)/);
  assert.match(problem, /^c0003: sample\.csv is a binary file/);
  const answer = JSON.parse(readFileSync(join(folder, "answers/c0000.json"), "utf8"));
  assert.deepEqual([answer.case, answer.engine], ["c0000", "sakshi-inquiry/1"]);
});

test("wrong use and foreign folders are said in one sentence and end with 2", async () => {
  for (const [command, args, sentence] of [
    [inquirySimulate, [], /Which folder/],
    [inquirySimulate, ["x", "--people", "3"], /--people wants/],
    [inquirySimulate, ["x", "--cases", "-1"], /cases/],
    [inquiryEvaluate, [], /Which world/],
    [inquiryEvaluate, ["nowhere"], /world\.json cannot be read \(ENOENT\)/],
  ] as const) {
    const { code, problem } = await run(command, ...args);
    assert.equal(code, 2);
    assert.match(problem, sentence);
  }
});
