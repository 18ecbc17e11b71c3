// Time: instants are UTC Dates, dates are yyyy-mm-dd in Asia/Kolkata (UTC+05:30, no summer time).
// SPDX-License-Identifier: Apache-2.0

export type Clock = () => Date;
export const systemClock: Clock = () => new Date();

/** A calendar date in Asia/Kolkata, "yyyy-mm-dd". Compares as text. */
export type IsoDate = string;

const indiaOffsetMs = 330 * 60_000;
const dayMs = 86_400_000;

/** The date in Asia/Kolkata at an instant. */
export function dateInIndia(instant: Date): IsoDate {
  return new Date(instant.getTime() + indiaOffsetMs).toISOString().slice(0, 10);
}

/** "2026q4": the quarter of the year in Asia/Kolkata at an instant. Compares as text. */
export function quarterOf(instant: Date): string {
  const [year, month] = dateInIndia(instant).split("-");
  return `${year}q${Math.ceil(Number(month) / 3)}`;
}

/** "HH:MM" in Asia/Kolkata at an instant. */
export function timeInIndia(instant: Date): string {
  return new Date(instant.getTime() + indiaOffsetMs).toISOString().slice(11, 16);
}

/** The instant at which a date in Asia/Kolkata begins, plus "HH:MM" if given. */
export function instantInIndia(on: IsoDate, at = "00:00"): Date {
  return new Date(Date.parse(`${on}T${at}:00.000Z`) - indiaOffsetMs);
}

/** True for a real calendar date written yyyy-mm-dd (2023-02-29 is none). */
export function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().slice(0, 10) === text;
}

export function addDays(on: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${on}T00:00:00.000Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Whole days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / dayMs);
}
