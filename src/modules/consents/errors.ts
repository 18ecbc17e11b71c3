// Codes of consents.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const consentErrors = {
  CONSENT_DATES_CROSSED: { status: 422, retry: false },
  CONSENT_ERASE_WRONG: { status: 422, retry: false },
  CONSENT_KEY_REUSED: { status: 422, retry: false },
  CONSENT_CODE_UNKNOWN: { status: 404, retry: false },
  CONSENT_PERSON_MISSING: { status: 422, retry: false },
  CONSENT_ANSWERED: { status: 409, retry: false },
  CONSENT_UNKNOWN: { status: 404, retry: false },
  CONSENT_STILL_IN_FORCE: { status: 409, retry: false },
  CONSENT_MISSING: { status: 403, retry: false },
  CONSENT_ENDED: { status: 403, retry: false },
  CONSENT_OTHER_TYPE: { status: 403, retry: false },
  CONSENT_FREQUENCY_USED: { status: 429, retry: true },
} as const satisfies ErrorTable;
export type ConsentCode = keyof typeof consentErrors;
