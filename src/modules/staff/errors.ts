// Codes of staff.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const staffErrors = {
  STAFF_OUTSIDE_JURISDICTION: { status: 403, retry: false },
  STAFF_NOT_FOUND: { status: 404, retry: false },
  STAFF_NAME_MISSING: { status: 422, retry: false },
  STAFF_NAME_TOO_LONG: { status: 422, retry: false },
  STAFF_ROLE_UNKNOWN: { status: 422, retry: false },
  STAFF_PLACE_UNKNOWN: { status: 422, retry: false },
  STAFF_INVITATION_INVALID: { status: 410, retry: false },
  STAFF_PASSKEY_REFUSED: { status: 403, retry: false },
  STAFF_STOPPED: { status: 403, retry: false },
  STAFF_CHALLENGE_EXPIRED: { status: 409, retry: true },
} as const satisfies ErrorTable;
