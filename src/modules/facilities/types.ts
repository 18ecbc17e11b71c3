// Facilities: the places where sessions are held, and the states and districts they lie in. Public data.
// SPDX-License-Identifier: Apache-2.0

export const feeTypes = ["Free", "Paid"] as const;
export type FeeType = (typeof feeTypes)[number];

export interface StateView {
  readonly stateId: number;
  readonly name: string;
}
export interface DistrictView {
  readonly districtId: number;
  readonly stateId: number;
  readonly name: string;
}

export interface FacilityView {
  readonly facilityId: string;
  /** Co-WIN's number of the centre. */
  readonly centerId: number;
  readonly name: string;
  readonly address: string;
  readonly stateId: number;
  readonly stateName: string;
  readonly districtId: number;
  readonly districtName: string;
  readonly blockName: string;
  readonly pincode: number;
  /** "HH:MM" in Asia/Kolkata. */
  readonly opensAt: string;
  readonly closesAt: string;
  readonly feeType: FeeType;
  readonly isActive: boolean;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** What an admin says of a facility. Field names are those of the form. */
export interface FacilityInput {
  readonly name: string;
  readonly address: string;
  readonly districtId: number;
  readonly blockName: string;
  readonly pincode: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly feeType: string;
}

/** A part of the country; an empty one is the whole country. */
export interface Scope {
  readonly facilityId?: string | undefined;
  readonly districtId?: number | undefined;
  readonly stateId?: number | undefined;
}
