// The API for new programs, over HTTP: described, checked, refused and answered as its OpenAPI document says.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { uuidv7 } from "../../src/platform/random.js";
import { demoMobile, publishedSession, setCode } from "../support/citizens.js";
import { demoPartner } from "../support/partners.js";
import { type ApiWorld, apiWorld, type Reply } from "./api-world.js";

let api: ApiWorld;
before(async () => {
  api = await apiWorld();
});
after(() => api.close());

const once = () => ({ "idempotency-key": uuidv7() });

/** Signs in as a program of the new kind does. */
async function signedIn(mobile = demoMobile()): Promise<Record<string, string>> {
  const asked = await api.post("/api/v1/sign-in/codes", { mobile });
  assert.equal(asked.status, 201, asked.text);
  await setCode(api.world, asked.json.challengeId as string, "135790");
  const answer = await api.post("/api/v1/sign-in", { challengeId: asked.json.challengeId, code: "135790" });
  assert.equal(answer.status, 201, answer.text);
  return { authorization: `Bearer ${answer.json.token}` };
}
const asha = {
  name: "Asha Demo",
  birthYear: 1980,
  gender: "Female",
  photoIdType: 12,
  photoIdLast4: "1234",
  consent: true,
};
function isProblem(reply: Reply, status: number, code: string): void {
  assert.deepEqual(
    [reply.status, reply.headers.get("content-type")],
    [status, "application/problem+json; charset=utf-8"],
  );
  const { type, title, detail, ...rest } = JSON.parse(reply.text) as Record<string, string>;
  assert.deepEqual([rest["status"], rest["code"]], [status, code], reply.text);
  assert.ok(type?.endsWith(`#${code}`) && title && detail);
}

