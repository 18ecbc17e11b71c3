// Codes of the dose rules: why a dose may not be given on a day. Stable; the message is error.<CODE>.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const vaccineErrors = {
  DOSE_PRODUCT_UNKNOWN: { status: 422, retry: false },
  DOSE_SERIES_COMPLETE: { status: 409, retry: false },
  DOSE_PRODUCT_NOT_FOR_DOSE: { status: 409, retry: false },
  DOSE_PRODUCT_NOT_FOR_PERSON: { status: 409, retry: false },
  DOSE_COMPONENT_ORDER: { status: 409, retry: false },
  DOSE_NOT_OPEN_YET: { status: 409, retry: false },
  DOSE_WINDOW_CLOSED: { status: 409, retry: false },
  DOSE_TOO_YOUNG: { status: 409, retry: false },
  DOSE_TOO_OLD: { status: 409, retry: false },
  DOSE_AGE_UNDECIDABLE: { status: 409, retry: false },
  DOSE_NOT_ELIGIBLE: { status: 409, retry: false },
  DOSE_CHANNEL_CLOSED: { status: 409, retry: false },
  DOSE_EARLIER_DOSE_MISSING: { status: 409, retry: false },
  DOSE_NOT_AFTER_LAST: { status: 409, retry: false },
  DOSE_TOO_SOON: { status: 409, retry: false },
  DOSE_DEFERRED: { status: 409, retry: false },
  DOSE_CONTRAINDICATED: { status: 409, retry: false },
  DOSE_NO_RULE_IN_FORCE: { status: 409, retry: false },
} as const satisfies ErrorTable;
export type DoseCode = keyof typeof vaccineErrors;
