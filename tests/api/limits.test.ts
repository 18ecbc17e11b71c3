// How often a caller may ask: searches by address and account, partners by their budget, registrations by account. Each
// refusal says when to come back, each answer what is left.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { issuePartnerKey } from "../../src/modules/partners/index.js";
import { demoMobile } from "../support/citizens.js";
import { type ApiWorld, apiWorld, type Reply, registeredBy, signedInBot } from "./api-world.js";

let api: ApiWorld;
before(async () => {
  api = await apiWorld(undefined, { searchLimit: 5 });
});
after(() => api.close());

const left = ({ headers }: Reply) => Number(headers.get("ratelimit-remaining"));
function assertWait({ status, headers, json }: Reply) {
  assert.deepEqual([status, json.errorCode], [429, "TOO_MANY_REQUESTS"]);
  assert.ok(Number(headers.get("retry-after")) > 0);
  assert.equal(headers.get("ratelimit-remaining"), "0");
}

test("searches are counted by address, whatever is searched, and with a token by account", async () => {
  const publicPaths = [
    "/api/v2/appointment/sessions/public/findByPin?pincode=411001&date=24-11-2026",
    "/api/v4/appointment/sessions/public/calendarByDistrict?district_id=395&date=24-11-2026",
    "/api/v2/appointment/centers/public/findByLatLong?lat=28.72&long=77.14",
    "/api/v2/appointment/sessions/public/findByPin?pincode=1&date=24-11-2026",
    "/api/v2/appointment/sessions/public/calendarByCenter?center_id=1&date=24-11-2026",
  ];
  for (const [at, path] of publicPaths.entries()) {
    const answer = await api.get(path);
    assert.notEqual(answer.status, 429, path);
    assert.equal(left(answer), 4 - at);
    assert.equal(answer.headers.get("ratelimit-limit"), "5");
  }
  assertWait(await api.get(publicPaths[0]!));
  const path = "/api/v2/appointment/sessions/findByPin?pincode=411001&date=24-11-2026";
  const [one, other] = [await signedInBot(api), await signedInBot(api)];
  for (let i = 0; i < 5; i++) assert.equal(left(await api.get(path, one)), 4 - i);
  assertWait(await api.get(path, one));
  assert.equal(left(await api.get(path, other)), 4);
  const guest = await api.post("/api/v1/auth/guest/login", { user_name: "3fa85f64-5717-4562-b3fc-2c963f66afa6" });
  assertWait(await api.get(path, { authorization: `Bearer ${guest.text}` }));
  assert.equal((await api.get("/api/v2/admin/location/states")).status, 200, "lists are no searches");
});

test("a partner hears what is left of its budget", async () => {
  const wish = { partnerName: "Demo Small", scopes: ["protected"], requestsAMinute: 2 };
  const issued = await issuePartnerKey(api.world.deps, wish);
  assert.ok(issued.ok);
  const ask = () => api.post("/api/v2/auth/generateOTP", { mobile: demoMobile() }, { "x-api-key": issued.value.key });
  assert.equal(left(await ask()), 1);
  assert.equal(left(await ask()), 0);
  const refusal = await ask();
  assert.deepEqual([refusal.status, refusal.json.errorCode], [429, "PARTNER_BUDGET_USED"]);
  assert.ok(Number(refusal.headers.get("retry-after")) > 0);
});

test("an account registers and removes people no more than thirty times a day", async () => {
  const bearer = await signedInBot(api);
  for (let i = 0; i < 30; i++) {
    const reference = await registeredBy(api, bearer);
    const gone = { beneficiary_reference_id: reference };
    assert.equal((await api.post("/api/v2/registration/beneficiary/delete", gone, bearer)).status, 204);
  }
  await assert.rejects(registeredBy(api, bearer), /TOO_MANY_REQUESTS/);
});
