// Through whom? The smallest set of explanations that accounts for the rows, by likelihood: shares by EM, explanations
// added while they gain more than ln A + ½ ln n + 2. An actor is named only when no replacement comes within a factor
// of 1,000: other actors (one or two), whole database, lists of a place, earlier leaks, none of ours, and somebody with
// the log who put the sample together. Established from A/α on, α = 0.001: the e-value bound (P(E ≥ 1/α) ≤ α, Markov).
// SPDX-License-Identifier: Apache-2.0
import type { Explanation } from "./explanations.js";
import { mixtureOf } from "./statistics.js";

export const supportedAt = 3;
const alpha = 0.001;
/** Prior odds against an insider who composes a sample with a colleague's people: 10 to the power of this. */
const composedOdds = 2.5;
/** An export has the content of one time by nature, and nobody's grudge is against an export. */
const composedOddsOfExport = 4;

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
  const { background, actorCount, asked } = candidates;
  const n = background.rows.length;
  const value = asked ? askedLikelihood : (set: readonly Explanation[]) => drawLikelihood(background, set);
  const single = new Map(candidates.list.map((one) => [one, value([one])]));
  const list = shortlist(candidates.list, single);
  const needed = smallestSet(list, value, Math.log(Math.max(2, actorCount)) + 0.5 * Math.log(n) + 2, asked ? 1 : 6);
  const top = value(needed);
  const shares = asked ? needed.map(() => 1) : mixtureOf([...needed, background].map(({ rows }) => rows)).shares;
  const log10 = (logs: number) => logs / Math.LN10;
  const accused = needed.flatMap((explanation, i): Accused[] => {
    if (explanation.actor === undefined) return [];
    const others = needed.filter((one) => one !== explanation);
    const rivals = list
      .filter((one) => !needed.includes(one) && (one.actor === undefined || one.actor !== explanation.actor))
      .map((one) => ({ explanation: one, log10LR: log10(top - value([...others, one])) }))
      .sort((a, b) => a.log10LR - b.log10LR);
    const pairs = asked ? [] : pairsOf(rivals).map((pair) => log10(top - value([...others, ...pair])));
    const composed = { ...explanation, rows: candidates.composed(explanation) };
    const composedLog10LR =
      log10(top - value([...others, composed])) +
      (candidates.isExport(explanation) ? composedOddsOfExport : composedOdds);
    const without = asked ? log10(top - value([background])) : log10(top - value(others));
    const log10LR = Math.min(without, composedLog10LR, rivals[0]?.log10LR ?? Number.POSITIVE_INFINITY, ...pairs);
    const established = log10LR >= Math.log10(actorCount / alpha);
    return [
      {
        explanation,
        share: shares[i]!,
        log10LR,
        established,
        rivals: rivals.filter((rival) => rival.log10LR < supportedAt),
        composedLog10LR,
      },
    ];
  });
  const near = needed
    .filter(({ name }) => name.startsWith("locality:"))
    .flatMap((place) => {
      const others = needed.filter((one) => one !== place);
      const actors = list.filter((one) => one.actor !== undefined && !needed.includes(one));
      return actors.map((one) => ({ explanation: one, log10LR: log10(top - value([...others, one])) }));
    })
    .filter(({ log10LR }) => log10LR < supportedAt)
    .sort((a, b) => a.log10LR - b.log10LR);
  const alternatives = [background, ...list.filter(({ actor }) => actor === undefined)]
    .map((explanation) => ({ explanation, log10LR: log10(value([explanation]) - top) }))
    .sort((a, b) => b.log10LR - a.log10LR);
  return { needed: needed.map((explanation, i) => ({ explanation, share: shares[i]! })), accused, near, alternatives };
}

function drawLikelihood(background: Explanation, set: readonly Explanation[]): number {
  const all = [...set.filter((one) => one !== background), background];
  const cost = set.reduce((sum, one) => sum + one.cost + 0.5 * Math.log(background.rows.length), 0);
  return mixtureOf(all.map(({ rows }) => rows)).logLikelihood - cost;
}

const outside = 0.03;

function askedLikelihood(set: readonly Explanation[]): number {
  const [one] = set;
  if (!one) return Number.NEGATIVE_INFINITY;
  return one.rows.reduce((sum, p) => sum + Math.log(Math.max(outside, Math.min(1, p))), one.asked);
}

/** The likeliest sixty, and each kind of alternative at its likeliest. */
function shortlist(list: readonly Explanation[], single: ReadonlyMap<Explanation, number>): Explanation[] {
  const sorted = [...list].sort((a, b) => single.get(b)! - single.get(a)! || (a.name < b.name ? -1 : 1));
  const weight = ({ hits, size }: Explanation) => hits * Math.log(1 + 1e6 / Math.max(1, size));
  const byHits = [...list].sort((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1)).slice(0, 30);
  const alternatives = sorted.filter(({ actor }) => actor === undefined).slice(0, 12);
  return [...new Set([...sorted.slice(0, 40), ...byHits, ...alternatives])];
}

function smallestSet(
  list: readonly Explanation[],
  value: (set: readonly Explanation[]) => number,
  threshold: number,
  most: number,
): Explanation[] {
  let chosen: Explanation[] = [];
  let current = most === 1 ? Number.NEGATIVE_INFINITY : value([]);
  while (chosen.length < most) {
    const best = better(list, chosen, value);
    if (!best || best.value - current < threshold) break;
    chosen = best.set;
    current = best.value;
    // What a later one makes superfluous goes again.
    for (const one of chosen) {
      const less = chosen.filter((other) => other !== one);
      if (less.length > 0 && current - value(less) < threshold) {
        chosen = less;
        current = value(less);
      }
    }
  }
  return chosen;
}

function better(
  list: readonly Explanation[],
  chosen: readonly Explanation[],
  value: (set: readonly Explanation[]) => number,
) {
  let best: { set: Explanation[]; value: number } | undefined;
  for (const one of list) {
    if (chosen.some((other) => other === one || (other.actor !== undefined && other.actor === one.actor))) continue;
    const set = [...chosen, one];
    const sum = value(set);
    if (!best || sum > best.value) best = { set, value: sum };
  }
  return best;
}

/** Two of the nearest rivals together may do what one does: colleagues who cover each other. */
function pairsOf(rivals: readonly Rival[]): Explanation[][] {
  const near = rivals.slice(0, 5).map(({ explanation }) => explanation);
  return near.flatMap((one, i) => near.slice(i + 1).map((other) => [one, other]));
}
