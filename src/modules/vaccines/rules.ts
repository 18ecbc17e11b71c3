// The decision: may this person have this product on this day, and which dose is it? Pure: facts and rules in,
// answer and reason out. Rules are data; a programme that needs a line of code here has found a missing concept.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import { contraindicationsOf, findDeferral } from "./deferrals.js";
import { findEligibility, type Reading } from "./eligibility.js";
import type { DoseCode } from "./errors.js";
import { bindingIntervals, type CountedDose, unfinishedInterval } from "./intervals.js";
import { addOffset, isInForce } from "./offsets.js";
import { checkProduct, isPrimaryComplete } from "./products.js";
import type {
  DoseAnswer,
  DoseQuestion,
  Eligibility,
  Interval,
  MayGive,
  MayNotGive,
  PersonFacts,
  Product,
  Programme,
  RuleRef,
  ScheduledDose,
} from "./types.js";

export interface Decided extends MayGive {
  readonly window: Eligibility;
  readonly intervals: readonly Interval[];
}
type Decision = Decided | MayNotGive;

/**
 * The two ends of what a birth year can mean. On any day a birth year leaves at most two completed ages, and its
 * first and last day have them both: when both ends agree, every day between them agrees.
 */
export function readingsOf(facts: PersonFacts, judging: Reading["judging"]): Reading[] {
  if (facts.bornOn) return [{ bornOn: facts.bornOn, facts, judging }];
  return [`${facts.birthYear}-01-01`, `${facts.birthYear}-12-31`].map((bornOn) => ({ bornOn, facts, judging }));
}

/** The same answer for every reading, or "undecidable". */
export function decideForPerson(
  programme: Programme,
  facts: PersonFacts,
  valid: readonly CountedDose[],
  question: DoseQuestion,
): Decision {
  const decisions = readingsOf(facts, "question").map((reading) => decide(programme, reading, valid, question));
  const yes = decisions.filter((decision) => decision.may);
  if (yes.length === decisions.length && yes.every((one) => one.doseId === yes[0]!.doseId)) return yes[0]!;
  if (yes.length === 0) return decisions.at(-1)!;
  const no = decisions.find((decision) => !decision.may);
  return refuse("DOSE_AGE_UNDECIDABLE", no?.rule ?? yes[0]!.window.ref);
}

/** The answer for one day of birth. `valid` are the valid doses so far, oldest first. */
export function decide(
  programme: Programme,
  reading: Reading,
  valid: readonly CountedDose[],
  question: DoseQuestion,
): Decision {
  const product = programme.products.get(question.product);
  if (!product) return refuse("DOSE_PRODUCT_UNKNOWN");
  const series = valid.filter((dose) => programme.products.get(dose.product)?.series === product.series);
  const open = openDoses(programme, product, series);
  if (open.length === 0) return refuseWithoutOpenDose(programme, product, series, reading, question);
  const last = series.at(-1);
  if (last && question.on <= last.givenOn) return refuse("DOSE_NOT_AFTER_LAST");
  const refusals: MayNotGive[] = [];
  for (const dose of open) {
    const decision = decideDose(programme, dose, product, series, reading, question);
    if (decision.may) return decision;
    refusals.push(decision);
  }
  return refusals.find((refusal) => !closedForGood.has(refusal.code)) ?? refusals.at(-1)!;
}

const closedForGood = new Set<DoseCode>([
  "DOSE_TOO_OLD",
  "DOSE_WINDOW_CLOSED",
  "DOSE_EARLIER_DOSE_MISSING",
  "DOSE_NOT_ELIGIBLE",
]);

function openDoses(programme: Programme, product: Product, series: readonly CountedDose[]): ScheduledDose[] {
  const primaryDone = isPrimaryComplete(programme, series);
  const precautionGiven = series.some((dose) => dose.kind === "precaution");
  return programme.doses.filter((dose) => {
    if (dose.product !== product.id) return false;
    if (dose.place === null) return !series.some((given) => given.doseId === dose.id);
    if (dose.place === "after-primary") return primaryDone && !precautionGiven;
    return !primaryDone && dose.place === series.length + 1;
  });
}

