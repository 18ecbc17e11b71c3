// Decisions about consents. Pure.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { ConsentCode } from "./errors.js";
import type { ConsentOfPartner, ConsentState, ConsentTerms } from "./types.js";

const longestDays = 366;
/** The programme began on 16 January 2021: a consent from then on leaves out no dose. */
const programmeBegan = "2021-01-16";

export function termsFaults(terms: ConsentTerms, now: Date): Problem<ConsentCode>[] {
  const problems: Problem<ConsentCode>[] = [];
  if (terms.dosesTo < terms.dosesFrom) problems.push({ field: "dateRange", code: "CONSENT_DATES_CROSSED" });
  const left = terms.eraseAt.getTime() - now.getTime();
  if (!(left > 0 && left <= longestDays * 86_400_000))
    problems.push({ field: "dataEraseAt", code: "CONSENT_ERASE_WRONG" });
  return problems;
}

export function isSameTerms(one: ConsentTerms, other: ConsentTerms): boolean {
  return textOf(one) === textOf(other);
}
function textOf({ purpose, hiTypes, accessMode, dosesFrom, dosesTo, eraseAt, frequency }: ConsentTerms): string {
  const { unit, value, repeats } = frequency;
  return JSON.stringify([purpose, hiTypes, accessMode, dosesFrom, dosesTo, eraseAt, unit, value, repeats]);
}

/** What stands in the database says nothing of time: requests run out unanswered, consents when they must be erased. */
export function stateAt(
  { state, answerBy, eraseAt }: { state: Exclude<ConsentState, "EXPIRED">; answerBy: Date; eraseAt: Date },
  now: Date,
): ConsentState {
  const isOver = (state === "REQUESTED" && answerBy <= now) || (state === "GRANTED" && eraseAt <= now);
  return isOver ? "EXPIRED" : state;
}

/** Whether every dose so far lies within the dates: only then is it known what is due next. */
export function coversAllDoses({ dosesFrom, dosesTo }: ConsentTerms, today: IsoDate): boolean {
  return dosesFrom <= programmeBegan && dosesTo >= today;
}

// Crockford's 32: a code is read aloud and typed.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten letters and digits in two groups, as they are shown: 50 bits. */
export function codeFrom(bytes: Buffer): string {
  const code = [...bytes.subarray(0, 10)].map((byte) => letters[byte & 31]).join("");
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** The code meant by what was typed, or undefined when it is none. */
export function codeTyped(text: string): string | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(plain) ? `${plain.slice(0, 5)}-${plain.slice(5)}` : undefined;
}

/** Why a look was not let through, as far as the partner may know: only of consents given to it. */
export function whyRefused(
  consent: Pick<ConsentOfPartner, "state" | "terms" | "usedUpUntil"> | undefined,
  purpose: "consented-share" | "consented-status",
  now: Date,
): { code: ConsentCode; seconds?: number } {
  if (!consent) return { code: "CONSENT_MISSING" };
  if (consent.state !== "GRANTED") return { code: "CONSENT_ENDED" };
  if (purpose === "consented-share" && !consent.terms.hiTypes.includes("ImmunizationRecord"))
    return { code: "CONSENT_OTHER_TYPE" };
  const wait = consent.usedUpUntil ? Math.ceil((consent.usedUpUntil.getTime() - now.getTime()) / 1000) : 0;
  return wait > 0 ? { code: "CONSENT_FREQUENCY_USED", seconds: wait } : { code: "CONSENT_ENDED" };
}
