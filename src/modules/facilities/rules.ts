// What a facility must look like before it is written down. Pure.
// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../platform/errors.js";
import type { FacilityCode } from "./errors.js";
import { type FacilityInput, feeTypes } from "./types.js";

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
  else if (isClockTime(input.opensAt) && input.closesAt <= input.opensAt) say("closesAt", "FACILITY_CLOSES_BEFORE_OPENING");
  if (!(feeTypes as readonly string[]).includes(input.feeType)) say("feeType", "FACILITY_FEE_MISSING");
  return problems;
}
