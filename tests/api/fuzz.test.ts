// Whatever comes, to whichever path, with a token or without: an answer below 500, and nothing of anybody else.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { publishedSession } from "../support/citizens.js";
import { type ApiWorld, apiWorld, registeredBy, signedInBot } from "./api-world.js";

let api: ApiWorld;
let bearer: Record<string, string>;
let sessionId: string;
let foreign: string;
before(async () => {
  api = await apiWorld();
  bearer = await signedInBot(api);
  foreign = await registeredBy(api, await signedInBot(api), { name: "Zubaida Demo" });
  ({ sessionId } = await publishedSession(api.world, { pincode: 411001 }));
});
after(() => api.close());

const gets = [
  "v2/admin/location/districts/{x}",
  "v2/appointment/centers/public/findByLatLong?lat={x}&long={y}",
  "v2/appointment/sessions/public/findByPin?pincode={x}&date={y}",
  "v2/appointment/sessions/public/calendarByDistrict?district_id={x}&date={y}",
  "v2/appointment/sessions/public/calendarByCenter?center_id={x}&date={y}",
  "v2/appointment/sessions/findByDistrict?district_id={x}&date=24-11-2026&vaccine={y}",
  "v2/appointment/appointmentslip/download?appointment_id={x}",
  "v2/registration/certificate/public/download?beneficiary_reference_id={x}",
  "v1/reports/v2/getPublicReports?state_id={x}&district_id={y}",
];
const posts = [
  "v2/auth/public/confirmOTP",
  "v2/auth/validateMobileOtp",
  "v2/registration/beneficiary/new",
  "v2/registration/beneficiary/delete",
  "v2/appointment/schedule",
  "v2/appointment/reschedule",
  "v2/appointment/cancel",
  "v1/auth/guest/login",
];
const names = [
  "otp txnId mobile name birth_year gender_id photo_id_type photo_id_number consent_version beneficiary_reference_id",
  "dose session_id slot beneficiaries appointment_id beneficiariesToCancel user_name",
]
  .join(" ")
  .split(" ");
const value = () =>
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, "", "09:00AM-10:00AM", "1", 1, 2 ** 63, "0".repeat(400), "2026-02-30", "\u0000"),
    fc.constant(0).map(() => sessionId),
    fc.constant(0).map(() => foreign),
    fc.array(
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.constant(0).map(() => foreign),
      ),
      { maxLength: 6 },
    ),
  );
const withToken = fc.boolean();

test("queries and paths", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...gets), value(), value(), withToken, async (template, x, y, isBearer) => {
      const path = template.replace("{x}", encode(x)).replace("{y}", encode(y));
      const { status, text } = await api.get(`/api/${path}`, isBearer ? bearer : {});
      assert.ok(status < 500, `${status} ${path}`);
      assert.ok(!text.includes("Zubaida"));
    }),
    { numRuns: 300 },
  );
});

test("bodies", async () => {
  const body = fc.dictionary(fc.constantFrom(...names), value(), { noNullPrototype: true, maxKeys: 9 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...posts), body, withToken, async (path, sent, isBearer) => {
      const { status, text } = await api.post(`/api/${path}`, sent, isBearer ? bearer : {});
      assert.ok(status < 500, `${status} ${path} ${JSON.stringify(sent)}`);
      assert.ok(!text.includes("Zubaida"));
    }),
    { numRuns: 400 },
  );
});

function encode(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}
