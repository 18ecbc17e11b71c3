// Codes of recording and correcting doses.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const vaccinationErrors = {
  VACCINATION_NOT_CHECKED_IN: { status: 409, retry: false },
  VACCINATION_ALREADY_RECORDED: { status: 409, retry: false },
  VACCINATION_BATCH_WRONG: { status: 409, retry: false },
  VACCINATION_BATCH_EXPIRED: { status: 409, retry: false },
  VACCINATION_BATCH_WITHDRAWN: { status: 409, retry: false },
  VACCINATION_BATCH_EMPTY: { status: 409, retry: false },
  /** A correction came in between: nothing was undone, look again. */
  VACCINATION_CHANGED: { status: 409, retry: true },
  VACCINATION_NOT_FOUND: { status: 404, retry: false },
  VACCINATION_UNDO_CLOSED: { status: 409, retry: false },
} as const satisfies ErrorTable;
export type VaccinationCode = keyof typeof vaccinationErrors;
