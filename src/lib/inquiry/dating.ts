// As of when? Each person's record changes at known instants; a copy taken at T holds for each person the state in force
// at T. L(T) = Π [(1-ρ)·P(row | state at T) + ρ], over a grid of six hours; median and 95 % interval of the posterior
// (flat prior). ρ, the share of rows that fit no copy at all, is fitted: a clean dump shall not be dated as a dirty one.
// SPDX-License-Identifier: Apache-2.0
import { type LinkedRow, otherTime } from "./content.js";
import { indexAt } from "./registry.js";

const step = 21_600;
const day = 86_400;
/** Stretches of the curve at most, and what may lie outside of it. */
const [mostStretches, outside] = [60, 0.001];
/** Rows thought not to fit before any was looked at, of how many. */
const [misfitsBefore, rowsBefore] = [0.3, 10];

export type DatedShare = readonly [from: number, share: number];

export interface Dating {
  /** Seconds. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Where the likelihood is highest. */
  readonly best: number;
  /** The posterior itself: where each stretch of days begins (seconds), and its probability. */
  readonly curve: readonly DatedShare[];
  /** Of 0 to 1: how well each row fits at the best time. */
  readonly fits: Float64Array;
}

export function dateSnapshot(rows: readonly LinkedRow[], until: number): Dating {
  const start = rows.reduce((least, { states }) => Math.min(least, states[0]!.from), until);
  const slots = Math.max(1, Math.min(20_000, Math.ceil((until - start) / step) + 1));
  const slot = (at: number) => Math.min(slots, Math.max(0, Math.ceil((at - start) / step)));
  const relative = rows.map(({ ofStates, best }) => ofStates.map((log) => Math.exp(Math.min(0, log - best))));

  const logsWith = (misfit: number): Float64Array => {
    const change = new Float64Array(slots + 1);
    const before = Math.log(misfit);
    rows.forEach(({ states }, r) => {
      let current = before;
      change[0]! += before;
      states.forEach(({ from }, i) => {
        const fit = Math.log((1 - misfit) * relative[r]![i]! + misfit);
        change[slot(from)]! += fit - current;
        current = fit;
      });
    });
    let sum = 0;
    return change.subarray(0, slots).map((value) => (sum += value));
  };

  let misfit = misfitsBefore / rowsBefore;
  let logs = logsWith(misfit);
  let best = start + likeliest(logs) * step;
  for (let round = 0; round < 3; round++) {
    const misfits = rows.reduce((sum, row, r) => {
      const fit = relative[r]![indexAt(row.states, best)] ?? 0;
      const ofAnyTime = misfit / row.states.length;
      return sum + ofAnyTime / ((1 - misfit) * fit + ofAnyTime);
    }, misfitsBefore);
    misfit = Math.min(0.5, misfits / (rows.length + rowsBefore));
    logs = logsWith(misfit);
    best = start + likeliest(logs) * step;
  }
  const fits = Float64Array.from(rows, (row) => row.fits[indexAt(row.states, best)] ?? otherTime);
  return { ...interval(logs, start), best, fits };
}

function likeliest(logs: Float64Array): number {
  let top = 0;
  for (let i = 1; i < logs.length; i++) if (logs[i]! > logs[top]! + 1e-9) top = i;
  return top;
}

/** Median, and the run of whole days whose probability comes nearest to 95 %: a day more than needed would promise less than is known. */
function interval(logs: Float64Array, start: number): Pick<Dating, "median" | "low" | "high" | "curve"> {
  const top = logs[likeliest(logs)]!;
  const firstDay = Math.floor(start / day);
  const days = new Float64Array(Math.floor((start + (logs.length - 1) * step) / day) - firstDay + 1);
  let [total, sofar, median] = [0, 0, -1];
  logs.forEach((value, i) => {
    const weight = Math.exp(value - top);
    total += weight;
    days[Math.floor((start + i * step) / day) - firstDay]! += weight;
  });
  logs.forEach((value, i) => {
    sofar += Math.exp(value - top);
    if (median < 0 && sofar >= total / 2) median = start + i * step;
  });
  let [low, high, mass] = [0, days.length - 1, 1];
  let [below, above] = [0, 0];
  for (;;) {
    const [first, last] = [days[low]! / total, days[high]! / total];
    const fromBelow = below + first <= above + last;
    const less = fromBelow ? first : last;
    if (low === high || Math.abs(mass - less - 0.95) > Math.abs(mass - 0.95)) break;
    mass -= less;
    if (fromBelow) {
      below += less;
      low++;
    } else {
      above += less;
      high--;
    }
  }
  const curve = curveOf(days, total, firstDay);
  return { median, low: (firstDay + low) * day, high: (firstDay + high) * day, curve };
}

/** The days that hold all but a thousandth on each side, in at most sixty stretches of equal length. */
function curveOf(days: Float64Array, total: number, firstDay: number): DatedShare[] {
  let [first, last] = [0, days.length - 1];
  let cut = days[first]!;
  while (first < last && cut < total * outside) cut += days[++first]!;
  cut = days[last]!;
  while (last > first && cut < total * outside) cut += days[--last]!;
  const length = Math.ceil((last - first + 1) / mostStretches);
  return Array.from({ length: Math.ceil((last - first + 1) / length) }, (_, i): DatedShare => {
    const from = first + i * length;
    const mass = days.subarray(from, from + length).reduce((sum, weight) => sum + weight, 0);
    return [(firstDay + from) * day, mass / total];
  });
}
