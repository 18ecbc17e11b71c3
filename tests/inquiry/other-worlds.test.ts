// The engine on worlds that it was not made with: another generator, other habits, read from its files. Nobody innocent
// is named; content is told from content; the sources that can be told are found.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { caseIds, readCase, readWorld } from "../../src/inquiry-files/read-world.js";
import { type Answer, Inquiry } from "../../src/lib/inquiry/index.js";
import { OtherCases, type OtherTruth, otherTruths } from "./other-cases.js";
import { writeOtherCase, writeOtherWorld } from "./other-files.js";
import { type Habits, otherWorld } from "./other-world.js";

const usual: Habits = {
  people: 2500,
  facilities: 6,
  staffEach: 4,
  overlap: 0.5,
  corrections: 0.08,
  mostDoses: 3,
  canaries: true,
  gap: 0,
};

type Answered = { readonly truth: { truth: OtherTruth; actors: string[] }; readonly answer: Answer };

async function answersOf(habits: Partial<Habits>, seed: number, count: number): Promise<Answered[]> {
  const folder = mkdtempSync(join(tmpdir(), "other-world-"));
  try {
    const world = otherWorld({ ...usual, ...habits }, seed);
    const cases = new OtherCases(world, seed);
    const made = Array.from({ length: count }, (_, i) => cases.make(i));
    writeOtherWorld(folder, world, cases);
    made.forEach((one, i) => {
      writeOtherCase(folder, one, i);
    });
    const inquiry = new Inquiry(await readWorld(folder));
    const truths = new Map(made.map(({ id, truth }) => [id, truth]));
    const answers: Answered[] = [];
    for (const id of await caseIds(join(folder, "cases"))) {
      const { sample, intake } = await readCase(join(folder, "cases", id));
      answers.push({ truth: truths.get(id)!, answer: inquiry.answer(id, sample, intake) });
    }
    return answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function assertNobodyInnocentIsNamed(answers: readonly Answered[]): void {
  for (const { truth, answer } of answers) {
    const innocent = answer.sources.filter(({ actor }) => !truth.actors.includes(actor));
    assert.deepEqual(innocent, [], `${answer.case} ${truth.truth}`);
  }
}

test("a foreign world is read and answered: who can be told is told, what is ours is ours", async () => {
  const answers = await answersOf({}, 7, 4 * otherTruths.length);
  assert.equal(answers.length, 4 * otherTruths.length);
  assertNobodyInnocentIsNamed(answers);
  const of = (...kinds: OtherTruth[]) => answers.filter(({ truth }) => kinds.includes(truth.truth));
  const found = of("staff", "harvest").filter(({ truth, answer }) => answer.sources[0]?.actor === truth.actors[0]);
  assert.ok(found.length >= 6, `${found.length} of 8 sources found`);
  for (const { answer } of of("whole", "staff", "harvest"))
    assert.match(answer.verdict, /^(OURS|INCONCLUSIVE)/, answer.case);
  for (const { answer } of of("list", "invented"))
    assert.doesNotMatch(answer.verdict, /^(OURS|MIXED|RECYCLED)/, answer.case);
  for (const { answer } of of("live")) assert.equal(answer.verdict, "OURS_LIVE", answer.case);
  const recycled = of("recycled").filter(({ answer }) => answer.verdict === "RECYCLED");
  assert.ok(recycled.length >= 3, `${recycled.length} of 4 recycled`);
});

for (const [name, habits, seed] of [
  ["one facility, colleagues who share nearly everything", { facilities: 1, people: 1500, overlap: 0.95 }, 11],
  ["one dose, no corrections, no canaries", { mostDoses: 1, corrections: 0, canaries: false }, 12],
  ["a log with gaps", { gap: 0.05, overlap: 0.9 }, 13],
] as const)
  test(`nobody innocent is named: ${name}`, async () => {
    assertNobodyInnocentIsNamed(await answersOf(habits, seed, 2 * otherTruths.length));
  });
