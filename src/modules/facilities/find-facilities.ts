// Finds facilities: for anybody by district or PIN code, and for an admin within the jurisdiction.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type Staff, type StaffActor } from "../staff/index.js";
import type { FacilityCode } from "./errors.js";
import { isPincode, mayManage, scopeOf } from "./rules.js";
import * as store from "./store.js";
import type { DistrictView, FacilityView, Scope, StateView } from "./types.js";

export interface FacilitySearch {
  readonly districtId?: number | undefined;
  readonly pincode?: string | undefined;
  readonly nameHas?: string | undefined;
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
}
export interface FacilitiesFound {
  readonly facilities: readonly FacilityView[];
  readonly more: boolean;
}

export function listStates(deps: Pick<Deps, "db">): Promise<StateView[]> {
  return store.selectStates(deps.db);
}
export function listDistricts(deps: Pick<Deps, "db">, stateId: number): Promise<DistrictView[]> {
  return store.selectDistricts(deps.db, stateId);
}

async function search(
  deps: Pick<Deps, "db">,
  scope: Scope,
  wanted: FacilitySearch,
  onlyActive: boolean,
): Promise<FacilitiesFound> {
  const limit = Math.min(Math.max(wanted.limit ?? 25, 1), 100);
  const facilities = await store.selectFacilities(deps.db, {
    ...scope,
    districtId: scope.districtId ?? wanted.districtId,
    pincode: wanted.pincode && isPincode(wanted.pincode) ? Number(wanted.pincode) : undefined,
    nameHas: wanted.nameHas?.slice(0, 100),
    onlyActive,
    skip: Math.min(Math.max(wanted.skip ?? 0, 0), 10_000),
    limit: limit + 1,
  });
  return { facilities: facilities.slice(0, limit), more: facilities.length > limit };
}

/** Open facilities, for anybody. */
export function findFacilities(deps: Pick<Deps, "db">, wanted: FacilitySearch): Promise<FacilitiesFound> {
  return search(deps, {}, wanted, true);
}

/** The facilities that an admin answers for, closed ones last. */
export async function listFacilities(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  wanted: FacilitySearch,
): Promise<Outcome<FacilitiesFound, "NOT_SIGNED_IN" | "NOT_ALLOWED">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const scope = scopeOf(signIn.staff);
  if (!scope) return refused("NOT_ALLOWED");
  return done(await search(deps, scope, wanted, false));
}

const nearDegrees = 0.5;
const mostNear = 50;

/** Open facilities whose place on the map is known, within about fifty kilometres, nearest first. */
export function findFacilitiesNear(
  deps: Pick<Deps, "db">,
  point: { readonly latitude: number; readonly longitude: number },
): Promise<FacilityView[]> {
  return store.selectFacilitiesNear(deps.db, point, nearDegrees, mostNear);
}

export async function findFacility(deps: Pick<Deps, "db">, facilityId: string): Promise<FacilityView | undefined> {
  return isUuid(facilityId) ? store.selectFacility(deps.db, facilityId) : undefined;
}

export type ManageRefusal =
  | "NOT_SIGNED_IN"
  | Extract<FacilityCode, "FACILITY_NOT_FOUND" | "FACILITY_OUTSIDE_JURISDICTION">;

/** The facility and the admin who may manage it; every change at a facility begins here. */
export async function facilityOfAdmin(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  facilityId: string,
): Promise<Outcome<{ staff: Staff; facility: FacilityView }, ManageRefusal>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const facility = await findFacility(deps, facilityId);
  if (!facility) return refused("FACILITY_NOT_FOUND");
  if (!mayManage(signIn.staff, facility)) return refused("FACILITY_OUTSIDE_JURISDICTION");
  return done({ staff: signIn.staff, facility });
}
