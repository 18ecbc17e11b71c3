// States, districts, photo ids, genders, centres near a point; and how the API refuses what it cannot read.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeToken } from "../../src/api/token.js";
import { loadPlaces } from "../../src/modules/facilities/index.js";
import { publishedSession } from "../support/citizens.js";
import { type ApiWorld, apiWorld } from "./api-world.js";

let api: ApiWorld;
before(async () => {
  api = await apiWorld();
  await loadPlaces(api.world.deps.db);
});
after(() => api.close());

test("states come in the order of their names, which clients show by position", async () => {
  const { status, json, headers } = await api.get("/api/v2/admin/location/states");
  assert.equal(status, 200);
  assert.equal(json.ttl, 24);
  assert.equal(json.states.length, 37);
  assert.deepEqual(json.states[0], { state_id: 1, state_name: "Andaman and Nicobar Islands" });
  assert.deepEqual(json.states[17], { state_id: 17, state_name: "Kerala" });
  assert.match(headers.get("cache-control") ?? "", /max-age/);
});

test("districts of a state, also with the id as a decimal number", async () => {
  for (const id of ["17", "17.000000"]) {
    const { json } = await api.get(`/api/v2/admin/location/districts/${id}`);
    assert.equal(json.ttl, 24);
    assert.deepEqual(json.districts[0], { state_id: 17, district_id: 301, district_name: "Alappuzha" });
    const names = json.districts.map((one: { district_name: string }) => one.district_name);
    assert.deepEqual(names, [...names].sort());
  }
  assert.deepEqual((await api.get("/api/v2/admin/location/districts/99")).json, { districts: [], ttl: 24 });
});

test("districts of no state are 403, of an unreadable one 400", async () => {
  assert.equal((await api.get("/api/v2/admin/location/districts/?state_id=17")).status, 403);
  const { status, json } = await api.get("/api/v2/admin/location/districts/kerala");
  assert.deepEqual([status, json.errorCode], [400, "USRRES0001"]);
});

test("photo ids and genders have Co-WIN's numbers", async () => {
  const { json: ids } = await api.get("/api/v2/registration/beneficiary/idTypes");
  assert.deepEqual(ids.types[0], { id: 1, type: "Aadhaar Card", type_l: "" });
  assert.deepEqual(ids.types[11], { id: 12, type: "Voter ID", type_l: "" });
  assert.equal(ids.ttl, 24);
  const { json: genders } = await api.get("/api/v2/registration/beneficiary/genders");
  assert.deepEqual(genders, {
    genders: [
      { id: 1, gender: "Male", gender_l: "" },
      { id: 2, gender: "Female", gender_l: "" },
      { id: 3, gender: "Others", gender_l: "" },
    ],
    ttl: 24,
  });
});

test("centres near a point, the nearest first", async () => {
  const [near, nearer, far] = await Promise.all(
    [1, 2, 3].map((n) => publishedSession(api.world, { pincode: 110000 + n })),
  );
  const places = [
    [near, 28.9, 77.2],
    [nearer, 28.73, 77.14],
    [far, 19.1, 72.9],
  ] as const;
  for (const [session, latitude, longitude] of places) {
    await api.world.deps.db.rows(
      "UPDATE registry.facilities SET latitude = $2, longitude = $3 WHERE facility_id = $1",
      [session!.facilityId, latitude, longitude],
    );
  }
  const { json } = await api.get("/api/v2/appointment/centers/public/findByLatLong?lat=28.72&long=77.14");
  assert.deepEqual(
    json.centers.map((one: { pincode: number }) => one.pincode),
    [110002, 110001],
  );
  assert.deepEqual(Object.keys(json.centers[0]).sort(), [
    "address",
    "address_l",
    "block_name",
    "center_id",
    "district_name",
    "fee_type",
    "from",
    "lat",
    "long",
    "name",
    "name_l",
    "pincode",
    "state_name",
    "to",
  ]);
  assert.deepEqual([json.centers[0].lat, json.centers[0].long], [28, 77]);
  for (const query of ["lat=28.72", "lat=north&long=77", ""]) {
    const { status, json } = await api.get(`/api/v2/appointment/centers/public/findByLatLong?${query}`);
    assert.deepEqual([status, json.errorCode], [400, "USRRES0001"]);
  }
});

test("its protected twin asks for a token", async () => {
  const path = "/api/v2/appointment/centers/findByLatLong?lat=28.72&long=77.14";
  assert.equal((await api.get(path)).status, 401);
  const { macs, clock } = api.world.deps;
  const token = makeToken(macs, clock(), { user_name: "", user_id: "", user_type: "GUEST" });
  assert.equal((await api.get(path, { authorization: `Bearer ${token}` })).status, 200);
});

test("unknown paths and methods are 404 in JSON", async () => {
  for (const reply of [
    await api.get("/api/v2/nowhere"),
    await api.get("/api/../api/v2/%2e%2e/x"),
    await api.post("/api/v2/admin/location/states", {}),
  ]) {
    assert.deepEqual([reply.status, reply.json.errorCode], [404, "NOT_FOUND"]);
  }
});