test("the document is valid OpenAPI 3.1, and describes every route of the API and of FHIR", async () => {
  const { status, json } = await api.get("/api/v1/openapi.json");
  assert.equal(status, 200);
  const result = await new Validator().validate(json);
  assert.deepEqual([result.valid, result.errors ?? []], [true, []]);
  assert.equal(json.openapi, "3.1.0");
  const operations = Object.entries(json.paths as Record<string, object>).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  const served = api
    .routes()
    .filter((route) => /^(GET|POST|PUT|PATCH|DELETE) \/api\/(v1|fhir)\//.test(route))
    .filter((route) => !/\/v1\/(auth|reports)\/|openapi\.json/.test(route));
  assert.deepEqual(operations.sort(), served);
});

test("a person signs in, registers, books, moves, cancels, all once however often it is sent", async () => {
  const bearer = await signedIn();
  const key = once();
  const made = await api.post("/api/v1/people", asha, { ...bearer, ...key });
  assert.equal(made.status, 201, made.text);
  const again = await api.post("/api/v1/people", asha, { ...bearer, ...key });
  assert.deepEqual(again.json, made.json);
  const { people } = (await api.get("/api/v1/people", bearer)).json;
  assert.deepEqual([people.length, people[0].personId, people[0].name], [1, made.json.personId, "Asha Demo"]);

  await publishedSession(api.world, { pincode: 560001 });
  const found = await api.get("/api/v1/sessions?pincode=560001&from=2026-11-24&days=1");
  const [session] = found.json.sessions;
  assert.deepEqual([session.product, session.slots.length, session.left.dose1], ["COVISHIELD", 2, 100]);
  assert.ok(!("walk-in" in session.left));
  const wish = { sessionId: session.sessionId, slotNumber: 1, people: [made.json.personId] };
  const bookingKey = once();
  const booked = await api.post("/api/v1/appointments", wish, { ...bearer, ...bookingKey });
  assert.equal(booked.status, 201, booked.text);
  assert.deepEqual((await api.post("/api/v1/appointments", wish, { ...bearer, ...bookingKey })).json, booked.json);
  const path = `/api/v1/appointments/${booked.json.appointmentId}`;
  const moved = await api.post(
    `${path}/move`,
    { sessionId: session.sessionId, slotNumber: 2 },
    { ...bearer, ...once() },
  );
  assert.equal(moved.status, 200, moved.text);
  const { appointments } = (await api.get("/api/v1/appointments", bearer)).json;
  assert.deepEqual(
    [appointments.length, appointments[0].slotNumber, appointments[0].people],
    [1, 2, [{ personId: made.json.personId, status: "booked" }]],
  );
  const slip = await api.get(`${path}/slip.pdf`, bearer);
  assert.deepEqual([slip.status, slip.bytes.subarray(0, 5).toString()], [200, "%PDF-"]);
  assert.equal((await api.send(path, { method: "DELETE", headers: bearer })).status, 204);

  const person = `/api/v1/people/${made.json.personId}`;
  const seen = await api.get(`${person}/disclosures`, bearer);
  assert.equal(seen.json.disclosures.length, seen.json.total);
  assert.equal(seen.json.disclosures.at(-1).purpose, "registration");
  isProblem(await api.get(`${person}/certificate`, bearer), 404, "CERTIFICATE_NOT_ISSUED");
  assert.equal((await api.send(person, { method: "DELETE", headers: bearer })).status, 204);
  assert.equal((await api.send("/api/v1/sign-in", { method: "DELETE", headers: bearer })).status, 204);
  isProblem(await api.get("/api/v1/people", bearer), 401, "NOT_SIGNED_IN");
});

test("places, facilities and vaccines are for anybody", async () => {
  for (const [path, member] of [
    ["places/states", "states"],
    ["places/states/901/districts", "districts"],
    ["facilities?pincode=560001", "facilities"],
    ["vaccines", "vaccines"],
  ]) {
    const { status, json } = await api.get(`/api/v1/${path}`);
    assert.ok(status === 200 && json[member!].length > 0, path);
  }
});

test("a partner asks, follows and ends a consent by its key alone; other partners hear nothing of it", async () => {
  const [partner, other] = [await demoPartner(api.world), await demoPartner(api.world)];
  const key = { "x-api-key": partner.key };
  const wish = {
    purpose: { code: "CAREMGT" },
    hiTypes: ["ImmunizationRecord"],
    permission: {
      accessMode: "VIEW",
      dateRange: { from: "2021-01-16", to: "2026-12-31" },
      dataEraseAt: "2026-12-01T00:00:00Z",
      frequency: { unit: "DAY", value: 1, repeats: 9 },
    },
  };
  const asked = await api.post("/api/v1/consents", wish, { ...key, ...once() });
  assert.equal(asked.status, 201, asked.text);
  assert.ok(asked.json.approvalUrl.endsWith(`/en/consent/${asked.json.code}`));
  const path = `/api/v1/consents/${asked.json.consentId}`;
  const followed = await api.get(path, key);
  assert.deepEqual([followed.json.state, followed.json.artefact], ["REQUESTED", undefined]);
  isProblem(await api.get(path, { "x-api-key": other.key }), 404, "CONSENT_UNKNOWN");
  isProblem(await api.post("/api/v1/consents", wish, once()), 401, "PARTNER_KEY_UNKNOWN");
  for (const purpose of ["BTG", "ANYTHING"])
    isProblem(
      await api.post("/api/v1/consents", { ...wish, purpose: { code: purpose } }, { ...key, ...once() }),
      422,
      "INPUT_INVALID",
    );
});

test("what does not fit is refused before anything looks at it, and names parts, never values", async () => {
  const bearer = await signedIn();
  const cases: [string, unknown, Record<string, string>, string][] = [
    ["/api/v1/people", { ...asha, name: 7 }, { ...bearer, ...once() }, "name"],
    ["/api/v1/people", { ...asha, aadhaar: "999999990019" }, { ...bearer, ...once() }, "(unknown member)"],
    ["/api/v1/people", asha, bearer, "idempotency-key"],
    ["/api/v1/people", { ...asha, birthYear: "1980" }, { ...bearer, ...once() }, "birthYear"],
    ["/api/v1/sign-in/codes", { mobile: "12345" }, {}, "mobile"],
    ["/api/v1/sign-in/codes", undefined, {}, "body"],
  ];
  for (const [path, body, headers, field] of cases) {
    const reply = await api.post(path, body, headers);
    isProblem(reply, 422, "INPUT_INVALID");
    assert.equal(JSON.parse(reply.text).problems[0].field, field);
    assert.ok(!reply.text.includes("999999990019"));
  }
  for (const path of [
    "sessions?pincode=1.5&from=2026-11-24",
    "sessions?from=2026-11-24&strange=1",
    "sessions?pincode=1&pincode=2&from=2026-11-24",
  ])
    isProblem(await api.get(`/api/v1/${path}`), 422, "INPUT_INVALID");
  isProblem(await api.get("/api/v1/sessions?from=2026-11-24"), 422, "INPUT_INVALID");
  isProblem(await api.get(`/api/v1/sessions/${uuidv7()}`), 404, "SESSION_NOT_FOUND");
  isProblem(await api.post("/api/v1/sign-in", "{", {}), 400, "REQUEST_UNREADABLE");
  isProblem(await api.post("/api/v1/sign-in", '{"code":"1","code":"2"}', {}), 400, "REQUEST_UNREADABLE");
  isProblem(await api.post("/api/v1/sign-in", "x".repeat(20_000), {}), 413, "REQUEST_TOO_LARGE");
  isProblem(await api.post("/api/v1/sign-in", "a=1", { "content-type": "text/plain" }), 400, "REQUEST_UNREADABLE");
  isProblem(await api.get("/api/v1/nowhere"), 404, "NOT_FOUND");
  isProblem(await api.get("/api/v1/people/%E0%A4%A"), 400, "REQUEST_UNREADABLE");
});

test("a refusal says in Hindi what it says in English, and when to come back", async () => {
  const mobile = demoMobile();
  await api.post("/api/v1/sign-in/codes", { mobile });
  const reply = await api.post("/api/v1/sign-in/codes", { mobile }, { "accept-language": "hi-IN" });
  isProblem(reply, 429, "OTP_WAIT");
  assert.ok(Number(reply.headers.get("retry-after")) > 0);
  assert.match(JSON.parse(reply.text).detail as string, /[\u0900-\u097f]/);
});

test("a number that is registered and one that is not are answered in the same way", async () => {
  const registered = demoMobile();
  const bearer = await signedIn(registered);
  assert.equal((await api.post("/api/v1/people", asha, { ...bearer, ...once() })).status, 201);
  api.world.setNow(new Date("2026-11-23T05:00:00Z"));
  const replies = await Promise.all(
    [registered, demoMobile()].map((mobile) => api.post("/api/v1/sign-in/codes", { mobile })),
  );
  const shapes = replies.map(({ status, text, headers }) => [
    status,
    text.replace(/"challengeId":"[^"]+"/, ""),
    [...headers].filter(([name]) => name !== "date").map(([name, value]) => `${name}: ${value}`),
  ]);
  assert.deepEqual(shapes[0], shapes[1]);
  api.world.setNow(new Date("2026-11-23T03:00:00Z"));
});
