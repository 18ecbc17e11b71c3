// Simulated worlds: the same seed gives the same world, the truth is what the files say, all kinds occur.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { CaseMaker, truthKinds } from "./cases.js";
import { simulateWorld } from "./world.js";

test("the same seed gives the same world and cases, another seed another world", () => {
  const make = (seed: number) => {
    const world = simulateWorld(600, seed);
    const maker = new CaseMaker(world, seed);
    return JSON.stringify([world, maker.earlierLeaks, truthKinds.map((_, i) => maker.make(i))]);
  };
  assert.equal(make(1), make(1));
  assert.notEqual(make(1), make(2));
});

test("a leak through a member of staff holds nobody whom that member never saw", () => {
  const world = simulateWorld(1500, 3);
  const { sample, truth } = new CaseMaker(world, 3).make(0);
  assert.equal(truth.truth, "staff");
  const seen = new Set(world.disclosures.filter(({ actor }) => actor === truth.actors[0]).map(({ person }) => person));
  assert.ok(sample.rows.length > 0 && sample.rows.length <= seen.size);
});

test("a case of each kind is made, with rows", () => {
  const maker = new CaseMaker(simulateWorld(1500, 4), 4);
  for (const [i, kind] of truthKinds.entries()) {
    const { sample, truth } = maker.make(i);
    assert.equal(truth.truth, kind);
    assert.ok(sample.rows.length > 0, kind);
  }
});
