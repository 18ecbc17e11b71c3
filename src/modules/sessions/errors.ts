// Codes of sessions and batches. Stable; the message is error.<CODE>.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const sessionErrors = {
  SESSION_NOT_FOUND: { status: 404, retry: false },
  SESSION_OUTSIDE_JURISDICTION: { status: 403, retry: false },
  SESSION_NOT_DRAFT: { status: 409, retry: false },
  SESSION_NOT_PUBLISHED: { status: 409, retry: false },
  SESSION_ALREADY_CANCELLED: { status: 409, retry: false },
  SESSION_IS_OVER: { status: 409, retry: false },
  SESSION_PLACE_MISSING: { status: 422, retry: false },
  SESSION_PINCODE_WRONG: { status: 422, retry: false },
  SESSION_DATE_WRONG: { status: 422, retry: false },
  SESSION_DATE_PAST: { status: 422, retry: false },
  SESSION_DATE_TOO_FAR: { status: 422, retry: false },
  SESSION_PRODUCT_MISSING: { status: 422, retry: false },
  SESSION_AGE_WRONG: { status: 422, retry: false },
  SESSION_AGES_CROSSED: { status: 422, retry: false },
  SESSION_FEE_WRONG: { status: 422, retry: false },
  SESSION_FEE_AT_FREE_FACILITY: { status: 422, retry: false },
  SESSION_FEE_MISSING: { status: 422, retry: false },
  SESSION_TIME_WRONG: { status: 422, retry: false },
  SESSION_ENDS_BEFORE_START: { status: 422, retry: false },
  SESSION_STEP_WRONG: { status: 422, retry: false },
  SESSION_TOO_MANY_SLOTS: { status: 422, retry: false },
  SESSION_CAPACITY_WRONG: { status: 422, retry: false },
  SESSION_NO_PLACES: { status: 422, retry: false },
  SESSION_REASON_MISSING: { status: 422, retry: false },
  BATCH_NOT_FOUND: { status: 404, retry: false },
  BATCH_EXISTS: { status: 409, retry: false },
  BATCH_LOT_WRONG: { status: 422, retry: false },
  BATCH_EXPIRY_WRONG: { status: 422, retry: false },
  BATCH_EXPIRED: { status: 422, retry: false },
  BATCH_DOSES_WRONG: { status: 422, retry: false },
} as const satisfies ErrorTable;
export type SessionCode = keyof typeof sessionErrors;
