// Codes of the public figures.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const coverageErrors = {
  COVERAGE_FILE_TOO_LARGE: { status: 422, retry: false },
} as const satisfies ErrorTable;
