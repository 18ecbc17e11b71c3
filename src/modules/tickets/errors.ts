// Codes of tickets.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const ticketErrors = {
  TICKET_NOT_FOUND: { status: 404, retry: false },
  TICKET_KIND_UNKNOWN: { status: 404, retry: false },
  TICKET_WORDS_MISSING: { status: 422, retry: false },
  TICKET_CHOICE_MISSING: { status: 422, retry: false },
  TICKET_WORDS_LONG: { status: 422, retry: false },
  TICKET_NOTHING_CHANGES: { status: 422, retry: false },
  TICKET_TOO_MUCH_CHANGES: { status: 422, retry: false },
  TICKET_FILE_MISSING: { status: 422, retry: false },
  TICKET_FILE_TOO_LARGE: { status: 422, retry: false },
  /** Neither JPEG nor PNG nor PDF, by its first bytes. */
  TICKET_FILE_TYPE: { status: 422, retry: false },
  TICKET_FILES_ENOUGH: { status: 409, retry: false },
  TICKET_DATE_WRONG: { status: 422, retry: false },
  TICKET_DOSE_UNKNOWN: { status: 422, retry: false },
  TICKET_BATCH_UNKNOWN: { status: 422, retry: false },
  TICKET_FACILITY_UNKNOWN: { status: 422, retry: false },
  TICKET_SESSION_UNKNOWN: { status: 422, retry: false },
  TICKET_PASSPORT_NUMBER_WRONG: { status: 422, retry: false },
  TICKET_BIRTH_DATE_WRONG: { status: 422, retry: false },
  /** That registration is not held by the number that was proved, or is this one. */
  TICKET_OTHER_UNKNOWN: { status: 422, retry: false },
  /** Without a dose the person is removed and registered again. */
  TICKET_NO_DOSE: { status: 409, retry: false },
  TICKET_OPEN_ALREADY: { status: 409, retry: false },
  TICKET_LIMIT_REACHED: { status: 409, retry: false },
  TICKET_REOPEN_OVER: { status: 409, retry: false },
  /** The ticket has moved on since the page was shown. */
  TICKET_MOVED_ON: { status: 409, retry: false },
  /** A rule may not accept it: it waits for an officer. */
  TICKET_NEEDS_OFFICER: { status: 409, retry: false },
  TICKET_TAKEN: { status: 409, retry: false },
  TICKET_SECOND_PERSON: { status: 409, retry: false },
  /** The record changed while the correction was being made; nothing was written. */
  TICKET_RECORD_CHANGED: { status: 409, retry: true },
} as const satisfies ErrorTable;
export type TicketCode = keyof typeof ticketErrors;
