// What clients send, read as leniently as Co-WIN read it: numbers as text, "391.000000", dates without zeros,
// with two-digit years or without separators. Pure.
// SPDX-License-Identifier: Apache-2.0
import { addDays, type IsoDate, isIsoDate } from "../platform/clock.js";
import type { JsonBody } from "./json-body.js";

/** Trimmed text of a text or number; "" for anything else, and for a parameter that came twice. */
export function textOf(values: JsonBody, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? value.trim().slice(0, 500) : "";
}

/** Trimmed texts of a list of texts or numbers; undefined if it is no such list. */
export function textsOf(values: JsonBody, name: string): string[] | undefined {
  const list = Object.hasOwn(values, name) ? values[name] : undefined;
  if (!Array.isArray(list)) return undefined;
  const texts = list.map((_, at) => textOf({ one: list[at] as unknown }, "one"));
  return texts.every((text) => text !== "") ? texts : undefined;
}

/** An id as a client may print it: "391", "391.000000". Undefined for what is no id. */
export function idOf(text: string): number | undefined {
  const digits = /^(\d{1,10})(?:\.0*)?$/.exec(text)?.[1];
  const id = Number(digits);
  return digits !== undefined && id <= 2_147_483_647 ? id : undefined;
}

/** A day as written by clients; undefined when nobody can tell which day is meant. */
export function dayOf(text: string, today: IsoDate): IsoDate | undefined {
  if (isIsoDate(text)) return text;
  const parts =
    /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})$/.exec(text) ?? /^(\d{2})(\d{2})(\d{4}|\d{2})$/.exec(text) ?? undefined;
  if (!parts) return undefined;
  const [, day = "", month = "", year = ""] = parts;
  const iso = `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (!isIsoDate(iso)) return undefined;
  // Digits in a row are a day only when it is one that anybody would ask for.
  const isNear = iso >= addDays(today, -366) && iso <= addDays(today, 366);
  return /\D/.test(text) || isNear ? iso : undefined;
}

/** dd-mm-yyyy, as all of Co-WIN's dates are written. */
export function wireDate(on: IsoDate): string {
  const [year, month, day] = on.split("-");
  return `${day}-${month}-${year}`;
}
