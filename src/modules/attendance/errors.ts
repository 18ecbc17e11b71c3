// Codes of a session's day.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const attendanceErrors = {
  ATTENDANCE_NOT_TODAY: { status: 409, retry: false },
  ATTENDANCE_NOT_CHECKED_IN: { status: 409, retry: false },
  ATTENDANCE_ANSWER_MISSING: { status: 422, retry: false },
  ATTENDANCE_REASON_MISSING: { status: 422, retry: false },
  ATTENDANCE_BATCH_MISSING: { status: 422, retry: false },
  ATTENDANCE_SLIP_UNREADABLE: { status: 422, retry: false },
  ATTENDANCE_SEARCH_WRONG: { status: 422, retry: false },
  WALK_IN_FULL: { status: 409, retry: false },
  WALK_IN_BOOKED_ELSEWHERE: { status: 409, retry: false },
  WALK_IN_CHOICE_MISSING: { status: 422, retry: false },
} as const satisfies ErrorTable;
