// Codes of partners.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const partnerErrors = {
  PARTNER_NAME_WRONG: { status: 422, retry: false },
  PARTNER_SCOPE_UNKNOWN: { status: 422, retry: false },
  PARTNER_BUDGET_WRONG: { status: 422, retry: false },
  PARTNER_OVERLAP_WRONG: { status: 422, retry: false },
  PARTNER_KEY_UNKNOWN: { status: 401, retry: false },
  PARTNER_BUDGET_USED: { status: 429, retry: true },
} as const satisfies ErrorTable;
export type PartnerCode = keyof typeof partnerErrors;
