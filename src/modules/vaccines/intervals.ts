// Intervals: the least days between doses, by the rule in force on the day, with permits and honoured bookings.
// The day of the earlier dose is day 0; a dose on day N is allowed when N >= minDays.
// SPDX-License-Identifier: Apache-2.0
import { addDays, daysBetween, type IsoDate } from "../../platform/clock.js";
import type { Reading } from "./eligibility.js";
import { isInForce } from "./offsets.js";
import type { Interval, PersonFacts, Programme, ScheduledDose } from "./types.js";

/** A valid dose of the history, with the place in the schedule that it fills. */
export interface CountedDose {
  readonly doseId: string;
  readonly product: string;
  readonly kind: "primary" | "precaution";
  readonly givenOn: IsoDate;
}

/** What the booking date can change, and the day asked for. */
interface When {
  readonly on: IsoDate;
  readonly bookedOn?: IsoDate | undefined;
}

/**
 * The interval rules that bind a dose on a day. A rule that honours bookings made before a day hands those to the
 * rules in force before it. A rule announced before it was enforced binds questions from its first day, but a dose
 * given in between is not judged by it afterwards.
 */
export function bindingIntervals(
  programme: Programme,
  dose: ScheduledDose,
  reading: Pick<Reading, "facts" | "judging">,
  when: When,
): Interval[] {
  const leadingHere = programme.intervals.filter((interval) => interval.to.has(dose.id));
  const exceptions = leadingHere.filter(
    (rule) => rule.exception && isInForce(rule.inForce, when.on) && isPermitted(rule, reading.facts),
  );
  if (exceptions.length > 0) return exceptions.sort((a, b) => a.minDays - b.minDays).slice(0, 1);
  const regular = leadingHere.filter((rule) => !rule.exception);
  return regularOn(regular, reading, when, when.on);
}

function regularOn(rules: Interval[], reading: Pick<Reading, "judging">, when: When, day: IsoDate): Interval[] {
  return rules
    .filter((rule) => isInForce(rule.inForce, day))
    .flatMap((rule) => {
      const givesWay = isHonoured(rule, when) || (reading.judging === "history" && isNotYetEnforced(rule, when.on));
      if (!givesWay || rule.inForce.from === null) return [rule];
      const earlier = regularOn(rules, reading, when, addDays(rule.inForce.from, -1));
      return earlier.length > 0 ? earlier : [rule];
    });
}

function isHonoured(rule: Interval, when: When): boolean {
  return (
    rule.honoursBookingsBefore !== undefined &&
    when.bookedOn !== undefined &&
    when.bookedOn < rule.honoursBookingsBefore
  );
}

function isNotYetEnforced(rule: Interval, on: IsoDate): boolean {
  return rule.enforcedFrom !== undefined && on < rule.enforcedFrom;
}

function isPermitted(rule: Interval, facts: PersonFacts): boolean {
  const { permit, reasons } = rule.exception!;
  return (facts.permits ?? []).some((held) => held.permit === permit && reasons.includes(held.reason));
}

/** The day that an interval counts from, if the history has it. */
export function intervalStart(interval: Interval, doses: readonly CountedDose[]): IsoDate | undefined {
  if (interval.from === "latest") return doses.at(-1)?.givenOn;
  return doses.find((dose) => dose.doseId === interval.from)?.givenOn;
}

/** The first interval that is not yet over. */
export function unfinishedInterval(
  intervals: readonly Interval[],
  doses: readonly CountedDose[],
  on: IsoDate,
): Interval | undefined {
  return intervals.find((interval) => {
    const start = intervalStart(interval, doses);
    return start !== undefined && daysBetween(start, on) < interval.minDays;
  });
}
