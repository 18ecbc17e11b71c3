// What a session and a batch must look like, how a day is cut into slots, when stock may be used. Pure.
// SPDX-License-Identifier: Apache-2.0
import { addDays, type IsoDate, isIsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { FeeType } from "../facilities/index.js";
import type { SessionCode } from "./errors.js";
import {
  type BatchInput,
  type BatchView,
  type PlacesByPool,
  type Pool,
  pools,
  type SessionInput,
  type SessionPlan,
} from "./types.js";

export const noPlaces: Record<Pool, number> = { "walk-in": 0, dose1: 0, dose2: 0, precaution: 0 };
export const furthestDaysAhead = 90;
export const mostSlots = 48;
export const mostPlacesPerPool = 1_000;
const mostFee = 5_000;
const oldestAge = 120;

export function sumPlaces(parts: readonly PlacesByPool[]): PlacesByPool {
  const sum = { ...noPlaces };
  for (const part of parts) for (const pool of pools) sum[pool] += part[pool];
  return sum;
}

/** Places that can be booked online, of all doses. */
export function onlinePlaces(places: PlacesByPool): number {
  return places.dose1 + places.dose2 + places.precaution;
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Whole steps from start to end; the last slot takes what is left over, as Co-WIN's last slot ran to closing time. */
export function cutSlots(
  startsAt: string,
  endsAt: string,
  stepMinutes: number,
): { startsAt: string; endsAt: string }[] {
  const [start, end] = [minutesOf(startsAt), minutesOf(endsAt)];
  const count = Math.max(1, Math.floor((end - start) / stepMinutes));
  return Array.from({ length: count }, (_, i) => ({
    startsAt: timeOf(start + i * stepMinutes),
    endsAt: i === count - 1 ? endsAt : timeOf(start + (i + 1) * stepMinutes),
  }));
}

/** A whole number without sign, spaces or leading zeros; undefined for anything else. */
function wholeNumber(text: string, most: number): number | undefined {
  if (!/^(0|[1-9]\d{0,6})$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

export interface PlanFacts {
  readonly today: IsoDate;
  readonly products: readonly string[];
  readonly feeType: FeeType;
}

type Say = (field: string, code: SessionCode) => void;
const clockTime = /^([01]\d|2[0-3]):[0-5]\d$/;

function readTimes(input: SessionInput, say: Say): SessionPlan["slots"] {
  const step = wholeNumber(input.stepMinutes, 720);
  const timesAreGood = clockTime.test(input.startsAt) && clockTime.test(input.endsAt);
  if (!clockTime.test(input.startsAt)) say("startsAt", "SESSION_TIME_WRONG");
  if (!clockTime.test(input.endsAt)) say("endsAt", "SESSION_TIME_WRONG");
  else if (timesAreGood && input.endsAt <= input.startsAt) say("endsAt", "SESSION_ENDS_BEFORE_START");
  if (step === undefined || step < 10) say("stepMinutes", "SESSION_STEP_WRONG");
  if (!timesAreGood || input.endsAt <= input.startsAt || step === undefined || step < 10) return [];
  const slots = cutSlots(input.startsAt, input.endsAt, step);
  if (slots.length > mostSlots) say("stepMinutes", "SESSION_TOO_MANY_SLOTS");
  return slots;
}

function readCapacity(input: SessionInput, say: Say): PlacesByPool {
  const capacity = { ...noPlaces };
  let allGood = true;
  for (const pool of pools) {
    const value = wholeNumber(input.capacity[pool] || "0", mostPlacesPerPool);
    if (value === undefined) {
      say(`capacity-${pool}`, "SESSION_CAPACITY_WRONG");
      allGood = false;
    } else capacity[pool] = value;
  }
  if (allGood && pools.every((pool) => capacity[pool] === 0)) say("capacity-walk-in", "SESSION_NO_PLACES");
  return capacity;
}

function readAges(input: SessionInput, say: Say): { minAge: number; maxAge: number | null } {
  const minAge = wholeNumber(input.minAge, oldestAge);
  const maxAge = input.maxAge === "" ? null : wholeNumber(input.maxAge, oldestAge);
  if (minAge === undefined) say("minAge", "SESSION_AGE_WRONG");
  if (maxAge === undefined) say("maxAge", "SESSION_AGE_WRONG");
  else if (maxAge !== null && minAge !== undefined && maxAge < minAge) say("maxAge", "SESSION_AGES_CROSSED");
  return { minAge: minAge ?? 0, maxAge: maxAge ?? null };
}

/** Free facilities ask nothing (they are the government's), paid ones say what they ask. */
function readFee(input: SessionInput, feeType: FeeType, say: Say): number {
  const fee = wholeNumber(input.feeRupees || "0", mostFee);
  if (fee === undefined) say("feeRupees", "SESSION_FEE_WRONG");
  else if (feeType === "Free" && fee > 0) say("feeRupees", "SESSION_FEE_AT_FREE_FACILITY");
  else if (feeType === "Paid" && fee === 0) say("feeRupees", "SESSION_FEE_MISSING");
  return fee ?? 0;
}

export function readPlan(
  input: SessionInput,
  facts: PlanFacts,
): { plan: SessionPlan; problems: Problem<SessionCode>[] } {
  const problems: Problem<SessionCode>[] = [];
  const say: Say = (field, code) => problems.push({ field, code });
  if (!isIsoDate(input.heldOn)) say("heldOn", "SESSION_DATE_WRONG");
  else if (input.heldOn < facts.today) say("heldOn", "SESSION_DATE_PAST");
  else if (input.heldOn > addDays(facts.today, furthestDaysAhead)) say("heldOn", "SESSION_DATE_TOO_FAR");
  if (!facts.products.includes(input.product)) say("product", "SESSION_PRODUCT_MISSING");
  const ages = readAges(input, say);
  const feeRupees = readFee(input, facts.feeType, say);
  const slots = readTimes(input, say);
  const capacity = readCapacity(input, say);
  return { plan: { heldOn: input.heldOn, product: input.product, ...ages, feeRupees, slots, capacity }, problems };
}

export interface BatchFacts {
  readonly today: IsoDate;
  readonly products: readonly string[];
}

/** Lot numbers as printed on vials: letters, digits, "-" and "/". Stock past its date is not taken in. */
export function checkBatch(input: BatchInput, facts: BatchFacts): Problem<SessionCode>[] {
  const problems: Problem<SessionCode>[] = [];
  const say: Say = (field, code) => problems.push({ field, code });
  if (!facts.products.includes(input.product)) say("product", "SESSION_PRODUCT_MISSING");
  if (!/^[0-9A-Za-z/-]{1,30}$/.test(input.lotNumber)) say("lotNumber", "BATCH_LOT_WRONG");
  if (!isIsoDate(input.expiresOn) || input.expiresOn > addDays(facts.today, 3_660))
    say("expiresOn", "BATCH_EXPIRY_WRONG");
  else if (input.expiresOn < facts.today) say("expiresOn", "BATCH_EXPIRED");
  const doses = wholeNumber(input.dosesReceived, 1_000_000);
  if (doses === undefined || doses === 0) say("dosesReceived", "BATCH_DOSES_WRONG");
  return problems;
}

/** A vial may be used up to and including the date on it. */
export function batchState(
  batch: Pick<BatchView, "expiresOn" | "dosesLeft" | "withdrawnAt">,
  today: IsoDate,
): BatchView["state"] {
  if (batch.withdrawnAt) return "withdrawn";
  if (batch.expiresOn < today) return "expired";
  return batch.dosesLeft > 0 ? "usable" : "used-up";
}
