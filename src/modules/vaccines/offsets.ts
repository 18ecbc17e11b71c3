// Ages and waits as offsets from a day: "28d", "6w", "9m", "15y", "24h". Calendar arithmetic, no clock.
// SPDX-License-Identifier: Apache-2.0
import { addDays, type IsoDate } from "../../platform/clock.js";
import type { InForce, Offset } from "./types.js";

const shape = /^(\d{1,4})(h|d|w|m|y)$/;

/** Undefined for a text that is no offset. Hours round up to days: the day is all that is recorded. */
export function parseOffset(text: string): Offset | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]);
  switch (match[2]) {
    case "h":
      return { months: 0, days: Math.ceil(count / 24) };
    case "d":
      return { months: 0, days: count };
    case "w":
      return { months: 0, days: 7 * count };
    case "m":
      return { months: count, days: 0 };
    default:
      return { months: 12 * count, days: 0 };
  }
}

export function years(count: number): Offset {
  return { months: 12 * count, days: 0 };
}

/**
 * The day at an offset. A day that the calendar does not have becomes the first of the next month, so that
 * somebody born on 29 February is a year older on 1 March (CDC CDSi logic specification, rule CALCDT-5).
 */
export function addOffset(on: IsoDate, offset: Offset): IsoDate {
  if (offset.months === 0) return addDays(on, offset.days);
  const [year, month, day] = on.split("-").map(Number) as [number, number, number];
  const months = year * 12 + (month - 1) + offset.months;
  // Asked hundreds of times for one person, and mostly of whole years: a Date is made only where one is needed.
  const last = day <= 28 ? day : Math.min(day, lastDayOf(months));
  const moved = `${String(Math.floor(months / 12)).padStart(4, "0")}-${twoDigits((months % 12) + 1)}-${twoDigits(last)}`;
  const days = offset.days + (last < day ? 1 : 0);
  return days === 0 ? moved : addDays(moved, days);
}

/** Of a month, counted from January of the year 0. */
function lastDayOf(months: number): number {
  return new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
}

function twoDigits(count: number): string {
  return count < 10 ? `0${count}` : String(count);
}

export function isInForce(inForce: InForce, on: IsoDate): boolean {
  return (inForce.from === null || inForce.from <= on) && (inForce.to === null || on <= inForce.to);
}
