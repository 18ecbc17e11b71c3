// Codes of appointments.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const appointmentErrors = {
  APPOINTMENT_SLOT_FULL: { status: 409, retry: false },
  APPOINTMENT_SESSION_CANCELLED: { status: 409, retry: false },
  APPOINTMENT_SESSION_NOT_FOUND: { status: 404, retry: false },
  APPOINTMENT_SLOT_OVER: { status: 409, retry: false },
  APPOINTMENT_ALREADY_BOOKED: { status: 409, retry: false },
  APPOINTMENT_PEOPLE_MISSING: { status: 422, retry: false },
  APPOINTMENT_SLOT_MISSING: { status: 422, retry: false },
  APPOINTMENT_MIXED_DOSES: { status: 409, retry: false },
  APPOINTMENT_OTHER_DOSE: { status: 409, retry: false },
  APPOINTMENT_AGE_OUTSIDE: { status: 409, retry: false },
  APPOINTMENT_NOT_FOUND: { status: 404, retry: false },
  APPOINTMENT_SAME_SLOT: { status: 409, retry: false },
  APPOINTMENT_CHANGED: { status: 409, retry: false },
  APPOINTMENT_DAY_OVER: { status: 409, retry: false },
  APPOINTMENT_BEGUN: { status: 409, retry: false },
  CHECK_IN_CODE_WRONG: { status: 422, retry: false },
  CHECK_IN_TOO_MANY_TRIES: { status: 409, retry: false },
  CHECK_IN_NOT_HERE: { status: 404, retry: false },
  CHECK_IN_NOT_TODAY: { status: 409, retry: false },
  CHECK_IN_CANCELLED: { status: 409, retry: false },
} as const satisfies ErrorTable;
export type AppointmentCode = keyof typeof appointmentErrors;
