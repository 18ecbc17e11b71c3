// Questions over time: when is the next dose due, and if not today, from which day? Answers can only change on a day
// that some rule, age, interval or deferral names; those days are tried in order with the decision itself.
// SPDX-License-Identifier: Apache-2.0
import { addDays, type IsoDate } from "../../platform/clock.js";
import { deferredUntil } from "./deferrals.js";
import { countedDoses } from "./evaluate-history.js";
import { type CountedDose, intervalStart } from "./intervals.js";
import { addOffset } from "./offsets.js";
import { asAnswer, type Decided, decideForPerson, readingsOf } from "./rules.js";
import type { DoseAnswer, DoseQuestion, DueWindow, GivenDose, NextDue, PersonFacts, Programme } from "./types.js";

/** One person, and the days on which an answer about them can change. */
interface Person {
  readonly programme: Programme;
  readonly facts: PersonFacts;
  readonly doses: readonly CountedDose[];
  readonly days: readonly IsoDate[];
}

/** May this person have this product on this day? If not: why, by which rule, and from which day. */
export function mayGive(
  programme: Programme,
  facts: PersonFacts,
  history: readonly GivenDose[],
  question: DoseQuestion,
): DoseAnswer {
  const doses = countedDoses(programme, facts, history);
  const decision = decideForPerson(programme, facts, doses, question);
  if (decision.may) return asAnswer(decision);
  const days = turningDays(programme, facts, doses, question.on);
  return asAnswer(decision, firstYes({ programme, facts, doses, days }, question)?.on);
}

/** The next dose of the series that is due first. */
export function nextDue(
  programme: Programme,
  facts: PersonFacts,
  history: readonly GivenDose[],
  asOf: IsoDate,
): NextDue {
  const all = dueBySeries(programme, facts, history, asOf);
  const due = all.filter((one) => one.state === "due").sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  if (due[0]) return due[0];
  return all.every((one) => one.state === "complete") ? { state: "complete" } : { state: "none-now" };
}

/** The next dose of each series, in the order of the rule file. */
export function dueBySeries(
  programme: Programme,
  facts: PersonFacts,
  history: readonly GivenDose[],
  asOf: IsoDate,
): NextDue[] {
  const doses = countedDoses(programme, facts, history);
  const days = turningDays(programme, facts, doses, addDays(asOf, -1));
  const series = new Set([...programme.products.values()].map((product) => product.series));
  return [...series].map((one) => dueInSeries({ programme, facts, doses, days }, asOf, one));
}

function dueInSeries(person: Person, asOf: IsoDate, series: string): NextDue {
  const { programme, facts, doses } = person;
  const products = [...programme.products.values()].filter((product) => product.series === series);
  const found = products.flatMap((product) => {
    const first = firstYes(person, { on: asOf, product: product.id });
    return first ? [{ product: product.id, ...first }] : [];
  });
  if (found.length === 0) {
    const isComplete = products.every((product) => {
      const decision = decideForPerson(programme, facts, doses, { on: asOf, product: product.id });
      return !decision.may && decision.code === "DOSE_SERIES_COMPLETE";
    });
    return isComplete ? { state: "complete" } : { state: "none-now" };
  }
  const from = found.map((one) => one.on).sort()[0]!;
  const first = found.filter((one) => one.on === from);
  return dueWindow(
    facts,
    doses,
    from,
    first.map((one) => one.product),
    first[0]!.decision,
  );
}

function dueWindow(
  facts: PersonFacts,
  doses: readonly CountedDose[],
  from: IsoDate,
  products: readonly string[],
  decision: Decided,
): DueWindow {
  const { doseId, doseNumber, kind, rules, window, intervals } = decision;
  const spans = intervals.flatMap((interval) => {
    const start = intervalStart(interval, doses);
    return start && interval.recommendedDays ? [interval.recommendedDays.map((days) => addDays(start, days))] : [];
  });
  const recommendedFrom = spans
    .map(([first]) => first!)
    .sort()
    .at(-1);
  const byAge = window.recommendedUntil
    ? addOffset(readingsOf(facts, "question")[0]!.bornOn, window.recommendedUntil)
    : undefined;
  const recommendedTo = spans.map(([, last]) => last!).sort()[0] ?? byAge;
  return {
    state: "due",
    from,
    ...(recommendedFrom ? { recommendedFrom } : {}),
    ...(recommendedTo ? { recommendedTo } : {}),
    products,
    doseId,
    doseNumber,
    kind,
    rules,
  };
}

/** The first of the days on which the answer is yes. */
function firstYes(
  { programme, facts, doses, days }: Person,
  question: DoseQuestion,
): { on: IsoDate; decision: Decided } | undefined {
  for (const on of days) {
    const decision = decideForPerson(programme, facts, doses, { ...question, on });
    if (decision.may) return { on, decision };
  }
  return undefined;
}

/** Every later day on which a no can become a yes, in order; the first is the next day. */
function turningDays(
  programme: Programme,
  facts: PersonFacts,
  doses: readonly CountedDose[],
  after: IsoDate,
): IsoDate[] {
  const days = new Set<IsoDate>([addDays(after, 1)]);
  const add = (day: IsoDate | undefined) => {
    if (day !== undefined && day > after) days.add(day);
  };
  const rules = [
    ...programme.eligibility,
    ...programme.intervals,
    ...programme.productRules,
    ...programme.deferrals,
    ...programme.contraindications,
    ...programme.eligibility.flatMap((window) => window.channels ?? []),
  ];
  for (const { inForce } of rules) {
    add(inForce.from ?? undefined);
    if (inForce.to) add(addDays(inForce.to, 1));
  }
  for (const { bornOn } of readingsOf(facts, "question")) {
    for (const { age } of programme.eligibility) if (age.min) add(addOffset(bornOn, age.min));
    for (const { minAge } of programme.productRules) if (minAge) add(addOffset(bornOn, minAge));
  }
  for (const interval of programme.intervals) {
    const start = intervalStart(interval, doses);
    if (start) add(addDays(start, interval.minDays));
  }
  for (const dose of doses) add(addDays(dose.givenOn, 1));
  // An event counts from its own day on, whenever that is.
  for (const deferral of programme.deferrals) add(deferredUntil(deferral, facts, "9999-12-31"));
  return [...days].sort();
}
