// Codes of erasures.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const erasureErrors = {
  ERASURE_ASKED: { status: 409, retry: false },
  ERASURE_HAS_APPOINTMENT: { status: 409, retry: false },
} as const satisfies ErrorTable;
