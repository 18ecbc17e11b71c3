// Signing in over the API: the three forms, their errors and texts, the token, and that nothing says who is registered.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { issuePartnerKey, revokePartnerKey } from "../../src/modules/partners/index.js";
import { demoMobile, setCode } from "../support/citizens.js";
import { type ApiWorld, apiWorld, claimsIn, registeredBy, sha256, signedInBot } from "./api-world.js";

let api: ApiWorld;
let now = Date.parse("2026-11-23T03:00:00Z");
const pass = (seconds: number) => {
  now += seconds * 1000;
  api.world.setNow(new Date(now));
};
before(async () => {
  api = await apiWorld();
});
after(() => api.close());
beforeEach(() => pass(7_200));

const forms = {
  public: ["/api/v2/auth/public/generateOTP", "/api/v2/auth/public/confirmOTP"],
  protected: ["/api/v2/auth/generateOTP", "/api/v2/auth/confirmOTP"],
  portal: ["/api/v2/auth/generateMobileOTP", "/api/v2/auth/validateMobileOtp"],
} as const;
const code = "459831";

async function asked(form: keyof typeof forms, mobile: string | number = demoMobile()): Promise<string> {
  const { status, json } = await api.post(forms[form][0], { mobile, secret: "U2FsdGVkX18demo" });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ["txnId"]);
  await setCode(api.world, json.txnId as string, code);
  return json.txnId as string;
}

for (const form of ["protected", "portal"] as const) {
  test(`${form}: a number, its code hashed, a token for a new account`, async () => {
    const mobile = demoMobile();
    const txnId = await asked(form, mobile);
    const { status, json } = await api.post(forms[form][1], { otp: sha256(code), txnId }, { "user-agent": "demo bot" });
    assert.equal(status, 200);
    assert.equal(json.isNewAccount, "Y");
    const claims = claimsIn(json.token as string);
    assert.equal(claims["user_type"], "BENEFICIARY");
    assert.equal(claims["user_name"], claims["user_id"]);
    assert.equal(claims["mobile_number"], Number(mobile));
    assert.equal(claims["txnId"], txnId);
    assert.equal(Number(claims["exp"]) - Number(claims["iat"]), 900);
    assert.equal(claims["iat"], now / 1000);
    assert.deepEqual(
      [claims["ua"], Object.hasOwn(claims, "secret_key")],
      form === "portal" ? ["demo bot", true] : [undefined, false],
    );
    assert.equal(Object.hasOwn(claims, "beneficiary_reference_id"), false);
  });
}

test("public: a token with the newest reference id for whoever registered somebody", async () => {
  const mobile = demoMobile();
  const bearer = await signedInBot(api, mobile);
  await registeredBy(api, bearer);
  pass(1);
  const second = await registeredBy(api, bearer);
  pass(3_600);
  const txnId = await asked("public", Number(mobile));
  const { status, json } = await api.post(forms.public[1], { otp: sha256(code).toUpperCase(), txnId });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(json), ["token"]);
  assert.equal(claimsIn(json.token as string)["beneficiary_reference_id"], Number(second));
  const list = await api.get("/api/v2/appointment/beneficiaries", { authorization: `Bearer ${json.token}` });
  assert.equal(list.json.beneficiaries.length, 2);
});

test("public: a proved number that nobody is registered with is USRAUT0024", async () => {
  const txnId = await asked("public");
  const { status, json } = await api.post(forms.public[1], { otp: sha256(code), txnId });
  assert.deepEqual([status, json], [400, { errorCode: "USRAUT0024", error: "Beneficiary Not Registered" }]);
});

