// Eligibility: is there a window of the rule file that is open to this person, for this dose, on this day?
// Three age clocks: completed age on the day, age on a fixed date, and the birth year itself.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { DoseCode } from "./errors.js";
import { addOffset, isInForce } from "./offsets.js";
import type {
  AgeTest,
  ChannelRule,
  DoseQuestion,
  Eligibility,
  PersonFacts,
  Programme,
  RuleRef,
  ScheduledDose,
} from "./types.js";

/** A day of birth to reckon with: the real one, or one of the two ends of a birth year. */
export interface Reading {
  readonly bornOn: IsoDate;
  readonly facts: PersonFacts;
  /** History is judged by age, gap and product; what was not recorded then is not held against the person. */
  readonly judging: "question" | "history";
}

type Miss = "channel" | "product" | "not-yet" | "too-young" | "too-old" | "requirement" | "group" | "ended";

// How far a miss is from a yes: the answer names the window that came nearest.
const distance: Record<Miss, number> = {
  channel: 1,
  product: 2,
  "not-yet": 3,
  "too-young": 4,
  "too-old": 4,
  requirement: 5,
  group: 6,
  ended: 7,
};
const codeOf: Record<Miss, DoseCode> = {
  channel: "DOSE_CHANNEL_CLOSED",
  product: "DOSE_PRODUCT_NOT_FOR_PERSON",
  "not-yet": "DOSE_NOT_OPEN_YET",
  "too-young": "DOSE_TOO_YOUNG",
  "too-old": "DOSE_TOO_OLD",
  requirement: "DOSE_NOT_ELIGIBLE",
  group: "DOSE_NOT_ELIGIBLE",
  ended: "DOSE_WINDOW_CLOSED",
};

export function ageMiss(test: AgeTest, bornOn: IsoDate, on: IsoDate): "too-young" | "too-old" | undefined {
  const day = test.on === "vaccination" ? on : test.on;
  if (test.min && day < addOffset(bornOn, test.min)) return "too-young";
  if (test.below && day >= addOffset(bornOn, test.below)) return "too-old";
  if (test.until && day > addOffset(bornOn, test.until)) return "too-old";
  return undefined;
}

function birthYearMiss(window: Eligibility, bornOn: IsoDate): "too-young" | "too-old" | undefined {
  const year = Number(bornOn.slice(0, 4));
  const { max, oneOf } = window.birthYears ?? {};
  if (max !== undefined && year > max) return "too-young";
  if (oneOf && !oneOf.includes(year)) return year > Math.max(...oneOf) ? "too-young" : "too-old";
  return undefined;
}

/** "gov" opens "gov-online" and "gov-walk-in" too. A question without a channel is not asked about one. */
export function isChannelOpen(channels: readonly ChannelRule[] | undefined, question: DoseQuestion): boolean {
  const asked = question.channel;
  if (!channels || asked === undefined) return true;
  return channels.some(
    (rule) =>
      (asked === rule.channel || asked.startsWith(`${rule.channel}-`)) &&
      isInForce(rule.inForce, question.on) &&
      (!rule.requires || (question.circumstances ?? []).includes(rule.requires)),
  );
}

function holdsAll(wanted: readonly string[], known: readonly string[] | undefined, reading: Reading): boolean {
  if (known === undefined && reading.judging === "history") return true;
  return wanted.every((one) => known?.includes(one));
}

function missesOf(window: Eligibility, dose: ScheduledDose, reading: Reading, question: DoseQuestion): Miss[] {
  const { facts, bornOn, judging } = reading;
  const misses: Miss[] = [];
  if (window.inForce.to !== null && question.on > window.inForce.to) misses.push("ended");
  if (window.inForce.from !== null && question.on < window.inForce.from) misses.push("not-yet");
  const groups = window.anyOfGroups;
  const groupUnknown = facts.groups === undefined && judging === "history";
  if (groups && !groupUnknown && !groups.some((group) => facts.groups?.includes(group))) misses.push("group");
  if (!holdsAll(window.requires, facts.conditions, reading)) misses.push("requirement");
  if (judging === "question" && window.closedBy.some((one) => facts.conditions?.includes(one))) misses.push("ended");
  const age = birthYearMiss(window, bornOn) ?? ageMiss(window.age, bornOn, question.on);
  if (age) misses.push(age);
  if (window.products && !window.products.includes(dose.product)) misses.push("product");
  if (judging === "question" && !isChannelOpen(window.channels, question)) misses.push("channel");
  return misses;
}

export type EligibilityAnswer =
  | { readonly ok: true; readonly window: Eligibility }
  | { readonly ok: false; readonly code: DoseCode; readonly rule?: RuleRef };

export function findEligibility(
  programme: Programme,
  dose: ScheduledDose,
  reading: Reading,
  question: DoseQuestion,
): EligibilityAnswer {
  let nearest: { window: Eligibility; worst: Miss; far: number } | undefined;
  for (const window of programme.eligibility) {
    if (window.kind && window.kind !== dose.kind) continue;
    if (window.doseId && window.doseId !== dose.id) continue;
    const misses = missesOf(window, dose, reading, question);
    if (misses.length === 0) return { ok: true, window };
    const far = misses.reduce((sum, miss) => sum + distance[miss], 0);
    const worst = misses.reduce((a, b) => (distance[b] > distance[a] ? b : a));
    // Among windows equally near, the one that opens first; else the newest, which stands last in the file.
    const opensLater =
      worst === "not-yet" && nearest?.worst === "not-yet" && opening(window) >= opening(nearest.window);
    if (!nearest || far < nearest.far || (far === nearest.far && !opensLater)) nearest = { window, worst, far };
  }
  if (!nearest) return { ok: false, code: "DOSE_NO_RULE_IN_FORCE" };
  return { ok: false, code: codeOf[nearest.worst], rule: nearest.window.ref };
}

function opening(window: Eligibility): string {
  return window.inForce.from ?? "";
}
