// What leaves the vault tells nothing about one row: the differencing attack on the released count, measured.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Answer } from "../../lib/inquiry/index.js";
import { noise, type ReleasedInputs, release, releasedCount } from "./release.js";

const key = createSecretKey(randomBytes(32));
const draws = 200_000;
const blurs = Array.from({ length: draws }, (_, i) => noise(key, `sample ${i}`));

test("the noise is two-sided geometric, and the same for the same sample", () => {
  assert.equal(noise(key, "sample 7"), blurs[7]);
  const share = (blur: number) => blurs.filter((one) => one === blur).length / draws;
  const p = Math.exp(-0.5);
  for (const blur of [-3, -1, 0, 1, 3]) {
    const expected = ((1 - p) / (1 + p)) * p ** Math.abs(blur);
    assert.ok(Math.abs(share(blur) - expected) < 0.006, `${blur}: ${share(blur)} for ${expected}`);
  }
});

test("two samples that differ by one row: no released count is e^0.5 times likelier for one than for the other", () => {
  for (const [rows, linked] of [
    [20, 9],
    [20, 19],
    [24, 12],
    [60, 0],
    [60, 32],
  ] as const) {
    const outcomes = (count: number) => Map.groupBy(blurs, (blur) => releasedCount(count, rows, blur));
    const [without, beside] = [outcomes(linked), outcomes(linked + 1)];
    for (const [released, draw] of without) {
      // Rare outcomes are measured too coarsely to compare.
      if (draw.length < 2_000) continue;
      const ratio = (beside.get(released)?.length ?? 0) / draw.length;
      assert.ok(ratio < 1.75 && ratio > 1 / 1.75, `${linked} of ${rows} released as ${released}: ratio ${ratio}`);
    }
  }
});

const inputs: ReleasedInputs = {
  asOf: "2026-01-01T00:00:00.000Z",
  logSize: 1,
  sampleSha256: "00",
  columns: {},
  people: 1,
  disclosures: 1,
  knownLeaks: [],
  canaries: 0,
};
const answerOf = (rows: number, linked: number): Answer => ({
  case: "c",
  verdict: "OURS_SCRAPE",
  ours: { rows, linked, share: [0.5, 0.9], log10LR: 12.345 },
  asOf: { median: "2026-01-01", low: "2026-01-01", high: "2026-01-02", curve: [] },
  window: null,
  sources: [{ actor: "staff:1", tier: "SUPPORTED", log10LR: 4.44, share: [0.91, 1] }],
  notDistinguishable: [],
  alternatives: [{ name: "staff:2", log10LR: -3.3 }],
  recycled: [],
  columns: [{ column: "ID", role: "idLast4", verdict: "OURS" }],
  canaries: [{ canary: "c1", fields: 2, chance: 1e-9 }],
  need: [],
  engine: "e",
  seed: 0,
});
const released = (rows: number, linked: number) =>
  release({ answer: answerOf(rows, linked), inquiry: "i", run: "r", inputs, kindOf: () => "staff", affected: 7, key });

test("where few rows link, nothing else is said", () => {
  const few = released(30, 0);
  assert.deepEqual(
    [few.verdict, few.linked, few.share, few.sources, few.asOf, few.canaries.hits, few.affected],
    ["INCONCLUSIVE", null, null, [], null, 0, null],
  );
  assert.equal(few.columns[0]!.verdict, "EITHER");
  assert.equal(released(80, 0).verdict, "FABRICATED");
});

test("no account's name is in a released answer, and numbers are coarse", () => {
  const text = JSON.stringify(released(60, 55));
  assert.ok(!text.includes("staff:"));
  assert.ok(!text.includes("4.44") && !text.includes("12.345"));
});
