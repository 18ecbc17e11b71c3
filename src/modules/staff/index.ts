// Staff: who may act for the programme, in which role and where; invitations, passkeys and sign-ins.
// There are no passwords. Other modules ask `reaches` before they let anybody act at a place.
// SPDX-License-Identifier: Apache-2.0
export { findInvitedStaff, finishEnrolment, startEnrolment } from "./enrol-passkey.js";
export { staffErrors } from "./errors.js";
export { endStaffSignIn, findSignInOfActor, findStaffSignIn, idleMinutes, shiftHours } from "./find-staff-sign-in.js";
export { firstAdminInvitation, inviteStaff, renewInvitation, type StaffInvitationInput } from "./invite-staff.js";
export { listStaff } from "./list-staff.js";
export { openProgramSignIn } from "./open-program-sign-in.js";
export { removeStaff } from "./remove-staff.js";
export {
  levelOf,
  reaches,
  relyingPartyOf,
  rolesInvitableBy,
  worksAtSessionSite,
} from "./rules.js";
export { finishPasskeySignIn, startPasskeySignIn } from "./sign-in-with-passkey.js";
export {
  type Invitation,
  type Place,
  type RelyingParty,
  type Role,
  type Staff,
  type StaffActor,
  type StaffLine,
  type StaffSignIn,
  type StaffState,
} from "./types.js";
