// Beneficiaries: the people of the register. Registered by the holder of a phone or by staff, up to six a phone.
// Here they are ids; who they are lies sealed in the vault and is shown through the gate.
// SPDX-License-Identifier: Apache-2.0
export { type BeneficiaryCode, beneficiaryErrors } from "./errors.js";
export { leaveNumber, mergeInto } from "./leave-account.js";
export { confirmMove, type MoveCodes, requestMove } from "./move-beneficiary.js";
export { refuseLookup } from "./refuse-lookup.js";
export { type RegisterCode, type Registration, registerBeneficiary } from "./register-beneficiary.js";
export { hasAppointmentAhead, type RemoveCode, removeBeneficiary } from "./remove-beneficiary.js";
export { nameFault, readIdentity } from "./rules.js";
export {
  type Beneficiary,
  genders,
  type Identity,
  mostPeople,
  type PersonInput,
  photoIdTypes,
  type Registered,
} from "./types.js";
export { followReference, listBeneficiaries, viewBeneficiaries } from "./view-beneficiaries.js";
