// What a facility must look like before it is written down, and who may change which. Pure.
// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../platform/errors.js";
import { type Place, type Role, reaches, type Staff } from "../staff/index.js";
import type { FacilityCode } from "./errors.js";
import { type FacilityInput, feeTypes, type Scope } from "./types.js";

/** "HH:MM" of a day that has 24 hours. */
export function isClockTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** A PIN code has six digits and does not begin with 0 (India Post). */
export function isPincode(text: string): boolean {
  return /^[1-9]\d{5}$/.test(text);
}

export function checkFacility(input: FacilityInput, knowsDistrict: boolean): Problem<FacilityCode>[] {
  const problems: Problem<FacilityCode>[] = [];
  const say = (field: keyof FacilityInput, code: FacilityCode) => problems.push({ field, code });
  if (!input.name) say("name", "FACILITY_NAME_MISSING");
  else if ([...input.name].length > 120) say("name", "FACILITY_NAME_TOO_LONG");
  if (!input.address) say("address", "FACILITY_ADDRESS_MISSING");
  else if ([...input.address].length > 300) say("address", "FACILITY_ADDRESS_TOO_LONG");
  if (!knowsDistrict) say("districtId", "FACILITY_DISTRICT_UNKNOWN");
  if ([...input.blockName].length > 100) say("blockName", "FACILITY_NAME_TOO_LONG");
  if (!isPincode(input.pincode)) say("pincode", "FACILITY_PINCODE_WRONG");
  if (!isClockTime(input.opensAt)) say("opensAt", "FACILITY_TIME_WRONG");
  if (!isClockTime(input.closesAt)) say("closesAt", "FACILITY_TIME_WRONG");
  else if (isClockTime(input.opensAt) && input.closesAt <= input.opensAt)
    say("closesAt", "FACILITY_CLOSES_BEFORE_OPENING");
  if (!(feeTypes as readonly string[]).includes(input.feeType)) say("feeType", "FACILITY_FEE_MISSING");
  return problems;
}

const adminRoles: readonly Role[] = ["facility-admin", "district-admin", "state-admin", "national-admin"];

/** Admins act at places they reach; staff of a site, and privacy officers, change none. */
export function mayManage(staff: Staff, place: Place): boolean {
  return adminRoles.includes(staff.role) && reaches(staff, place);
}

/** Facilities are opened, moved and closed by the level above them. */
export function mayOpenOrClose(staff: Staff, place: Place): boolean {
  return staff.role !== "facility-admin" && mayManage(staff, place);
}

/** The part of the country that an admin answers for, as a filter; undefined for roles that manage no place. */
export function scopeOf(staff: Staff): Scope | undefined {
  switch (staff.role) {
    case "national-admin":
      return {};
    case "state-admin":
      return staff.stateId === null ? undefined : { stateId: staff.stateId };
    case "district-admin":
      return staff.districtId === null ? undefined : { districtId: staff.districtId };
    case "facility-admin":
      return staff.facilityId === null ? undefined : { facilityId: staff.facilityId };
    default:
      return undefined;
  }
}
