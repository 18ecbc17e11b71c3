// The public dashboard's figures: those that are published, in the shape that its clients read.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { releaseCoverage } from "../../src/modules/coverage/index.js";
import { loadPlaces } from "../../src/modules/facilities/index.js";
import { type ApiWorld, apiWorld } from "./api-world.js";

let api: ApiWorld;
before(async () => {
  api = await apiWorld();
  await loadPlaces(api.world.deps.db);
  const counted = [
    ["2026-11-10", 21, 363, "COVISHIELD", 1, 100],
    ["2026-11-20", 21, 363, "COVISHIELD", 2, 40],
    ["2026-11-20", 21, 395, "COVAXIN", 1, 30],
    ["2026-11-20", 17, 301, "SPUTNIK_V", 1, 20],
    ["2026-11-21", 17, 301, "COVAXIN", 1, 4],
  ];
  for (const line of counted) {
    await api.world.deps.db.rows(
      "INSERT INTO registry.coverage_daily (given_on, state_id, district_id, product, dose_number, doses) VALUES ($1, $2, $3, $4, $5, $6)",
      line,
    );
  }
  await releaseCoverage(api.world.deps);
});
after(() => api.close());

const report = async (query: string) => (await api.get(`/api/v1/reports/v2/getPublicReports?${query}`)).json;

test("the country: totals, products, doses and days; what is fewer than eleven is not in them", async () => {
  const { topBlock, last7DaysVaccination, getBeneficiariesGroupBy } = await report(
    "state_id=&district_id=&date=2026-11-22",
  );
  const { total, total_doses, covishield, covaxin, sputnik, tot_dose_1, tot_dose_2 } = topBlock.vaccination;
  assert.deepEqual(
    { total, total_doses, covishield, covaxin, sputnik, tot_dose_1, tot_dose_2 },
    { total: 190, total_doses: 190, covishield: 140, covaxin: 30, sputnik: 20, tot_dose_1: 150, tot_dose_2: 40 },
  );
  assert.equal(last7DaysVaccination.length, 7);
  assert.deepEqual(
    last7DaysVaccination.find((one: { vaccine_date: string }) => one.vaccine_date === "2026-11-20"),
    { vaccine_date: "2026-11-20", count: 90, dose_one: 50, dose_two: 40, covishield: 40, covaxin: 30, aefi: 0 },
  );
  const kerala = getBeneficiariesGroupBy.find((one: { state_id: number }) => one.state_id === 17);
  assert.deepEqual([kerala.state_name, kerala.total], ["Kerala", 20]);
});

test("a state lists its districts; a district its own figures", async () => {
  const state = await report("state_id=21&district_id=&date=2026-11-22");
  assert.equal(state.topBlock.vaccination.total, 170);
  const pune = state.getBeneficiariesGroupBy.find((one: { district_id: number }) => one.district_id === 363);
  assert.deepEqual(
    [pune.district_name, pune.total, pune.partial_vaccinated, pune.totally_vaccinated],
    ["Pune", 140, 100, 40],
  );
  assert.equal((await report("state_id=21&district_id=395")).topBlock.vaccination.total, 30);
});

test("every block is there for clients that walk through it", async () => {
  const { topBlock, ...rest } = await report("");
  assert.deepEqual(Object.keys(topBlock).sort(), ["registration", "sessions", "sites", "vaccination"]);
  for (const name of ["vaccinationDoneByTime", "last7DaysRegistration", "last5daySessionStatus"])
    assert.deepEqual(rest[name], []);
  assert.equal(rest.vaccinationByAge.total, 0);
  assert.equal((await api.get("/api/v1/reports/v2/getPublicReports?state_id=x")).status, 400);
});
