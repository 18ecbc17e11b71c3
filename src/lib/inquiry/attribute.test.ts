// The bound on false accusation: an innocent actor's evidence has mean at most 1 under each listed alternative, so it
// reaches 1,000 in at most one of a thousand inquiries (Markov).
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, supportedAt } from "./attribute.js";
import type { Explanation } from "./explanations.js";
import { Random } from "./simulate/random.js";

const people = 600;
const everybody = Array.from({ length: people }, (_, person) => person);

interface Source {
  readonly name: string;
  readonly actor?: number;
  readonly set: ReadonlySet<number>;
}

/** A desk of four who share nine tenths of a place's people, a place, an earlier leak, everybody. */
function sources(random: Random): Source[] {
  const place = everybody.slice(0, 120);
  const desk = [0, 1, 2, 3].map((actor) => ({ name: `a${actor}`, actor, set: new Set(random.sample(place, 80)) }));
  const leak = { name: "earlier-leak", set: new Set(random.sample(everybody, 60)) };
  return [
    ...desk,
    { name: "locality", set: new Set(place) },
    leak,
    { name: "whole-database", set: new Set(everybody) },
  ];
}

function explain({ name, actor, set }: Source, sample: readonly number[]): Explanation {
  const rows = Float64Array.from(sample, (person) => (set.has(person) ? people / set.size : 0));
  return { name, ...(actor === undefined ? {} : { actor }), rows, asked: 0, cost: 0, hits: 0, size: set.size };
}

function accusedIn(all: readonly Source[], sample: readonly number[]) {
  return attribute({
    background: explain({ name: "none-of-ours", set: new Set(everybody) }, sample),
    list: all.map((source) => explain(source, sample)),
    actorCount: 4,
    // Nobody composes here: what is tested is the rest.
    composed: ({ rows }) => rows.map(() => 1e-6),
    isExport: () => false,
    asked: false,
  }).accused;
}

/** What really happened: where the rows were drawn from, and who of the desk had a hand in it. */
const truths: Readonly<Record<string, { from: readonly string[]; guilty: readonly string[] }>> = {
  locality: { from: ["locality"], guilty: [] },
  "an earlier leak": { from: ["earlier-leak"], guilty: [] },
  "the whole database": { from: ["whole-database"], guilty: [] },
  "a colleague": { from: ["a0"], guilty: ["a0"] },
  "two colleagues": { from: ["a0", "a1"], guilty: ["a0", "a1"] },
  "a colleague and an earlier leak": { from: ["a0", "earlier-leak"], guilty: ["a0"] },
};

for (const [name, { from, guilty }] of Object.entries(truths)) {
  test(`evidence against an innocent has mean at most 1 when the truth is ${name}`, () => {
    const random = new Random("e-value", name);
    const runs = 300;
    let sum = 0;
    for (let run = 0; run < runs; run++) {
      const all = sources(random);
      const n = 10 + random.below(30);
      const sample = Array.from({ length: n }, () => {
        const source = random.pick(from);
        const { set } = all.find((one) => one.name === source)!;
        return random.pick([...set]);
      });
      for (const { explanation, log10LR } of accusedIn(all, sample))
        if (!guilty.includes(explanation.name)) sum += 10 ** log10LR / (4 - guilty.length);
    }
    assert.ok(sum / runs <= 1, `mean ${sum / runs}`);
  });
}

test("the true actor's evidence passes the bound that innocents do not", () => {
  const random = new Random("e-value", "true");
  const all = sources(random);
  const accused = accusedIn(all, random.sample([...all[0]!.set], 60));
  assert.deepEqual(
    accused.map(({ explanation }) => explanation.name),
    ["a0"],
  );
  assert.ok(accused[0]!.log10LR >= supportedAt);
});
