// Facilities: where sessions are held, and the states and districts they lie in, with Co-WIN's ids.
// Public reference data; admins change facilities within their jurisdiction only.
// SPDX-License-Identifier: Apache-2.0
export { type FacilityCode, facilityErrors } from "./errors.js";
export { loadPlaces } from "./load-places.js";
export { isPincode } from "./rules.js";
export { facilityColumns, facilityTables } from "./store.js";
export type { DistrictView, FacilityInput, FacilityView, FeeType, StateView } from "./types.js";
