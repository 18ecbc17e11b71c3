// Codes of accesses.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const accessErrors = {
  EMERGENCY_REFERENCE_WRONG: { status: 422, retry: false },
  EMERGENCY_REASON_MISSING: { status: 422, retry: false },
  EMERGENCY_WORDS_WRONG: { status: 422, retry: false },
  EMERGENCY_NOT_FOUND: { status: 404, retry: false },
  EMERGENCY_KEY_USED: { status: 409, retry: false },
  EMERGENCY_OVER: { status: 409, retry: false },
  CANARY_NUMBER_WRONG: { status: 422, retry: false },
  CANARY_NUMBER_TAKEN: { status: 409, retry: false },
  CANARY_NOT_REGISTERED: { status: 409, retry: true },
  FINDING_NOT_FOUND: { status: 404, retry: false },
  FINDING_DECISION_MISSING: { status: 422, retry: false },
} as const satisfies ErrorTable;
