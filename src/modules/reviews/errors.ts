// Codes of reviews.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const reviewErrors = {
  REVIEW_NOT_FOUND: { status: 404, retry: false },
} as const satisfies ErrorTable;
