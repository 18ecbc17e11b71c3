// Through whom? The smallest set of explanations that accounts for the rows, by likelihood: shares by EM, explanations
// added while they gain more than ln A + ½ ln n + 2. An actor is named only when no replacement comes within a factor
// of 1,000: other actors (one or two), whole database, lists of a place, earlier leaks, none of ours, and somebody with
// the log who put the sample together. Established from A/α on, α = 0.001: the e-value bound (P(E ≥ 1/α) ≤ α, Markov).
// SPDX-License-Identifier: Apache-2.0
import type { Explanation } from "./explanations.js";
import { asked, drawn, smallestSet } from "./likelihood.js";

export const supportedAt = 3;
const alpha = 0.001;
/** Prior odds against an insider who composes a sample with a colleague's people: 10 to the power of this. */
const composedOdds = 2.5;
/** One framed beside sources that are true, exports (nobody's grudge), or a bot that answers as the framed would: rarer. */
const rareOdds = 4;

export interface Rival {
  readonly explanation: Explanation;
  readonly log10LR: number;
}

export interface Accused {
  readonly explanation: Explanation;
  readonly share: number;
  /** Against the best replacement. */
  readonly log10LR: number;
  readonly established: boolean;
  /** Replacements within reach, likeliest first. */
  readonly rivals: readonly Rival[];
  /** Against the same people with the content of one time, put together by an insider. */
  readonly composedLog10LR: number;
}

export interface Attribution {
  /** Explanations that the rows need, with shares. */
  readonly needed: readonly { readonly explanation: Explanation; readonly share: number }[];
  readonly accused: readonly Accused[];
  /** Accounts that come within reach of a place's list that explains the rows best, likeliest first. */
  readonly near: readonly Rival[];
  /** Each alternative, alone, against the best set. */
  readonly alternatives: readonly Rival[];
}

export interface Candidates {
  readonly background: Explanation;
  readonly list: readonly Explanation[];
  readonly actorCount: number;
  /** The same people with the content of one time. */
  readonly composed: (explanation: Explanation) => Float64Array;
  readonly isExport: (explanation: Explanation) => boolean;
  /** A bot's sample: the rows are of one source. */
  readonly asked: boolean;
}

export function attribute(candidates: Candidates): Attribution {
  const { background, actorCount } = candidates;
  const n = background.rows.length;
  const likelihood = candidates.asked ? asked() : drawn(background);
  const list = shortlist(candidates.list, new Map(candidates.list.map((one) => [one, likelihood.single(one)])));
  const needed = smallestSet(list, likelihood, Math.log(Math.max(2, actorCount)) + 0.5 * Math.log(n) + 2);
  const top = likelihood.value(needed);
  const against = (set: readonly Explanation[]) => (top - likelihood.value(set)) / Math.LN10;
  const shares = likelihood.shares(needed);
  const frames = composedLog10LRs(needed, candidates, against);
  const rivalsOf = (explanation: Explanation, fits: (one: Explanation) => boolean): Rival[] => {
    const others = needed.filter((one) => one !== explanation);
    return list
      .filter((one) => !needed.includes(one) && fits(one))
      .map((one) => ({ explanation: one, log10LR: against([...others, one]) }))
      .sort((a, b) => a.log10LR - b.log10LR);
  };
  const accused = needed.flatMap((explanation, i): Accused[] => {
    if (explanation.actor === undefined) return [];
    const others = needed.filter((one) => one !== explanation);
    const rivals = rivalsOf(explanation, ({ actor }) => actor === undefined || actor !== explanation.actor);
    const pairs = candidates.asked ? [] : pairsOf(rivals).map((pair) => against([...others, ...pair]));
    const without = against(candidates.asked ? [background] : others);
    const composedLog10LR = frames.get(explanation)!;
    const log10LR = Math.min(without, composedLog10LR, rivals[0]?.log10LR ?? Number.POSITIVE_INFINITY, ...pairs);
    return [
      {
        explanation,
        share: shares[i]!,
        log10LR,
        established: log10LR >= Math.log10(actorCount / alpha),
        rivals: rivals.filter((rival) => rival.log10LR < supportedAt),
        composedLog10LR,
      },
    ];
  });
  return {
    needed: needed.map((explanation, i) => ({ explanation, share: shares[i]! })),
    accused,
    near: needed
      .filter(({ name }) => name.startsWith("locality:"))
      .flatMap((place) => rivalsOf(place, ({ actor }) => actor !== undefined))
      .filter(({ log10LR }) => log10LR < supportedAt)
      .sort((a, b) => a.log10LR - b.log10LR),
    alternatives: alternativesTo(
      [background, ...list.filter(({ actor }) => actor === undefined)].map((explanation) => ({
        explanation,
        log10LR: -against([explanation]),
      })),
    ),
  };
}

/** For each actor of the set: composed alone, or together with all others of the set, whichever is likelier. */
function composedLog10LRs(
  needed: readonly Explanation[],
  { composed, isExport, asked }: Candidates,
  against: (set: readonly Explanation[]) => number,
): Map<Explanation, number> {
  const actors = needed.filter(({ actor }) => actor !== undefined);
  const asComposed = new Map(actors.map((one) => [one, { ...one, rows: composed(one) }]));
  const replaced = (those: readonly Explanation[]) =>
    against(needed.map((one) => (those.includes(one) ? asComposed.get(one)! : one)));
  const rare = (those: readonly Explanation[]) => (asked || those.every(isExport) ? rareOdds : composedOdds);
  const together = replaced(actors) + rare(actors);
  const alone = (one: Explanation) => replaced([one]) + (actors.length > 1 ? rareOdds : rare([one]));
  return new Map(actors.map((one) => [one, Math.min(together, alone(one))]));
}

/** Each alternative once, at its likeliest. */
function alternativesTo(rivals: readonly Rival[]): Rival[] {
  const best = new Map<string, Rival>();
  for (const rival of [...rivals].sort((a, b) => b.log10LR - a.log10LR))
    if (!best.has(rival.explanation.name)) best.set(rival.explanation.name, rival);
  return [...best.values()];
}

/** The likeliest, those with most hits for their size, and the likeliest alternatives. */
function shortlist(list: readonly Explanation[], single: ReadonlyMap<Explanation, number>): Explanation[] {
  const byName = (a: Explanation, b: Explanation) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const sorted = [...list].sort((a, b) => single.get(b)! - single.get(a)! || byName(a, b));
  const weight = ({ hits, size }: Explanation) => hits * Math.log(1 + 1e6 / Math.max(1, size));
  const byHits = [...list].sort((a, b) => weight(b) - weight(a) || byName(a, b));
  const alternatives = sorted.filter(({ actor }) => actor === undefined);
  return [...new Set([...sorted.slice(0, 40), ...byHits.slice(0, 40), ...alternatives.slice(0, 24)])];
}

/** Two of the nearest rivals together may do what one does: colleagues who cover each other. */
function pairsOf(rivals: readonly Rival[]): Explanation[][] {
  const near = rivals.slice(0, 5).map(({ explanation }) => explanation);
  return near.flatMap((one, i) => near.slice(i + 1).map((other) => [one, other]));
}
