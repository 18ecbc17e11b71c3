// Codes of beneficiaries: registering and removing people.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const beneficiaryErrors = {
  BENEFICIARY_NAME_MISSING: { status: 422, retry: false },
  BENEFICIARY_NAME_CHARACTERS: { status: 422, retry: false },
  BENEFICIARY_NAME_LONG: { status: 422, retry: false },
  BENEFICIARY_BIRTH_YEAR_WRONG: { status: 422, retry: false },
  BENEFICIARY_BIRTH_YEAR_IMPOSSIBLE: { status: 422, retry: false },
  BENEFICIARY_GENDER_MISSING: { status: 422, retry: false },
  BENEFICIARY_PHOTO_ID_MISSING: { status: 422, retry: false },
  BENEFICIARY_PHOTO_ID_LAST4_WRONG: { status: 422, retry: false },
  BENEFICIARY_PHOTO_ID_REPEATED: { status: 422, retry: false },
  BENEFICIARY_CONSENT_MISSING: { status: 422, retry: false },
  BENEFICIARY_LIMIT_REACHED: { status: 409, retry: false },
  BENEFICIARY_VACCINATED: { status: 409, retry: false },
  BENEFICIARY_HAS_APPOINTMENT: { status: 409, retry: false },
  BENEFICIARY_LIST_CHANGED: { status: 409, retry: true },
  BENEFICIARY_MOVED_LATELY: { status: 409, retry: false },
  BENEFICIARY_NUMBER_NOT_OWN: { status: 422, retry: false },
  BENEFICIARY_NUMBER_SAME: { status: 422, retry: false },
  BENEFICIARY_PROOF_MISSING: { status: 403, retry: false },
  PRESENCE_NOT_SHOWN: { status: 403, retry: false },
} as const satisfies ErrorTable;
export type BeneficiaryCode = keyof typeof beneficiaryErrors;
