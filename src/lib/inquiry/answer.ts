// The answer to a case. It never says "without basis": what cannot be told is INCONCLUSIVE, with what is missing.
// SPDX-License-Identifier: Apache-2.0
import type { CanaryHit } from "./canaries.js";
import type { ColumnVerdict } from "./ours.js";

export type Verdict =
  | "OURS_LIVE"
  | "OURS_SNAPSHOT"
  | "OURS_SCRAPE"
  | "RECYCLED"
  | "MIXED"
  | "SAME_PEOPLE_OTHER_SOURCE"
  | "FABRICATED"
  | "INCONCLUSIVE";

export type Tier = "CONSISTENT" | "SUPPORTED" | "ESTABLISHED" | "IDENTIFIED";

export interface Source {
  readonly actor: string;
  readonly tier: Tier;
  readonly log10LR: number;
  readonly share: readonly [number, number];
}

export interface AsOf {
  readonly median: string;
  readonly low: string;
  readonly high: string;
  /** Posterior over the time of a copy: the day each stretch begins, and its probability to thousandths. */
  readonly curve: readonly (readonly [string, number])[];
}

export interface Answer {
  readonly case: string;
  readonly verdict: Verdict;
  readonly ours: {
    readonly rows: number;
    readonly linked: number;
    readonly share: readonly [number, number];
    readonly log10LR: number;
  };
  readonly asOf: AsOf | null;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly sources: readonly Source[];
  readonly notDistinguishable: readonly string[];
  readonly alternatives: readonly { readonly name: string; readonly log10LR: number }[];
  readonly recycled: readonly { readonly leak: string; readonly share: readonly [number, number] }[];
  readonly columns: readonly ColumnVerdict[];
  readonly canaries: readonly CanaryHit[];
  readonly need: readonly string[];
  readonly engine: string;
  readonly seed: number;
}
