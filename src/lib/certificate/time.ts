// When a statement is good, and whether its key was in force then: the same rule for every format.
// SPDX-License-Identifier: Apache-2.0
import type { TrustedKey } from "./trust.js";
import type { ReasonCode } from "./verdict.js";

/** A phone's clock may be a little slow; a certificate issued a moment ago is still good. */
export const clockSkewMs = 5 * 60_000;

export interface Life {
  readonly issuedAt?: Date;
  /** When it begins to be good, where that is not when it was issued. */
  readonly validFrom?: Date;
  readonly expiresAt?: Date;
}

export function judgeTime({ issuedAt, validFrom, expiresAt }: Life, key: TrustedKey, at: Date): ReasonCode[] {
  const codes: ReasonCode[] = [];
  const soonest = at.getTime() + clockSkewMs;
  if ([issuedAt, validFrom].some((begin) => begin !== undefined && begin.getTime() > soonest))
    codes.push("CERTIFICATE_NOT_YET_VALID");
  if (expiresAt && expiresAt < at) codes.push("CERTIFICATE_EXPIRED");
  // The key must have been in force over the certificate's whole life (HCERT specification 2.6.4 and the EU test list);
  // where a format has no end, over the moment of issue.
  const early = key.notBefore !== undefined && issuedAt !== undefined && issuedAt < new Date(key.notBefore);
  const last = expiresAt ?? issuedAt;
  const late = key.notAfter !== undefined && last !== undefined && last > new Date(key.notAfter);
  if (early || late) codes.push("CERTIFICATE_KEY_NOT_IN_FORCE");
  return codes;
}

/** Seconds since 1970, whole or with a fraction, up to the year 9999. */
export function instantOf(value: unknown): Date | undefined {
  if (typeof value !== "number" || !(value >= 0) || value > 253_402_300_799) return undefined;
  return new Date(value * 1000);
}
