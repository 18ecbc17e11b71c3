// Collects what is wrong with a certificate's content: places and codes, never values.
// SPDX-License-Identifier: Apache-2.0
import type { Reason, ReasonCode } from "./verdict.js";

type Fields = Readonly<Record<string, unknown>>;

/** Enough to see what is wrong; a hostile text could be wrong in thousands of places. */
const mostReasons = 20;

export class Problems {
  readonly reasons: Reason[] = [];

  wrong(at: string, code: ReasonCode = "CERTIFICATE_CONTENT_INVALID"): void {
    if (this.reasons.length < mostReasons && !this.reasons.some((reason) => reason.code === code && reason.at === at))
      this.reasons.push({ code, at });
  }
  /** Notes the place unless the condition holds. */
  expect(holds: boolean, at: string): boolean {
    if (!holds) this.wrong(at);
    return holds;
  }
  /** The text under a name, or undefined after noting that it is none. */
  text(fields: Fields, at: string, name: string, shape = /./s, longest = 400): string | undefined {
    const value = fields[name];
    const fits = typeof value === "string" && value.length <= longest && shape.test(value);
    return this.expect(fits, at + name) ? (value as string) : undefined;
  }
}

export const dateShape = /^\d{4}-\d{2}-\d{2}$/;
export const dateTimeShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A day that the calendar has. */
export function isRealDate(text: unknown): text is string {
  if (typeof text !== "string" || !dateShape.test(text)) return false;
  const instant = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/** The instant of an RFC 3339 date-time with seconds and a zone. */
export function instantOfText(text: unknown): Date | undefined {
  if (typeof text !== "string" || !dateTimeShape.test(text) || !isRealDate(text.slice(0, 10))) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