describe("refusals", () => {
  test("no number, none that can be one, or a body that is not JSON: USRAUT0010", async () => {
    for (const form of Object.values(forms)) {
      for (const [body, headers] of [
        [{}, {}],
        [{ mobile: "12345" }, {}],
        [{ mobile: null }, {}],
        [{ mobile: ["9000000001"] }, {}],
        ['{"mobile":"9000000001"}', { "content-type": "text/plain" }],
        ["mobile=9000000001", { "content-type": "application/x-www-form-urlencoded" }],
        ['{"mobile":"9000000001","mobile":"9000000002"}', {}],
        ['{"mobile":', {}],
        ["[]", {}],
        [`${'{"a":'.repeat(500)}1${"}".repeat(500)}`, {}],
      ] as const) {
        const { status, json } = await api.post(form[0], body, headers as Record<string, string>);
        assert.deepEqual([status, json], [400, { errorCode: "USRAUT0010", error: "Mobile is Required" }]);
      }
    }
  });

  test("no code USRAUT0012, no txnId USRAUT0013, a wrong or clear one USRAUT0014", async () => {
    for (const form of ["public", "protected", "portal"] as const) {
      const txnId = await asked(form);
      const path = forms[form][1];
      const answers = [
        [{ txnId }, "USRAUT0012", "OTP is Required"],
        [{ otp: sha256(code) }, "USRAUT0013", "txnId is Required"],
        [{ otp: code, txnId }, "USRAUT0014", "Invalid OTP"],
        [{ otp: sha256("000000"), txnId }, "USRAUT0014", "Invalid OTP"],
      ] as const;
      for (const [body, errorCode, error] of answers) {
        const { status, json } = await api.post(path, body);
        assert.deepEqual([status, json], [400, { errorCode, error }]);
      }
      const plain = await api.post(path, JSON.stringify({ otp: sha256(code), txnId }), {
        "content-type": "text/plain",
      });
      assert.equal(plain.json.errorCode, "USRAUT0012");
    }
  });

  test("an unknown, used or old txnId is 401 in plain text", async () => {
    const used = await asked("portal");
    assert.equal((await api.post(forms.portal[1], { otp: sha256(code), txnId: used })).status, 200);
    const old = await asked("portal");
    pass(181);
    for (const txnId of [used, old, "3fa85f64-5717-4562-b3fc-2c963f66afa6", "no id"]) {
      const { status, text } = await api.post(forms.portal[1], { otp: sha256(code), txnId });
      assert.deepEqual([status, text], [401, "Unauthenticated access!"]);
    }
  });

  test("three wrong codes end it: the right one comes too late", async () => {
    const txnId = await asked("portal");
    for (let i = 0; i < 3; i++) await api.post(forms.portal[1], { otp: sha256("111111"), txnId });
    assert.equal((await api.post(forms.portal[1], { otp: sha256(code), txnId })).status, 401);
  });

  test("asking again at once is OTP Already Sent, as bare text; after a while a new code goes out", async () => {
    const mobile = demoMobile();
    await asked("public", mobile);
    const again = await api.post(forms.public[0], { mobile });
    assert.deepEqual([again.status, again.text], [400, "OTP Already Sent"]);
    assert.match(again.headers.get("content-type") ?? "", /^text\/plain/);
    assert.ok(Number(again.headers.get("retry-after")) > 0);
    pass(61);
    await asked("public", mobile);
  });

  test("too many codes for one number are 429 with the time to wait", async () => {
    const mobile = demoMobile();
    for (let i = 0; i < 5; i++) {
      await asked("public", mobile);
      pass(601);
    }
    const { status, headers, json } = await api.post(forms.public[0], { mobile });
    assert.equal(status, 429);
    assert.equal(json.errorCode, "OTP_TOO_MANY_REQUESTS");
    assert.ok(Number(headers.get("retry-after")) > 0);
  });
});

test("until the code is right, nothing tells a registered number from another", async () => {
  const known = demoMobile();
  await registeredBy(api, await signedInBot(api, known));
  pass(3_700);
  const seen = [known, demoMobile()].map(async (mobile) => {
    const shape: unknown[] = [];
    const look = ({ status, text, headers }: Awaited<ReturnType<typeof api.post>>) =>
      shape.push(
        status,
        text.replaceAll(/[0-9a-f-]{36}/g, "id"),
        [...headers.keys()].sort(),
        headers.get("content-length"),
      );
    const asked = await api.post(forms.public[0], { mobile });
    look(asked);
    look(await api.post(forms.public[0], { mobile }));
    look(await api.post(forms.public[1], { otp: sha256("000000"), txnId: asked.json.txnId }));
    return shape;
  });
  const [first, second] = await Promise.all(seen);
  assert.deepEqual(first, second);
});

