// How likely a set of explanations makes the sample. Draw: each row comes from one of them or from outside, shares by EM.
// Asked (a bot): the asker chose the people, so who answers and what decides, and there is one source.
// SPDX-License-Identifier: Apache-2.0
import type { Explanation } from "./explanations.js";
import { mixtureOf, twoSharesOf } from "./statistics.js";

export interface Likelihood {
  /** Log likelihood of the set, less what its free numbers cost. */
  value(set: readonly Explanation[]): number;
  /** The same for one alone, faster. */
  single(one: Explanation): number;
  shares(set: readonly Explanation[]): number[];
  /** At most how much each would add to a set that has its best shares (the likelihood is concave in them). */
  gains(set: readonly Explanation[]): (one: Explanation) => number;
  /** How many explanations a set may have. */
  readonly most: number;
}

export function drawn(background: Explanation): Likelihood {
  const n = background.rows.length;
  const costOf = ({ cost }: Explanation) => cost + 0.5 * Math.log(n);
  const fitted = (set: readonly Explanation[]) =>
    mixtureOf([...set.filter((one) => one !== background), background].map(({ rows }) => rows));
  return {
    most: 6,
    value: (set) => fitted(set).logLikelihood - set.reduce((sum, one) => sum + costOf(one), 0),
    single: (one) => twoSharesOf(one.rows) - costOf(one),
    shares: (set) => fitted(set).shares,
    gains(set) {
      const { densities } = fitted(set);
      return (one) => {
        let sum = -n;
        one.rows.forEach((p, r) => {
          sum += p / densities[r]!;
        });
        return sum - costOf(one);
      };
    },
  };
}

const outside = 0.03;

export function asked(): Likelihood {
  const value = ([one]: readonly Explanation[]) =>
    one
      ? one.rows.reduce((sum, p) => sum + Math.log(Math.max(outside, Math.min(1, p))), one.asked)
      : Number.NEGATIVE_INFINITY;
  return {
    most: 1,
    value,
    single: (one) => value([one]),
    shares: (set) => set.map(() => 1),
    gains: () => () => Number.POSITIVE_INFINITY,
  };
}

/**
 * The smallest set that explains the rows: each member must gain the threshold. Three ways lead there, since several small
 * sources together may be worth what none of them is alone: step by step; all that gain anything, then pruned; and a
 * greedy cover of the rows (Chvátal 1979), then pruned. The likeliest after the price of its members is taken.
 */
export function smallestSet(list: readonly Explanation[], likelihood: Likelihood, threshold: number): Explanation[] {
  const worth = (set: readonly Explanation[]) =>
    set.length === 0 && likelihood.most === 1
      ? Number.NEGATIVE_INFINITY
      : likelihood.value(set) - threshold * set.length;
  const grown = grow(list, likelihood, threshold);
  if (likelihood.most === 1) return grown;
  const ways = [grown, ...[grow(list, likelihood, 0), cover(list, likelihood.most)].map(pruned)];
  function pruned(set: readonly Explanation[]): Explanation[] {
    const less = set.map((one) => set.filter((other) => other !== one));
    const best = less.reduce((a, b) => (worth(b) > worth(a) ? b : a), [...set]);
    return best.length < set.length ? pruned(best) : best;
  }
  return ways.reduce((a, b) => (worth(b) > worth(a) + 1e-6 ? b : a));
}

/** One more at a time, while the best gains the threshold; what became superfluous goes again. */
function grow(list: readonly Explanation[], likelihood: Likelihood, threshold: number): Explanation[] {
  let chosen: readonly Explanation[] = [];
  let current = likelihood.most === 1 ? Number.NEGATIVE_INFINITY : likelihood.value([]);
  while (chosen.length < likelihood.most) {
    const best = better(list, chosen, likelihood, current + threshold);
    if (!best) break;
    [chosen, current] = [best.set, best.value];
    for (const one of chosen) {
      const less = chosen.filter((other) => other !== one);
      const value = less.length > 0 ? likelihood.value(less) : Number.NEGATIVE_INFINITY;
      if (current - value < threshold) [chosen, current] = [less, value];
    }
  }
  return [...chosen];
}

/** Greedily whoever accounts for most rows that nobody chosen accounts for yet, counting a small list for more. */
function cover(list: readonly Explanation[], most: number): Explanation[] {
  const chosen: Explanation[] = [];
  const left = new Float64Array(list[0]?.rows.length ?? 0).fill(1);
  while (chosen.length < most) {
    let best: { one: Explanation; sum: number } | undefined;
    for (const one of list) {
      if (chosen.some((other) => other === one || (other.actor !== undefined && other.actor === one.actor))) continue;
      const sum = one.rows.reduce((sofar, p, r) => sofar + left[r]! * Math.max(0, Math.log(p)), 0);
      if (!best || sum > best.sum) best = { one, sum };
    }
    if (!best || best.sum < 5) break;
    chosen.push(best.one);
    best.one.rows.forEach((p, r) => {
      if (p > 1) left[r] = 0;
    });
  }
  return chosen;
}

function better(
  list: readonly Explanation[],
  chosen: readonly Explanation[],
  likelihood: Likelihood,
  atLeast: number,
): { set: readonly Explanation[]; value: number } | undefined {
  const gains = likelihood.gains(chosen);
  const current = likelihood.most === 1 ? 0 : likelihood.value(chosen);
  const open = list
    .filter((one) => !chosen.some((other) => other === one || (other.actor !== undefined && other.actor === one.actor)))
    .map((one) => ({ one, most: current + gains(one) }))
    .sort((a, b) => b.most - a.most);
  let best: { set: readonly Explanation[]; value: number } | undefined;
  for (const { one, most } of open) {
    if (most < (best?.value ?? atLeast)) break;
    const set = [...chosen, one];
    const value = likelihood.value(set);
    if (value >= atLeast && (!best || value > best.value)) best = { set, value };
  }
  return best;
}
