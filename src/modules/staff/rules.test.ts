// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fits, mayInvite, mayRemove, reaches, relyingPartyOf, rolesInvitableBy, worksAtSessionSite } from "./rules.js";
import { type Place, type Role, roles, type Staff } from "./types.js";

const country: Place = { stateId: null, districtId: null, facilityId: null };
const state: Place = { ...country, stateId: 21 };
const district: Place = { ...state, districtId: 363 };
const facility: Place = { ...district, facilityId: "clinic-1" };
const placeOfRole: Record<Role, Place> = {
  verifier: facility,
  vaccinator: facility,
  "facility-admin": facility,
  "district-admin": district,
  "state-admin": state,
  "national-admin": country,
  "privacy-officer": country,
};

function staffOf(role: Role, place: Place = placeOfRole[role]): Staff {
  return { staffId: `a ${role}`, role, displayName: "Demo", placeName: null, ...place };
}

test("each role invites the roles below it, and no other", () => {
  const table: Record<Role, Role[]> = {
    verifier: [],
    vaccinator: [],
    "facility-admin": ["verifier", "vaccinator"],
    "district-admin": ["verifier", "vaccinator", "facility-admin"],
    "state-admin": ["verifier", "vaccinator", "facility-admin", "district-admin"],
    "national-admin": ["verifier", "vaccinator", "facility-admin", "district-admin", "state-admin", "privacy-officer"],
    "privacy-officer": [],
  };
  for (const actor of roles) {
    for (const role of roles) {
      assert.equal(
        mayInvite(staffOf(actor), role, placeOfRole[role]),
        table[actor].includes(role),
        `${actor} → ${role}`,
      );
    }
  }
});

test("the neighbouring facility, district and state are out of reach", () => {
  assert.equal(reaches(staffOf("facility-admin"), { ...facility, facilityId: "clinic-2" }), false);
  assert.equal(reaches(staffOf("verifier"), { ...facility, facilityId: "clinic-2" }), false);
  assert.equal(reaches(staffOf("district-admin"), { ...facility, districtId: 364 }), false);
  assert.equal(reaches(staffOf("state-admin"), { ...facility, stateId: 22 }), false);
  assert.equal(reaches(staffOf("national-admin"), { ...facility, stateId: 22 }), true);
  assert.equal(reaches(staffOf("privacy-officer"), facility), false);
});

test("a wider place is out of reach: a district officer does not act for the state", () => {
  assert.equal(reaches(staffOf("district-admin"), state), false);
  assert.equal(reaches(staffOf("state-admin"), country), false);
  assert.equal(reaches(staffOf("facility-admin"), district), false);
});

test("a role fits its own level only", () => {
  assert.equal(fits("verifier", district), false);
  assert.equal(fits("district-admin", facility), false);
  assert.equal(fits("district-admin", state), false);
  assert.equal(fits("national-admin", state), false);
  assert.equal(fits("state-admin", state), true);
});

test("nobody removes themselves, nor anybody level with them", () => {
  const admin = staffOf("facility-admin");
  assert.equal(mayRemove(admin, staffOf("verifier")), true);
  assert.equal(mayRemove(admin, admin), false);
  assert.equal(mayRemove(admin, { ...admin, staffId: "another" }), false);
  assert.equal(mayRemove({ ...staffOf("verifier"), staffId: "x" }, staffOf("verifier")), false);
});

test("only verifiers and vaccinators work on today's list", () => {
  assert.deepEqual(roles.filter(worksAtSessionSite), ["verifier", "vaccinator"]);
});

const aPlace = fc
  .record({
    state: fc.integer({ min: 1, max: 3 }),
    district: fc.integer({ min: 1, max: 3 }),
    facility: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ state: s, district: d, facility: f }) => ({
    stateId: s,
    districtId: s * 10 + d,
    facilityId: `${s}${d}${f}`,
  }));

function narrow(role: Role, place: Place): Place {
  if (fits(role, place)) return place;
  const asDistrict = { ...place, facilityId: null };
  const asState = { ...asDistrict, districtId: null };
  return [asDistrict, asState, country].find((each) => fits(role, each)) ?? country;
}

test("property: whoever may invite somewhere has every level of their own place in common with it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...roles),
      aPlace,
      fc.constantFrom(...roles),
      aPlace,
      (actorRole, actorPlace, role, place) => {
        const actor = staffOf(actorRole, narrow(actorRole, actorPlace));
        const target = narrow(role, place);
        if (!mayInvite(actor, role, target)) return;
        assert.ok(rolesInvitableBy(actorRole).includes(role));
        for (const level of ["stateId", "districtId", "facilityId"] as const) {
          if (actor[level] !== null) assert.equal(target[level], actor[level]);
        }
      },
    ),
  );
});

test("property: an invitation never leads further than the inviter reaches", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...roles),
      aPlace,
      fc.constantFrom(...roles),
      aPlace,
      aPlace,
      (actorRole, actorPlace, role, place, elsewhere) => {
        const actor = staffOf(actorRole, narrow(actorRole, actorPlace));
        const invited = staffOf(role, narrow(role, place));
        if (!mayInvite(actor, role, invited)) return;
        if (reaches(invited, elsewhere)) assert.ok(reaches(actor, elsewhere));
      },
    ),
  );
});

test("passkeys belong to the public name, or to localhost in a demo on this machine", () => {
  assert.deepEqual(relyingPartyOf("https://sakshi.example", "sakshi.example"), {
    id: "sakshi.example",
    origin: "https://sakshi.example",
  });
  assert.deepEqual(relyingPartyOf("https://sakshi.example:8443", "evil.example"), {
    id: "sakshi.example",
    origin: "https://sakshi.example:8443",
  });
  assert.deepEqual(relyingPartyOf("http://127.0.0.1:8080", "localhost:8080"), {
    id: "localhost",
    origin: "http://localhost:8080",
  });
  assert.equal(relyingPartyOf("http://127.0.0.1:8080", "127.0.0.1:8080"), undefined);
  assert.equal(relyingPartyOf("http://127.0.0.1:8080", "localhost.evil.example"), undefined);
  assert.equal(relyingPartyOf("http://127.0.0.1:8080", "localhost:8080@evil.example"), undefined);
  assert.equal(relyingPartyOf("https://10.0.0.7", "10.0.0.7"), undefined);
});
