// Codes of accounts: numbers, one-time codes, sign-ins.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const accountErrors = {
  MOBILE_INVALID: { status: 422, retry: false },
  OTP_WRONG: { status: 422, retry: false },
  OTP_EXPIRED: { status: 422, retry: false },
  OTP_TOO_MANY_TRIES: { status: 422, retry: false },
  OTP_WAIT: { status: 429, retry: true },
  OTP_TOO_MANY_REQUESTS: { status: 429, retry: true },
} as const satisfies ErrorTable;
export type AccountCode = keyof typeof accountErrors;
