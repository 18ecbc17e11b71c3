// Facilities: where sessions are held, and the states and districts they lie in, with Co-WIN's ids.
// Public reference data; admins change facilities within their jurisdiction only.
// SPDX-License-Identifier: Apache-2.0
export { changeFacility, closeFacility, openFacility } from "./change-facility.js";
export { type FacilityCode, facilityErrors } from "./errors.js";
export {
  type FacilitiesFound,
  facilityOfAdmin,
  findFacilities,
  findFacilitiesNear,
  findFacility,
  listDistricts,
  listFacilities,
  listStates,
  type ManageRefusal,
} from "./find-facilities.js";
export { loadPlaces } from "./load-places.js";
export { isPincode, mayOpenOrClose, scopeOf } from "./rules.js";
export { facilityColumns, facilityTables } from "./store.js";
export type { DistrictView, FacilityInput, FacilityView, FeeType, Scope, StateView } from "./types.js";
