// As of when? Each person's record changes at known instants; a copy taken at T holds for each person the state in force
// at T. L(T) = Π P(row | state at T), over a grid of six hours; median and 95 % interval of the posterior (flat prior).
// SPDX-License-Identifier: Apache-2.0
import type { Content, LinkedRow } from "./content.js";

const step = 21_600;

export interface Dating {
  /** Seconds. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Where the likelihood is highest. */
  readonly best: number;
  /** Log likelihood there, relative to each person's best state. */
  readonly logLikelihood: number;
  /** Of 0 to 1: how well each row fits at the best time. */
  readonly fits: Float64Array;
}

export function dateSnapshot(rows: readonly LinkedRow[], content: Content, until: number): Dating {
  const start = rows.reduce((least, { states }) => Math.min(least, states[0]!.from), until);
  const slots = Math.max(1, Math.min(20_000, Math.ceil((until - start) / step) + 1));
  const change = new Float64Array(slots + 1);
  const slot = (at: number) => Math.min(slots, Math.max(0, Math.ceil((at - start) / step)));
  const before = Math.log(content.relativeLog(EMPTY, Number.NEGATIVE_INFINITY));
  for (const row of rows) {
    let current = before;
    change[0]! += before;
    row.states.forEach(({ from }, i) => {
      const fit = Math.log(content.relativeLog(row, row.ofStates[i]!));
      change[slot(from)]! += fit - current;
      current = fit;
    });
  }
  const logs = new Float64Array(slots);
  let [sum, top] = [0, 0];
  for (let i = 0; i < slots; i++) {
    sum += change[i]!;
    logs[i] = sum;
    if (sum > logs[top]! + 1e-9) top = i;
  }
  const weights = logs.map((value) => Math.exp(value - logs[top]!));
  const total = weights.reduce((a, b) => a + b, 0);
  const quantile = (q: number) => {
    let sofar = 0;
    for (let i = 0; i < slots; i++) {
      sofar += weights[i]!;
      if (sofar >= q * total) return start + i * step;
    }
    return until;
  };
  const best = start + top * step;
  const fits = Float64Array.from(rows, (row) => {
    const i = row.states.findLastIndex(({ from }) => from <= best);
    return content.relativeLog(row, i < 0 ? Number.NEGATIVE_INFINITY : row.ofStates[i]!);
  });
  return { median: quantile(0.5), low: quantile(0.025), high: quantile(0.975), best, logLikelihood: logs[top]!, fits };
}

const EMPTY = { best: 0 } as LinkedRow;
