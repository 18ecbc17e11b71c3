// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "./gather.js";

test("what comes in one turn or meanwhile is asked together, and each gets its own answer", async () => {
  const asked: number[][] = [];
  const double = gathered(
    async (inputs: readonly number[]) => {
      asked.push([...inputs]);
      await new Promise((resolve) => setImmediate(resolve));
      return inputs.map((n) => 2 * n);
    },
    { lanes: 1, most: 3 },
  );
  assert.equal(await double(6), 12);
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(double)), [2, 4, 6, 8, 10]);
  assert.deepEqual(asked, [[6], [1, 2, 3], [4, 5]]);
});

test("a failure reaches those who asked together, and nobody after them", async () => {
  let isBroken = true;
  const ask = gathered(async (inputs: readonly number[]) => {
    if (isBroken) throw new Error("away");
    return inputs;
  });
  await assert.rejects(ask(1), /away/);
  isBroken = false;
  assert.equal(await ask(2), 2);
});