function refuseWithoutOpenDose(
  programme: Programme,
  product: Product,
  series: readonly CountedDose[],
  reading: Reading,
  question: DoseQuestion,
): MayNotGive {
  const first = programme.doses.find((dose) => dose.product === product.id);
  const isUnfinished = first?.place !== null && !isPrimaryComplete(programme, series);
  if (!first || !isUnfinished) return refuse("DOSE_SERIES_COMPLETE");
  const answer = checkProduct(programme, { ...first, kind: "primary" }, series, reading, question);
  return refuse("DOSE_PRODUCT_NOT_FOR_DOSE", answer.rule);
}

function decideDose(
  programme: Programme,
  dose: ScheduledDose,
  product: Product,
  series: readonly CountedDose[],
  reading: Reading,
  question: DoseQuestion,
): Decision {
  const { on } = question;
  const fit = checkProduct(programme, dose, series, reading, question);
  if (!fit.ok) return refuse(fit.code, fit.rule);
  const component = typeof dose.place === "number" ? product.components[dose.place - 1] : undefined;
  if (question.component && component && question.component !== component) return refuse("DOSE_COMPONENT_ORDER");
  const medical = contraindicationsOf(programme, reading.facts, on);
  if (reading.judging === "question" && medical.forbids) return refuse("DOSE_CONTRAINDICATED", medical.forbids);
  const eligible = findEligibility(programme, dose, reading, question);
  if (!eligible.ok) return refuse(eligible.code, eligible.rule);
  if (!hasNeeds(dose, series, reading)) return refuse("DOSE_EARLIER_DOSE_MISSING", eligible.window.ref);
  const intervals = bindingIntervals(programme, dose, reading, question);
  if (intervals.length === 0 && !canStandAlone(programme, dose, series, on)) return refuse("DOSE_NO_RULE_IN_FORCE");
  const tooSoon = unfinishedInterval(intervals, series, on);
  if (tooSoon) return refuse("DOSE_TOO_SOON", tooSoon.ref);
  const deferral = reading.judging === "question" ? findDeferral(programme, reading.facts, on) : undefined;
  if (deferral) return refuse("DOSE_DEFERRED", deferral.ref);
  return {
    may: true,
    doseId: dose.id,
    doseNumber: series.length + 1,
    kind: dose.kind,
    ...(component ? { component } : {}),
    rules: [eligible.window.ref, ...intervals.map((interval) => interval.ref), ...(fit.rule ? [fit.rule] : [])],
    cautions: medical.cautions,
    window: eligible.window,
    intervals,
  };
}

/** Doses that must be there before; the age limit is the age at which they were given. */
function hasNeeds(dose: ScheduledDose, series: readonly CountedDose[], reading: Reading): boolean {
  return dose.needs.every((need) => {
    const given = series.find((one) => one.doseId === need.dose);
    return given && (!need.givenBy || given.givenOn <= addOffset(reading.bornOn, need.givenBy));
  });
}

/**
 * Without an interval in force only a first dose may be given, and in a counted series only when the rules of that
 * day can also finish what it begins.
 */
function canStandAlone(
  programme: Programme,
  dose: ScheduledDose,
  series: readonly CountedDose[],
  on: IsoDate,
): boolean {
  if (dose.place === null) return true;
  if (dose.place !== 1 || series.length > 0) return false;
  const next = programme.doses.find((one) => one.product === dose.product && one.place === 2);
  if (!next) return true;
  return programme.intervals.some((rule) => rule.to.has(next.id) && !rule.exception && isInForce(rule.inForce, on));
}

function refuse(code: DoseCode, rule?: RuleRef): MayNotGive {
  return rule ? { may: false, code, rule } : { may: false, code };
}

/** What a caller sees of a decision: without the rows that led to it. */
export function asAnswer(decision: Decision, earliestOn?: IsoDate): DoseAnswer {
  if (decision.may) {
    const { window: _window, intervals: _intervals, ...answer } = decision;
    return answer;
  }
  return earliestOn ? { ...decision, earliestOn } : decision;
}
