// Codes for the values of a role. Normalising costs more than looking up, so what was written once is remembered; names
// are remembered word by word.
// SPDX-License-Identifier: Apache-2.0
import { meanings, type Role } from "./normalise.js";

/** Texts remembered as they were written; phones and names are mostly seen once. */
const mostRemembered = 200_000;

/** Codes of all values of a role, with how many people have each at present. */
export class Dictionary {
  readonly values: string[] = [];
  readonly counts: number[] = [];
  readonly #role: Role;
  readonly #codes = new Map<string, number>();
  readonly #written = new Map<string | number, number>();

  constructor(role: Role) {
    this.#role = role;
  }

  /** The code of a written value; -1 where nothing can be read. */
  codeOf(written: string | number): number {
    const remembered = this.#written.get(written);
    if (remembered !== undefined) return remembered;
    const [meaning] = meanings(this.#role, written);
    const code = meaning === undefined ? -1 : this.#code(meaning);
    if (this.#role !== "mobile" && this.#written.size < mostRemembered) this.#written.set(written, code);
    return code;
  }

  #code(value: string): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    this.#codes.set(value, this.values.length);
    this.counts.push(0);
    return this.values.push(value) - 1;
  }

  /** Another way to write a value. */
  alias(value: string, code: number): void {
    if (!this.#codes.has(value)) this.#codes.set(value, code);
  }

  find(value: string): number | undefined {
    return this.#codes.get(value);
  }
}

const plain = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Seconds since 1970 of an ISO 8601 instant; NaN where it is none. */
export function instantOf(instant: string): number {
  if (!plain.test(instant)) return Math.floor(Date.parse(instant) / 1000);
  const digits = (at: number) => (instant.charCodeAt(at) - 48) * 10 + instant.charCodeAt(at + 1) - 48;
  return secondsOf(digits(0) * 100 + digits(2), digits(5), digits(8), digits(11) * 3600 + digits(14) * 60 + digits(17));
}

/** From a day of the Gregorian calendar and its seconds (Hinnant, days_from_civil). */
export function secondsOf(year: number, month: number, day: number, seconds: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * 86_400 + seconds;
}
