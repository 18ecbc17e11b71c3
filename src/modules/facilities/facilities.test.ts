// Facilities on a real database: what admins may open, change and close, and where.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { signedInStaff } from "../../../tests/support/staff-actor.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import type { StaffActor } from "../staff/index.js";
import {
  changeFacility,
  closeFacility,
  findFacilities,
  findFacility,
  listDistricts,
  listFacilities,
  listStates,
  loadPlaces,
  openFacility,
} from "./index.js";
import { checkFacility } from "./rules.js";
import type { FacilityInput } from "./types.js";

const pune = 363;
const mumbai = 395;
const alappuzha = 301;
const clinic: FacilityInput = {
  name: "Demo Clinic",
  address: "1 Demo Road",
  districtId: pune,
  blockName: "",
  pincode: "411001",
  opensAt: "09:00",
  closesAt: "17:00",
  feeType: "Free",
};
let world: World;
let maharashtra: StaffActor;
let puneOfficer: StaffActor;

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T04:00:00Z"));
  await loadPlaces(world.deps.db);
  maharashtra = (await signedInStaff(world.deps, "state-admin", { stateId: 21 })).actor;
  puneOfficer = (await signedInStaff(world.deps, "district-admin", { districtId: pune })).actor;
});
after(() => world.close());

async function opened(input: Partial<FacilityInput> = {}, actor = maharashtra): Promise<string> {
  const outcome = await openFacility(world.deps, actor, { ...clinic, ...input, facilityId: uuidv7() });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.facilityId;
}

async function planned(facilityId: string): Promise<void> {
  await world.deps.db.rows(
    `INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age, status)
     VALUES ($1, $2, 21, 363, 411001, 'COVAXIN', '2026-11-24', 18, 'published')`,
    [uuidv7(), facilityId],
  );
}

describe("places", () => {
  test("are loaded once, however often, with names trimmed", async () => {
    await loadPlaces(world.deps.db);
    assert.equal((await listStates(world.deps)).length, 37);
    const [count] = await world.deps.db.rows<{ n: number }>("SELECT count(*)::int AS n FROM registry.districts");
    assert.equal(count?.n, 756);
    const districts = await listDistricts(world.deps, 21);
    assert.equal(districts.find((d) => d.districtId === 397)?.name, "Aurangabad");
    assert.equal(districts.find((d) => d.districtId === mumbai)?.name, "Mumbai");
  });
});

describe("a facility's form", () => {
  const cases: [Partial<FacilityInput>, string, string][] = [
    [{ name: "" }, "name", "FACILITY_NAME_MISSING"],
    [{ name: "न".repeat(121) }, "name", "FACILITY_NAME_TOO_LONG"],
    [{ address: "" }, "address", "FACILITY_ADDRESS_MISSING"],
    [{ address: "a".repeat(301) }, "address", "FACILITY_ADDRESS_TOO_LONG"],
    [{ pincode: "011001" }, "pincode", "FACILITY_PINCODE_WRONG"],
    [{ pincode: "41100" }, "pincode", "FACILITY_PINCODE_WRONG"],
    [{ pincode: "४११००१" }, "pincode", "FACILITY_PINCODE_WRONG"],
    [{ opensAt: "24:00" }, "opensAt", "FACILITY_TIME_WRONG"],
    [{ closesAt: "9:00" }, "closesAt", "FACILITY_TIME_WRONG"],
    [{ closesAt: "09:00" }, "closesAt", "FACILITY_CLOSES_BEFORE_OPENING"],
    [{ feeType: "Cheap" }, "feeType", "FACILITY_FEE_MISSING"],
  ];
  for (const [change, field, code] of cases) {
    test(`${field} ${JSON.stringify(Object.values(change)[0]).slice(0, 20)} → ${code}`, () => {
      assert.deepEqual(checkFacility({ ...clinic, ...change }, true), [{ field, code }]);
    });
  }
  test("a good one has no problem, an unknown district has one", () => {
    assert.deepEqual(checkFacility(clinic, true), []);
    assert.deepEqual(checkFacility(clinic, false), [{ field: "districtId", code: "FACILITY_DISTRICT_UNKNOWN" }]);
  });
});

