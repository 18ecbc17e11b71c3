// What of an answer leaves the vault. The rules keep the inquiry from being a way to ask "is this person yours": counts are
// blurred by noise that depends on the sample alone and rounded to fives, nothing is said of a sample of which few rows
// link, likelihoods are whole numbers, accounts are masked. See docs/adr/0166-the-inquiry-is-no-oracle.md.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";
import type { Answer } from "../../lib/inquiry/index.js";
import type { ReleasedAnswer } from "../../modules/disclosure/inquiry.js";

export const leastRows = 20;
/** Fewer linked rows than these, after the noise, and the answer says no more than that. */
const leastLinked = 10;
/** The noise of a count: two-sided geometric; one row more or less changes the chance of any outcome by e^0.5 at most. */
const epsilon = 0.5;
const countsRoundTo = 5;
const largestLog10 = 100;

/** The same key and label give the same noise: a re-run is no second draw. */
export function noise(key: KeyObject, label: string): number {
  const bytes = createHmac("sha256", key).update(`vr/inquiry-noise/v1\0${label}`).digest();
  const p = Math.exp(-epsilon);
  const geometric = (at: number) => Math.floor(Math.log((bytes.readUIntBE(at, 6) + 1) / 2 ** 48) / Math.log(p));
  return geometric(0) - geometric(6);
}

/** A count between 0 and `most`, blurred and rounded; null for fewer than ten. */
export function releasedCount(count: number, most: number, blur: number): number | null {
  const noisy = Math.min(most, Math.max(0, count + blur));
  if (noisy < leastLinked) return null;
  return Math.min(most, Math.round(noisy / countsRoundTo) * countsRoundTo);
}

export function maskOf(key: KeyObject, actor: string): string {
  return createHmac("sha256", key).update(`vr/inquiry-mask/v1\0${actor}`).digest("hex").slice(0, 6).toUpperCase();
}

export type ReleasedInputs = ReleasedAnswer["inputs"];

export interface ToRelease {
  readonly answer: Answer;
  readonly inquiry: string;
  readonly run: string;
  readonly inputs: ReleasedAnswer["inputs"];
  readonly kindOf: (actor: string) => string;
  readonly affected: number | null;
  /** Of the case. */
  readonly key: KeyObject;
}

export function release({ answer, inquiry, run, inputs, kindOf, affected, key }: ToRelease): ReleasedAnswer {
  const { rows } = answer.ours;
  const linked = releasedCount(answer.ours.linked, rows, noise(key, inputs.sampleSha256));
  const head = {
    format: "sakshi-inquiry-answer/1" as const,
    inquiry,
    run,
    engine: answer.engine,
    inputs,
    rows,
    linked,
  };
  const columns = answer.columns.map(({ column, role, verdict }) => ({ column, role, verdict }));
  if (linked === null) {
    const isMade = rows >= 50;
    return {
      ...head,
      ...nothingSaid,
      verdict: isMade ? "FABRICATED" : "INCONCLUSIVE",
      columns: columns.map(({ column, role }) => ({ column, role, verdict: "EITHER" })),
      need: isMade ? [] : ["more rows"],
    };
  }
  const mask = (actor: string): string => maskOf(key, actor);
  return {
    ...head,
    verdict: answer.verdict,
    share: around(linked / rows, rows),
    log10LR: whole(answer.ours.log10LR),
    asOf: answer.asOf && {
      ...answer.asOf,
      curve: answer.asOf.curve.map(([on, share]) => [on, Math.round(share * 100) / 100] as const),
    },
    window: answer.window,
    sources: answer.sources.map(({ actor, tier, log10LR, share }) => ({
      mask: mask(actor),
      kind: kindOf(actor),
      tier,
      log10LR: whole(log10LR),
      share: twentieths(share),
    })),
    notDistinguishable: answer.notDistinguishable.map(mask),
    alternatives: answer.alternatives.map(({ name, log10LR }) => ({
      name: isAccount(name) ? mask(name) : name,
      log10LR: whole(log10LR),
    })),
    recycled: answer.recycled.map(({ leak, share }) => ({ leak, share: twentieths(share) })),
    columns,
    canaries: {
      hits: answer.canaries.length,
      chance: answer.canaries.reduce((product, { chance }) => product * Math.min(1, chance), 1),
    },
    need: answer.need,
    affected,
  };
}

const nothingSaid = {
  share: null,
  log10LR: null,
  asOf: null,
  window: null,
  sources: [],
  notDistinguishable: [],
  alternatives: [],
  recycled: [],
  canaries: { hits: 0, chance: 1 },
  affected: null,
};

const isAccount = (name: string): boolean => /^(staff|partner|system|account):/.test(name);
const whole = (value: number): number => Math.max(-largestLog10, Math.min(largestLog10, Math.round(value)));
const twentieths = ([low, high]: readonly [number, number]): [number, number] => [
  Math.max(0, Math.floor(low * 20)) / 20,
  Math.min(20, Math.ceil(high * 20)) / 20,
];
function around(share: number, n: number): [number, number] {
  const half = 1.96 * Math.sqrt((Math.max(0.01, share * (1 - share)) + 1 / n) / n);
  return twentieths([Math.max(0, share - half), Math.min(1, share + half)]);
}
