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
  const target = year * 12 + (month - 1) + offset.months;
  const date = (y: number, m: number, d: number) => new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10);
  const lastDay = new Date(Date.UTC(Math.floor(target / 12), (target % 12) + 1, 0)).getUTCDate();
  const moved =
    day <= lastDay
      ? date(Math.floor(target / 12), target % 12, day)
      : date(Math.floor(target / 12), (target % 12) + 1, 1);
  return addDays(moved, offset.days);
}

export function isInForce(inForce: InForce, on: IsoDate): boolean {
  return (inForce.from === null || inForce.from <= on) && (inForce.to === null || on <= inForce.to);
}