describe("jurisdiction", () => {
  test("a state admin opens in the state, not in another one", async () => {
    await opened({ districtId: mumbai });
    const outside = await openFacility(world.deps, maharashtra, {
      ...clinic,
      districtId: alappuzha,
      facilityId: uuidv7(),
    });
    assert.deepEqual(outside, { ok: false, code: "FACILITY_OUTSIDE_JURISDICTION" });
  });

  test("a district officer sees and changes the district only", async () => {
    const own = await opened({ name: "Demo Clinic of Pune" });
    const other = await opened({ districtId: mumbai, name: "Demo Clinic of Mumbai" });
    const list = await listFacilities(world.deps, puneOfficer, {});
    assert.ok(list.ok);
    const ids = list.value.facilities.map((f) => f.facilityId);
    assert.ok(ids.includes(own) && !ids.includes(other));
    const outcome = await changeFacility(world.deps, puneOfficer, { ...clinic, facilityId: other });
    assert.deepEqual(outcome, { ok: false, code: "FACILITY_OUTSIDE_JURISDICTION" });
    const given = await changeFacility(world.deps, puneOfficer, { ...clinic, districtId: mumbai, facilityId: own });
    assert.deepEqual(given, { ok: false, code: "FACILITY_OUTSIDE_JURISDICTION" });
  });

  test("a facility's admin mends the address, and neither moves nor closes it; a vaccinator does nothing", async () => {
    const facilityId = await opened();
    const admin = (await signedInStaff(world.deps, "facility-admin", { facilityId })).actor;
    const vaccinator = (await signedInStaff(world.deps, "vaccinator", { facilityId })).actor;
    assert.ok((await changeFacility(world.deps, admin, { ...clinic, address: "2 Demo Road", facilityId })).ok);
    assert.equal((await findFacility(world.deps, facilityId))?.address, "2 Demo Road");
    const refusal = { ok: false, code: "FACILITY_OUTSIDE_JURISDICTION" };
    assert.deepEqual(await changeFacility(world.deps, admin, { ...clinic, pincode: "411002", facilityId }), refusal);
    assert.deepEqual(await closeFacility(world.deps, admin, { facilityId }), refusal);
    assert.deepEqual(await changeFacility(world.deps, vaccinator, { ...clinic, facilityId }), refusal);
    assert.deepEqual(await listFacilities(world.deps, vaccinator, {}), { ok: false, code: "NOT_ALLOWED" });
  });

  test("without a sign-in nothing happens", async () => {
    const nobody: StaffActor = { kind: "staff", signInId: uuidv7() };
    assert.deepEqual(await openFacility(world.deps, nobody, { ...clinic, facilityId: uuidv7() }), {
      ok: false,
      code: "NOT_SIGNED_IN",
    });
  });
});

describe("life of a facility", () => {
  test("a form sent twice opens one", async () => {
    const form = { ...clinic, name: "Demo Clinic Twice", facilityId: uuidv7() };
    const outcomes = await Promise.all([1, 2, 3].map(() => openFacility(world.deps, maharashtra, form)));
    assert.ok(outcomes.every((o) => o.ok));
    const list = await listFacilities(world.deps, maharashtra, { nameHas: "twice" });
    assert.ok(list.ok && list.value.facilities.length === 1);
  });

  test("a wrong form names each field and opens none", async () => {
    const outcome = await openFacility(world.deps, maharashtra, {
      ...clinic,
      name: "",
      pincode: "x",
      districtId: 0,
      facilityId: uuidv7(),
    });
    assert.ok(!outcome.ok && outcome.code === "INPUT_INVALID");
    assert.deepEqual(
      outcome.problems?.map((p) => p.field),
      ["name", "districtId", "pincode"],
    );
  });

  test("with sessions ahead it neither closes nor moves; its name may change", async () => {
    const facilityId = await opened();
    await planned(facilityId);
    const refusal = { ok: false, code: "FACILITY_HAS_SESSIONS" };
    assert.deepEqual(await closeFacility(world.deps, maharashtra, { facilityId }), refusal);
    assert.deepEqual(
      await changeFacility(world.deps, maharashtra, { ...clinic, pincode: "411009", facilityId }),
      refusal,
    );
    assert.ok(
      (await changeFacility(world.deps, maharashtra, { ...clinic, name: "Demo Clinic, new wing", facilityId })).ok,
    );
  });

  test("closed, it is found no more by the public, and can be changed no more", async () => {
    const facilityId = await opened({ pincode: "411077" });
    assert.equal((await findFacilities(world.deps, { pincode: "411077" })).facilities.length, 1);
    assert.ok((await closeFacility(world.deps, maharashtra, { facilityId })).ok);
    assert.equal((await findFacilities(world.deps, { pincode: "411077" })).facilities.length, 0);
    assert.deepEqual(await changeFacility(world.deps, maharashtra, { ...clinic, facilityId }), {
      ok: false,
      code: "FACILITY_CLOSED",
    });
  });

  test("finds by district, in pages", async () => {
    const first = await findFacilities(world.deps, { districtId: mumbai, limit: 1 });
    assert.equal(first.facilities.length, 1);
    assert.equal(first.more, true);
    const all = await findFacilities(world.deps, { districtId: mumbai });
    assert.equal(all.more, false);
    assert.ok(all.facilities.every((f) => f.districtId === mumbai && f.stateName === "Maharashtra"));
  });
});
