// Codes of facilities. Stable; the message is error.<CODE>.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const facilityErrors = {
  FACILITY_NOT_FOUND: { status: 404, retry: false },
  FACILITY_OUTSIDE_JURISDICTION: { status: 403, retry: false },
  FACILITY_CLOSED: { status: 409, retry: false },
  FACILITY_HAS_SESSIONS: { status: 409, retry: false },
  FACILITY_NAME_MISSING: { status: 422, retry: false },
  FACILITY_NAME_TOO_LONG: { status: 422, retry: false },
  FACILITY_ADDRESS_MISSING: { status: 422, retry: false },
  FACILITY_ADDRESS_TOO_LONG: { status: 422, retry: false },
  FACILITY_DISTRICT_UNKNOWN: { status: 422, retry: false },
  FACILITY_PINCODE_WRONG: { status: 422, retry: false },
  FACILITY_TIME_WRONG: { status: 422, retry: false },
  FACILITY_CLOSES_BEFORE_OPENING: { status: 422, retry: false },
  FACILITY_FEE_MISSING: { status: 422, retry: false },
} as const satisfies ErrorTable;
export type FacilityCode = keyof typeof facilityErrors;
