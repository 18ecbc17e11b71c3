// Codes of adverse event reports.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const aefiErrors = {
  AEFI_SEVERITY_MISSING: { status: 422, retry: false },
  AEFI_NOTE_MISSING: { status: 422, retry: false },
  AEFI_NOTE_TOO_LONG: { status: 422, retry: false },
  AEFI_VACCINATION_NOT_FOUND: { status: 404, retry: false },
} as const satisfies ErrorTable;
export type AefiCode = keyof typeof aefiErrors;
