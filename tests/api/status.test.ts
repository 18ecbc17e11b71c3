// "Know your customer's vaccination status": number, name and the person's code make 0, 1 or 2, signed; nothing else leaks.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { demoMobile, setCode } from "../support/citizens.js";
import { comesAgain, type DoseDay, doseDay } from "../support/dose-day.js";
import { signedInStaff } from "../support/vault-people.js";
import { type ApiWorld, apiWorld, claimsIn, type Reply, registeredBy, sha256, signedInBot } from "./api-world.js";

let api: ApiWorld;
let day: DoseDay;
const mobile = demoMobile();
const code = "246802";
const start = Date.parse("2026-11-23T03:00:00Z");
const days = (count: number) => api.world.setNow(new Date(start + count * 86_400_000));
before(async () => {
  api = await apiWorld();
  day = await doseDay(api.world, { expiresOn: "2027-12-31" });
});
after(() => api.close());

const ask = (mobile_number: string, full_name = "Asha Demo") =>
  api.post("/api/v3/vaccination/generateOTP", { mobile_number, full_name });
async function tokenFor(number: string, name?: string): Promise<string> {
  const { status, json } = await ask(number, name);
  assert.equal(status, 200);
  await setCode(api.world, json.txnId as string, code);
  const answer = await api.post("/api/v3/vaccination/confirmOTP", { otp: sha256(code), txnId: json.txnId });
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.json), ["token"]);
  return answer.json.token as string;
}
const status = (token: string) => api.get("/api/v3/vaccination/status", { authorization: `Bearer ${token}` });
const statusOf = async (number: string, name?: string) =>
  (await status(await tokenFor(number, name))).json.vaccination_status as number;

async function giveDose(reference: string, accountId: string): Promise<void> {
  const [row] = await api.world.deps.db.rows<{ id: string }>(
    "SELECT beneficiary_id AS id FROM registry.beneficiary_references WHERE reference_id = $1",
    [Number(reference)],
  );
  const { actor } = await signedInStaff(api.world, "vaccinator", day.facilityId);
  const account = { accountId } as Parameters<typeof comesAgain>[2];
  const input = await comesAgain(api.world, day, account, row!.id);
  const given = await recordVaccination(api.world.deps, actor, input);
  assert.ok(given.ok, JSON.stringify(given));
}

test("0, 1 and 2, as the person's doses go, under the name as it may be typed", async () => {
  const bearer = await signedInBot(api, mobile);
  const accountId = claimsIn(bearer["authorization"]!.slice(7))["user_id"] as string;
  const reference = await registeredBy(api, bearer, { name: "Asha K. Demo" });
  days(1);
  assert.equal(await statusOf(mobile, "Asha K Demo"), 0);
  await giveDose(reference, accountId);
  days(2);
  assert.equal(await statusOf(mobile, " ASHA  k.demo "), 1);
  assert.equal(await statusOf(demoMobile(), "Asha K Demo"), 0, "nobody");
  days(3);
  assert.equal(await statusOf(mobile, "Asha Demo"), 0, "another name");
  days(90);
  await giveDose(reference, accountId);
  assert.equal(await statusOf(mobile, "asha k demo"), 2);
  days(91);
});

