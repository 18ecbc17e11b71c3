// Codes of breach inquiries.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const inquiryErrors = {
  INQUIRY_NOT_FOUND: { status: 404, retry: false },
  INQUIRY_CLOSED: { status: 409, retry: false },
  INQUIRY_SECOND_OFFICER_NEEDED: { status: 403, retry: false },
  INQUIRY_ALREADY_SECONDED: { status: 409, retry: false },
  INQUIRY_NO_SAMPLE: { status: 409, retry: false },
  INQUIRY_SAMPLE_TAKEN: { status: 409, retry: false },
  INQUIRY_SAMPLE_TOO_SMALL: { status: 422, retry: false },
  INQUIRY_SAMPLE_TOO_LARGE: { status: 422, retry: false },
  INQUIRY_SAMPLE_UNREADABLE: { status: 422, retry: false },
  INQUIRY_COLUMN_UNKNOWN: { status: 422, retry: false },
  INQUIRY_RUN_UNDER_WAY: { status: 409, retry: true },
  INQUIRY_LIMIT: { status: 429, retry: false },
  INQUIRY_NEEDS_BOTH: { status: 403, retry: false },
  INQUIRY_NO_ANSWER: { status: 409, retry: false },
  INQUIRY_REPORT_INCOMPLETE: { status: 409, retry: false },
  INQUIRY_TOLD_AT_INVALID: { status: 422, retry: false },
  INQUIRY_TOLD_BY_INVALID: { status: 422, retry: false },
} as const satisfies ErrorTable;
