// Codes of the gate.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const disclosureErrors = {
  DISCLOSURE_NOT_ALLOWED: { status: 403, retry: false },
  DISCLOSURE_BUDGET_SPENT: { status: 429, retry: true },
  DISCLOSURE_STOPPED: { status: 403, retry: false },
  DISCLOSURE_LOG_UNAVAILABLE: { status: 503, retry: true },
} as const satisfies ErrorTable;
