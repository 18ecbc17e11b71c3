// Rules of one-time codes and sign-ins: what a number and a code look like, how long they hold, how long to wait.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { Limit } from "../../platform/limits/index.js";
import type { OtpPurpose, TypedCode } from "./types.js";

/** Co-WIN's message says "valid for 3 minutes"; clients count on it. */
export const codeSeconds = 180;
export const triesPerCode = 3;
const hour = 3600;

/** Ten digits as India's mobile numbers have, from what people type: spaces, dashes, +91 or a leading 0. */
export function mobileFrom(typed: string): string | undefined {
  const digits = typed.replace(/[\s().-]/g, "");
  return /^(?:\+?91|0)?([6-9]\d{9})$/.exec(digits)?.[1];
}

/** The hash that a code is compared by, or undefined for what cannot be a code. */
export function codeHash(typed: TypedCode): string | undefined {
  if ("sha256" in typed) return /^[0-9a-f]{64}$/.test(typed.sha256) ? typed.sha256 : undefined;
  const digits = typed.digits.replace(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? createHash("sha256").update(digits).digest("hex") : undefined;
}

/** Clients read the six digits out of exactly the text for signing in. A presence code must not be mistaken for one. */
export function codeMessage(code: string, purpose: OtpPurpose): string {
  if (purpose === "presence") {
    return `${code} is your code for the staff at the vaccination site. Tell it only at the desk: it lets them open your record today. It will be valid for 3 minutes. - Sakshi`;
  }
  if (purpose === "status") {
    return `${code} is your code to show your vaccination status. Whoever you tell it to learns whether you are vaccinated, and nothing else. It will be valid for 3 minutes. - Sakshi`;
  }
  if (purpose === "number-proof") {
    return `${code} is the code for a change that was asked for in Sakshi: this number confirms it. If that was not you, tell it to nobody. It will be valid for 3 minutes. - Sakshi`;
  }
  return `Your OTP to register/access CoWIN is ${code}. It will be valid for 3 minutes. - CoWIN`;
}

/** Seconds between the last code and the next, growing with each code sent within the hour. */
export function resendWait(sentWithinHour: number): number {
  return sentWithinHour === 0 ? 0 : Math.min(60 * 2 ** (sentWithinHour - 1), 600);
}

/**
 * Many families share one address, so its limit is wide; a number's is narrow. A device that signed in with the number
 * before has codes of its own, so that a stranger who asks for all of the number's locks nobody out.
 */
export function requestLimits(who: {
  number: string;
  address: string;
  device: string | undefined;
  isKnown: boolean;
}): Limit[] {
  return [
    who.isKnown
      ? { name: "otp-by-known-device", who: `${who.number} ${who.device}`, windowSeconds: hour, most: 3 }
      : { name: "otp-by-number", who: who.number, windowSeconds: hour, most: 5 },
    { name: "otp-by-address", who: who.address, windowSeconds: 600, most: 120 },
    ...(who.device ? [{ name: "otp-by-device", who: who.device, windowSeconds: hour, most: 20 }] : []),
  ];
}

/** A machine that tries codes for many numbers shares an address or a device. */
export function tryLimits(who: { address: string; device: string | undefined }): Limit[] {
  return [
    { name: "otp-try-by-address", who: who.address, windowSeconds: 600, most: 240 },
    ...(who.device ? [{ name: "otp-try-by-device", who: who.device, windowSeconds: 600, most: 30 }] : []),
  ];
}