test("the answer is a JWS that the published key verifies, and that says when and to whom it was given", async () => {
  const token = await tokenFor(demoMobile());
  const { json } = await status(token);
  assert.deepEqual(Object.keys(json), ["vaccination_status", "jws"]);
  const [head, payload, signature] = (json.jws as string).split(".") as [string, string, string];
  const { keys } = (await api.get("/api/v3/vaccination/keys")).json as { keys: (JsonWebKey & { kid: string })[] };
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { alg: string; kid: string };
  const key = keys.find((one) => one.kid === kid)!;
  assert.deepEqual([alg, key["alg"], key.d], ["ES256", "ES256", undefined]);
  const publicKey = createPublicKey({ key, format: "jwk" });
  const isSigned = (text: string) =>
    verify(
      "sha256",
      Buffer.from(text),
      { key: publicKey, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
  assert.ok(isSigned(`${head}.${payload}`));
  assert.ok(!isSigned(`${head}.${Buffer.from("{}").toString("base64url")}`));
  const said = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  const now = start / 1000 + 91 * 86_400;
  assert.deepEqual(said, {
    iss: "http://127.0.0.1",
    jti: claimsIn(token)["txnId"],
    iat: now,
    exp: now + 300,
    vaccination_status: 0,
  });
});

test("whoever is not registered is told the same, byte by byte but for ids and signature", async () => {
  const shapeOf = ({ status: code, headers, text }: Reply) => ({
    code,
    text: text.replaceAll(/[0-9a-f-]{36}|[\w-]{20,}(\.[\w-]+)*/g, "…"),
    headers: [...headers].filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`),
    length: text.length,
  });
  const known = demoMobile();
  await registeredBy(api, await signedInBot(api, known), { name: "Ravi Demo" });
  days(92);
  const steps = [];
  for (const [number, name] of [
    [known, "Ravi Demo"],
    [known, "Somebody Else"],
    [demoMobile(), "Ravi Demo"],
  ] as const) {
    const asked = await ask(number, name);
    await setCode(api.world, asked.json.txnId as string, code);
    const confirmed = await api.post("/api/v3/vaccination/confirmOTP", { otp: sha256(code), txnId: asked.json.txnId });
    const told = await status(confirmed.json.token as string);
    steps.push([asked, confirmed, told].map(shapeOf));
    days(93 + steps.length);
  }
  assert.deepEqual(steps[1], steps[0]);
  assert.deepEqual(steps[2], steps[0]);
});

test("what is missing or wrong", async () => {
  const number = demoMobile();
  const codeOf = ({ status: code, json, text }: Reply) => [code, json?.errorCode ?? text];
  assert.deepEqual(codeOf(await ask("")), [400, "USRAUT0010"]);
  assert.deepEqual(codeOf(await ask("12345")), [400, "USRAUT0010"]);
  assert.deepEqual(codeOf(await ask(number, "")), [400, "USRRES0001"]);
  const { json } = await ask(number);
  assert.deepEqual(codeOf(await ask(number)), [400, "OTP Already Sent"]);
  await setCode(api.world, json.txnId as string, code);
  const confirm = (body: object) => api.post("/api/v3/vaccination/confirmOTP", body);
  assert.deepEqual(codeOf(await confirm({ txnId: json.txnId })), [400, "USRAUT0012"]);
  assert.deepEqual(codeOf(await confirm({ otp: sha256(code) })), [400, "USRAUT0013"]);
  const wrong = { otp: sha256("000000"), txnId: json.txnId };
  assert.deepEqual(codeOf(await confirm(wrong)), [401, "Unauthenticated access!"]);
});

test("a code and a token for a status open nothing else, and no other token tells a status", async () => {
  const number = demoMobile();
  const reference = await registeredBy(api, await signedInBot(api, number));
  days(100);
  const asked = await ask(number);
  await setCode(api.world, asked.json.txnId as string, code);
  const body = { otp: sha256(code), txnId: asked.json.txnId };
  assert.equal((await api.post("/api/v2/auth/validateMobileOtp", body)).status, 401);
  const { json } = await api.post("/api/v3/vaccination/confirmOTP", body);
  const forStatus = { authorization: `Bearer ${json.token}` };
  for (const path of [
    "/api/v2/appointment/beneficiaries",
    `/api/v2/registration/certificate/download?beneficiary_reference_id=${reference}`,
  ])
    assert.equal((await api.get(path, forStatus)).status, 401, path);
  days(101);
  const bearer = await signedInBot(api, number);
  assert.equal((await api.get("/api/v3/vaccination/status", bearer)).status, 401);
  assert.equal((await api.get("/api/v3/vaccination/status")).status, 401);
});

test("the embedded page leads to the person's own", async () => {
  const { status: code_, headers } = await api.get("/api/v3/vaccination/status/knowYourStatus");
  assert.deepEqual([code_, headers.get("location")], [303, "/"]);
});
