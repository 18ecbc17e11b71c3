// The grammar of verdicts: what follows from the numbers, and what would change an answer that is not conclusive.
// SPDX-License-Identifier: Apache-2.0
import type { Source, Verdict } from "./answer.js";
import { type Accused, type Attribution, supportedAt } from "./attribute.js";
import { isOwnDoses } from "./explanations.js";
import type { Intake } from "./format.js";
import type { Ours } from "./ours.js";

export const round = (value: number, digits = 3): number =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : Math.sign(value) * 999;

/** Where content or number of rows say no more. */
export function withoutSource(
  rows: number,
  linked: number,
  share: readonly [number, number],
  ours: Ours,
): { verdict: Verdict; need: string[] } | undefined {
  if (rows < 3) return { verdict: "INCONCLUSIVE", need: ["more rows"] };
  if (share[1] < 0.4 && rows >= 10) return { verdict: "FABRICATED", need: [] };
  if (linked < 3) return { verdict: "INCONCLUSIVE", need: ["more rows", "columns that say who somebody is"] };
  if (ours.exclusiveColumns === 0) return { verdict: "INCONCLUSIVE", need: ["a column that few other lists hold"] };
  if (ours.log10LR <= -1) return { verdict: "SAME_PEOPLE_OTHER_SOURCE", need: [] };
  return ours.log10LR < supportedAt ? { verdict: "INCONCLUSIVE", need: ["more rows"] } : undefined;
}

export function verdictOf({
  intake,
  hitsOnly,
  isExport,
  leakShare,
  sources,
  attribution,
}: {
  intake: Intake;
  hitsOnly: boolean;
  isExport: boolean;
  leakShare: number;
  sources: readonly Source[];
  attribution: Attribution;
}): Verdict {
  const probes = (intake.live?.probes ?? []).filter(({ askedAt, changedAt }) => askedAt > changedAt);
  if (probes.some(({ answer }) => answer === "new")) return "OURS_LIVE";
  if (leakShare > 0.75) return "RECYCLED";
  if (leakShare > 0.1 || sources.length > 1) return "MIXED";
  if (hitsOnly || isPlacesOwn(attribution, sources)) return "INCONCLUSIVE";
  const oneTime = attribution.needed.some(({ explanation }) => explanation.name === "whole-database");
  return sources.length === 1 && !oneTime && !isExport ? "OURS_SCRAPE" : "OURS_SNAPSHOT";
}

/** Nothing but a place's list of its own doses explains the rows: a paper register there holds the same, and is not ours. */
export function isPlacesOwn({ needed, near, alternatives }: Attribution, sources: readonly Source[]): boolean {
  const [one, ...others] = needed;
  if (!one || others.length > 0 || near.length > 0 || sources.length > 0 || !isOwnDoses(one.explanation)) return false;
  return alternatives.every(({ explanation, log10LR }) => isOwnDoses(explanation) || log10LR < -supportedAt);
}

/** An actor and whoever may stand in its place, likeliest first. */
export function setOf({ explanation, rivals }: Accused): string[] {
  return [
    explanation.name,
    ...rivals
      .filter((rival) => rival.explanation.actor !== undefined)
      .slice(0, 20)
      .map((rival) => rival.explanation.name),
  ];
}

export function around(share: number, n: number): [number, number] {
  const half = 1.96 * Math.sqrt(Math.max(0.25 / n, share * (1 - share)) / n);
  return [round(Math.max(0, share - half)), round(Math.min(1, share + half))];
}

export function needs(
  hitsOnly: boolean,
  placesOwn: boolean,
  unclear: boolean,
  n: number,
  logComplete: boolean,
): string[] {
  const list: string[] = [];
  if (placesOwn) list.push("a column that the place itself does not hold");
  if (hitsOnly) list.push("misses of the bot");
  if (unclear) list.push(n < 100 ? "more rows" : "versions");
  if (!logComplete) list.push("the missing part of the log: power is reduced");
  return list;
}
