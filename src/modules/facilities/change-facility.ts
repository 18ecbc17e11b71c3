// Opens, changes and closes a facility. The level above opens and closes; the facility's own admin may mend its
// name, address and hours. Where sessions lie ahead, place and PIN code stand: people have booked by them.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { dateInIndia } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import type { FacilityCode } from "./errors.js";
import { facilityOfAdmin } from "./find-facilities.js";
import { checkFacility, mayOpenOrClose } from "./rules.js";
import * as store from "./store.js";
import type { FacilityInput } from "./types.js";

type Change = Outcome<{ facilityId: string }, FacilityCode | "NOT_SIGNED_IN" | "INPUT_INVALID">;
type FacilityDeps = Pick<Deps, "db" | "clock">;

/** `facilityId` is made with the form: a form sent twice opens one facility. */
export async function openFacility(
  deps: FacilityDeps,
  actor: StaffActor,
  input: FacilityInput & { facilityId: string },
): Promise<Change> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const district = await store.selectDistrict(deps.db, input.districtId);
  const problems = checkFacility(input, district !== undefined);
  if (problems.length > 0 || !district) return invalid(problems);
  const place = { stateId: district.stateId, districtId: district.districtId, facilityId: null };
  if (!mayOpenOrClose(signIn.staff, place)) return refused("FACILITY_OUTSIDE_JURISDICTION");
  if (!isUuid(input.facilityId)) return refused("FACILITY_NOT_FOUND");
  await insertWithCenterId(deps, input, district.stateId);
  return done({ facilityId: input.facilityId });
}

/** Co-WIN's centre numbers have up to six digits; ours are drawn from six and drawn again when taken. */
async function insertWithCenterId(
  deps: FacilityDeps,
  input: FacilityInput & { facilityId: string },
  stateId: number,
): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const inserted = await store.insertFacility(
      deps.db,
      input.facilityId,
      randomInt(100_000, 1_000_000),
      input,
      stateId,
    );
    if (inserted !== "center-id-taken") return;
  }
  throw new Error("no free centre number found in twenty draws");
}

export async function changeFacility(
  deps: FacilityDeps,
  actor: StaffActor,
  input: FacilityInput & { facilityId: string },
): Promise<Change> {
  const found = await facilityOfAdmin(deps, actor, input.facilityId);
  if (!found.ok) return found;
  const { staff, facility } = found.value;
  if (!facility.isActive) return refused("FACILITY_CLOSED");
  const district = await store.selectDistrict(deps.db, input.districtId);
  const problems = checkFacility(input, district !== undefined);
  if (problems.length > 0 || !district) return invalid(problems);
  const isMoved =
    district.districtId !== facility.districtId ||
    Number(input.pincode) !== facility.pincode ||
    input.feeType !== facility.feeType;
  const newPlace = { stateId: district.stateId, districtId: district.districtId, facilityId: facility.facilityId };
  if (isMoved && !mayOpenOrClose(staff, newPlace)) return refused("FACILITY_OUTSIDE_JURISDICTION");
  const changed = await store.updateFacility(
    deps.db,
    facility.facilityId,
    input,
    district.stateId,
    dateInIndia(deps.clock()),
  );
  return changed ? done({ facilityId: facility.facilityId }) : refused("FACILITY_HAS_SESSIONS");
}

/** Closing is not undone: a facility that opens again is a new one. */
export async function closeFacility(
  deps: FacilityDeps,
  actor: StaffActor,
  input: { facilityId: string },
): Promise<Change> {
  const found = await facilityOfAdmin(deps, actor, input.facilityId);
  if (!found.ok) return found;
  const { staff, facility } = found.value;
  if (!mayOpenOrClose(staff, facility)) return refused("FACILITY_OUTSIDE_JURISDICTION");
  const closed = await store.closeIfIdle(deps.db, facility.facilityId, dateInIndia(deps.clock()));
  return closed ? done({ facilityId: facility.facilityId }) : refused("FACILITY_HAS_SESSIONS");
}
