// Attendance: a session's day at its site. Who is expected (numbers only), who is here, whose photo id was compared,
// who walked in. A record opens only for somebody who has checked in, and each opening is written down.
// SPDX-License-Identifier: Apache-2.0
export {
  admitWalkIn,
  listPresentPeople,
  noteFacilitation,
  type PresentPerson,
  readFacilitationReason,
} from "./admit-walk-in.js";
export { checkIdentity } from "./check-identity.js";
export { attendanceErrors } from "./errors.js";
export { findPresent } from "./find-present.js";
export { type Ids, type OpenedForDose, type OpenedIdentity, openForDose, openIdentity } from "./open-person.js";
export {
  findPersonToday,
  findSessionDay,
  findTodaysSession,
  listTodaysSessions,
  type PersonToday,
} from "./session-day.js";
export {
  type DayLine,
  type DaySession,
  facilitationReasons,
  identityReasons,
  type SessionDay,
  type Stage,
} from "./types.js";
