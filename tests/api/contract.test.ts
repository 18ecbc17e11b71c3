// Each row of Co-WIN's wire as clients know it (contract-rows.ts, contract-errors.ts), asked of a running server.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { wireErrors } from "../../src/api/refusals.js";
import { findFacility } from "../../src/modules/facilities/index.js";
import { closePdf } from "../../src/pdf/index.js";
import { publishedSession, setCode } from "../support/citizens.js";
import { type ApiWorld, apiWorld, claimsIn, registeredBy, sha256, signedInBot, until } from "./api-world.js";
import { captchaErrors, errors, quirks, unused } from "./contract-errors.js";
import { type Case, endpoints, newMobile, type Row } from "./contract-rows.js";

const date = "24-11-2026";
const slot = "09:00AM-10:00AM";
const code = "459831";

async function caseOf(api: ApiWorld): Promise<Case> {
  const { world } = api;
  const session = await publishedSession(world, { pincode: 411001 });
  const full = await publishedSession(world, { places: { dose1: 0, dose2: 0, precaution: 0 } });
  const bearer = await signedInBot(api);
  const [reference, other] = [await registeredBy(api, bearer), await registeredBy(api, bearer)];
  const booked = await api.post(
    "/api/v2/appointment/schedule",
    { dose: 1, session_id: session.sessionId, slot, beneficiaries: [reference] },
    bearer,
  );
  await until(
    () => api.get(`/api/v2/appointment/sessions/public/findByDistrict?district_id=9901&date=${date}`),
    ({ json }) => json?.sessions.length === 2,
  );
  return {
    ...api,
    bearer,
    reference,
    other,
    appointmentId: booked.json?.appointment_confirmation_no as string,
    sessionId: session.sessionId,
    fullSessionId: full.sessionId,
    centerId: (await findFacility(world.deps, session.facilityId))!.centerId,
    districtId: 9901,
    pincode: 411001,
    slot,
    date,
    async askedFor(path, body = {}) {
      const mobile = newMobile();
      const { json } = await api.post(path, { mobile, mobile_number: mobile, ...body });
      await setCode(world, json.txnId as string, code);
      return { txnId: json.txnId as string, otp: sha256(code) };
    },
  };
}

function testRows(rows: readonly Row[], given: () => Case): void {
  for (const { row, status, ask, keys, error, text, type, holds } of rows) {
    test(row, async () => {
      const reply = await ask(given());
      assert.equal(reply.status, status, reply.text.slice(0, 500));
      if (keys) for (const key of keys) assert.ok(Object.hasOwn(reply.json as object, key), `${key} is missing`);
      if (error) assert.deepEqual(reply.json, error);
      if (text !== undefined) assert.equal(reply.text, text);
      if (type)
        assert.ok(reply.headers.get("content-type")?.startsWith(type), String(reply.headers.get("content-type")));
      if (holds) assert.ok(holds(reply, given()), reply.text.slice(0, 1_000));
    });
  }
}

describe("as installed", () => {
  let api: ApiWorld;
  let given: Case;
  before(async () => {
    api = await apiWorld();
    given = await caseOf(api);
  });
  after(async () => {
    await api.close();
    await closePdf();
  });
  describe("endpoints", () => testRows(endpoints, () => given));
  describe("errors", () => testRows(errors, () => given));
  describe("quirks", () => testRows(quirks, () => given));

  test("the token: HS256, fifteen minutes, and the claims that clients read", async () => {
    const { txnId, otp } = await given.askedFor("/api/v2/auth/generateMobileOTP");
    const { json } = await api.post("/api/v2/auth/validateMobileOtp", { txnId, otp });
    const [head] = (json.token as string).split(".");
    assert.deepEqual(JSON.parse(Buffer.from(head!, "base64url").toString()), { alg: "HS256", typ: "JWT" });
    const claims = claimsIn(json.token as string);
    assert.equal(Number(claims["exp"]) - Number(claims["iat"]), 900);
    assert.deepEqual(
      [claims["user_type"], claims["txnId"], typeof claims["mobile_number"], claims["user_name"] === claims["user_id"]],
      ["BENEFICIARY", txnId, "number", true],
    );
  });
});

describe("where bookings need a captcha", () => {
  let api: ApiWorld;
  let given: Case;
  before(async () => {
    api = await apiWorld(undefined, { captcha: true });
    given = await caseOf(api);
  });
  after(() => api.close());
  testRows(captchaErrors, () => given);

  test("the right letters book, once", async () => {
    const body = { dose: 1, session_id: given.sessionId, slot, beneficiaries: [given.other], captcha: "Ab3dE" };
    await api.post("/api/v2/auth/getRecaptcha", {}, given.bearer);
    const signInId = claimsIn(given.bearer["authorization"]!.slice(7))["jti"] as string;
    const mac = api.world.deps.macs.mac("captcha", signInId, "ab3de");
    await api.world.deps.db.rows("UPDATE registry.captchas SET text_mac = $1", [mac]);
    const booked = await api.post("/api/v2/appointment/schedule", body, given.bearer);
    assert.equal(booked.status, 200, booked.text);
    const again = await api.post("/api/v2/appointment/schedule", body, given.bearer);
    assert.equal(again.json.errorCode, "APPOIN0045");
  });
});

test("codes of the wire that nothing here has a use for are answered by nothing", () => {
  const codes = new Set(Object.values(wireErrors).flatMap((one) => ("errorCode" in one ? [one.errorCode] : [])));
  for (const [errorCode, why] of Object.entries(unused)) assert.ok(!codes.has(errorCode as never), why);
});