test("a token ends with its sign-in, and after fifteen minutes", async () => {
  const bearer = await signedInBot(api);
  const list = () => api.get("/api/v2/appointment/beneficiaries", bearer);
  assert.deepEqual((await list()).json, { beneficiaries: [] });
  assert.equal((await api.post("/api/v2/auth/logout", {}, bearer)).status, 204);
  assert.deepEqual([(await list()).status, (await list()).text], [401, "Unauthenticated access!"]);
  const other = await signedInBot(api);
  pass(899);
  assert.equal((await api.get("/api/v2/appointment/beneficiaries", other)).status, 200);
  pass(2);
  assert.equal((await api.get("/api/v2/appointment/beneficiaries", other)).status, 401);
});

test("a token is HS256 over its two parts, with a key that no client can guess", async () => {
  const [head, payload, signature] = (await signedInBot(api))["authorization"]!.slice(7).split(".");
  assert.deepEqual(JSON.parse(Buffer.from(head!, "base64url").toString()), { alg: "HS256", typ: "JWT" });
  for (const key of ["", "secret", "sakshi"]) {
    assert.notEqual(createHmac("sha256", key).update(`${head}.${payload}`).digest("base64url"), signature);
  }
});

test("guests get a token in plain text, good for searching and for nobody's data", async () => {
  const answer = await api.post("/api/v1/auth/guest/login", { user_name: "b5cab167-7977-4df1-8027-a63aa144f04e" });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
  const bearer = { authorization: `Bearer ${answer.text}` };
  const date = "24-11-2026";
  assert.equal(
    (await api.get(`/api/v2/appointment/sessions/findByPin?pincode=411001&date=${date}`, bearer)).status,
    200,
  );
  assert.equal((await api.get("/api/v2/appointment/beneficiaries", bearer)).status, 401);
  assert.equal((await api.post("/api/v1/auth/guest/login", { user_name: "somebody" })).status, 401);
});

test("protected paths count a partner's key, refuse a key that is none, and ask for none", async () => {
  const path = forms.protected[0];
  assert.equal((await api.post(path, { mobile: demoMobile() }, { "x-api-key": "no key of ours" })).status, 401);
  const issued = await issuePartnerKey(api.world.deps, { partnerName: "Demo App", scopes: ["protected"] });
  assert.ok(issued.ok);
  const key = { "x-api-key": issued.value.key };
  const asked = await api.post(path, { mobile: demoMobile() }, key);
  assert.equal(asked.status, 200);
  await revokePartnerKey(api.world.deps, issued.value.keyId);
  const refused = await api.post(path, { mobile: demoMobile() }, key);
  assert.deepEqual([refused.status, refused.text], [401, "Unauthenticated access!"]);
  const sandbox = { "x-api-key": "3sjOr2rmM52GzhpMHjDEE1kpQeRxwFDr4YcBEimi" };
  assert.equal((await api.post(path, { mobile: demoMobile() }, sandbox)).status, 401, "good in the demo only");
  assert.equal((await api.post(path, { mobile: demoMobile() }, { "x-api-key": "" })).status, 200, "empty is none");
});

test("clients that still ask for a captcha get one, whether bookings need it or not", async () => {
  const bearer = await signedInBot(api);
  const { status, json } = await api.post("/api/v2/auth/getRecaptcha", {}, bearer);
  assert.equal(status, 200);
  assert.match(json.captcha as string, /^<svg [^>]*width="150" height="50"/);
  assert.equal((await api.post("/api/v2/auth/getRecaptcha", undefined, bearer)).status, 200, "without a body");
  assert.equal((await api.post("/api/v2/auth/getRecaptcha", {})).status, 401);
});

test("large bodies are refused whatever they say they are", async () => {
  for (const type of ["application/json", "text/plain", "application/octet-stream"]) {
    const { status } = await api.post(forms.public[0], "a".repeat(20_000), { "content-type": type });
    assert.equal(status, 413, type);
  }
});
