// The vaccinator family: a member of staff's token, the person's presence, and nothing for anybody else.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { securityCode } from "../../src/modules/appointments/index.js";
import { findFacility } from "../../src/modules/facilities/index.js";
import { openProgramSignIn } from "../../src/modules/staff/index.js";
import { leafKinds } from "../../src/vault/entry.js";
import { type DemoSession, demoMobile, publishedSession, setCode } from "../support/citizens.js";
import { batchAt } from "../support/dose-day.js";
import { signedInStaff, type TestStaff } from "../support/staff-actor.js";
import { type ApiWorld, apiWorld, type Reply, registeredBy, sha256, signedInBot } from "./api-world.js";

let api: ApiWorld;
let session: DemoSession;
let vaccinator: TestStaff;
let program: Record<string, string>;
let center: number;
let lot: string;
const slot = "09:00AM-10:00AM";
const code = "135791";
let now = Date.parse("2026-11-23T03:00:00Z");

before(async () => {
  api = await apiWorld();
  session = await publishedSession(api.world, { inDays: 0, places: { "walk-in": 2 } });
  vaccinator = await signedInStaff(api.world.deps, "vaccinator", { facilityId: session.facilityId });
  const opened = await openProgramSignIn(api.world.deps, vaccinator.actor);
  assert.ok(opened.ok);
  program = { authorization: `Bearer ${opened.value.token}` };
  center = (await findFacility(api.world.deps, session.facilityId))!.centerId;
  const batchId = await batchAt(api.world, session.facilityId);
  lot = `DEMO-${batchId.slice(-8)}`;
});
after(() => api.close());

const codeOf = ({ status, json }: Reply) => [status, json?.errorCode];
const refusedAs = [403, "BENEFICIARY_PROOF_MISSING"];
const find = (reference: string, headers: Record<string, string> = {}) =>
  api.get(`/api/v2/vaccinator/beneficiaries/findByReferenceId?beneficiary_reference_id=${reference}`, {
    ...program,
    ...headers,
  });
const vaccinate = (reference: string, differences: object = {}, as = program) =>
  api.post(
    "/api/v2/vaccinator/beneficiaries/vaccinate",
    {
      beneficiary_reference_id: reference,
      center_id: center,
      vaccine: "COVISHIELD",
      vaccine_batch: lot,
      dose: 1,
      dose1_date: "23-11-2026",
      vaccinator_name: "Demo vaccinator",
      ...differences,
    },
    as,
  );

async function misses(): Promise<number> {
  const [row] = await api.world
    .connectAs("sakshi_auditor")
    .rows<{ n: number }>(`SELECT count(*)::int AS n FROM log.entries WHERE kind = ${leafKinds.miss}`);
  return row!.n;
}

/** Somebody with an appointment here today; their slip shows the security code. */
async function booked(): Promise<{ reference: string; bearer: Record<string, string>; slipCode: string }> {
  const bearer = await signedInBot(api);
  const reference = await registeredBy(api, bearer);
  const body = { dose: 1, session_id: session.sessionId, slot, beneficiaries: [reference] };
  const { json } = await api.post("/api/v2/appointment/schedule", body, bearer);
  const [row] = await api.world.deps.db.rows<{ id: string }>(
    "SELECT beneficiary_id AS id FROM registry.beneficiary_references WHERE reference_id = $1",
    [Number(reference)],
  );
  const slipCode = securityCode(api.world.deps.macs, json.appointment_confirmation_no as string, row!.id);
  return { reference, bearer, slipCode };
}

/** The phone's holder stands here: its presence id. */
async function presence(mobile: string): Promise<Record<string, string>> {
  api.world.setNow(new Date((now += 61_000)));
  const asked = await api.post("/api/v2/vaccinator/presence/generateOTP", { mobile }, program);
  assert.equal(asked.status, 200);
  await setCode(api.world, asked.json.txnId as string, code);
  const body = { otp: sha256(code), txnId: asked.json.txnId };
  assert.equal((await api.post("/api/v2/vaccinator/presence/confirmOTP", body, program)).status, 204);
  return { "x-presence-id": asked.json.txnId as string };
}

test("a session's day from list to dose", async () => {
  const { json } = await api.get("/api/v2/vaccinator/sessions", program);
  assert.deepEqual(
    json.sessions.map((one: { session_id: string; center_id: number }) => [one.session_id, one.center_id]),
    [[session.sessionId, center]],
  );
  const { reference, bearer, slipCode } = await booked();
  const notYet = [409, "ATTENDANCE_NOT_CHECKED_IN"];
  assert.deepEqual([codeOf(await find(reference)), codeOf(await vaccinate(reference))], [notYet, notYet]);
  const wrong = String((Number(slipCode) + 1) % 10_000).padStart(4, "0");
  assert.deepEqual(codeOf(await find(reference, { "x-security-code": wrong })), [400, "CHECK_IN_CODE_WRONG"]);

  const found = await find(reference, { "x-security-code": slipCode });
  assert.equal(found.status, 200);
  assert.equal(found.json.beneficiary_reference_id, reference);
  assert.deepEqual([found.json.name, found.json.mobile_number], ["Asha Demo", ""]);
  assert.equal((await find(reference)).status, 200, "checked in");

  assert.deepEqual(codeOf(await vaccinate(reference)), [409, "PHOTO_ID_UNCHECKED"]);
  const checked = { photo_id_checked: "Y" };
  for (const [difference, refusal] of [
    [{ center_id: center + 1 }, [400, "GERR001"]],
    [{ vaccine: "COVAXIN" }, [400, "GERR001"]],
    [{ vaccine_batch: "NO-SUCH-LOT" }, [400, "GERR001"]],
    [{ dose: 2, dose2_date: "23-11-2026" }, [400, "VACCINATION_OTHER_DOSE"]],
    [{ dose1_date: "10-06-2021" }, [400, "VACCINATION_OTHER_DOSE"]],
    [{ vaccine_batch: "" }, [400, "USRRES0001"]],
  ] as const)
    assert.deepEqual(codeOf(await vaccinate(reference, { ...checked, ...difference })), refusal);
  assert.equal((await vaccinate(reference, checked)).status, 204);
  assert.deepEqual(codeOf(await vaccinate(reference, checked)), [409, "VACCINATION_ALREADY_RECORDED"]);
  const own = (await api.get("/api/v2/appointment/beneficiaries", bearer)).json.beneficiaries[0];
  assert.deepEqual([own.vaccination_status, own.dose1_date], ["Partially Vaccinated", "23-11-2026"]);
});

test("a walk-in: the phone's code, registered on the spot, admitted", async () => {
  const mobile = demoMobile();
  const new_ = { name: "Ravi Demo", birth_year: "1980", gender_id: 1, photo_id_type: 1, photo_id_number: "9999" };
  const person = { ...new_, mobile_number: mobile, consent_version: "1" };
  const register = (headers: Record<string, string>) =>
    api.post("/api/v2/vaccinator/beneficiaries/new", person, { ...program, ...headers });
  assert.deepEqual(codeOf(await register({})), refusedAs);
  const here = await presence(mobile);
  const { status, json } = await register(here);
  assert.equal(status, 200);
  const reference = json.beneficiary_reference_id as string;

  const byMobile = `/api/v2/vaccinator/beneficiaries/findByMobile?mobile_number=${mobile}`;
  assert.deepEqual(codeOf(await api.get(byMobile, program)), refusedAs, "no code from the phone");
  assert.deepEqual((await api.get(byMobile, { ...program, ...here })).json.beneficiaries, [
    { beneficiary_reference_id: reference, name: "Ravi Demo", birth_year: "1980" },
  ]);

  const admit = (body: object, headers = here) =>
    api.post("/api/v2/vaccinator/onspots/schedule", body, { ...program, ...headers });
  const wish = { dose: 1, session_id: session.sessionId, slot, beneficiaries: [reference] };
  assert.deepEqual(codeOf(await admit({ ...wish, session_id: "x" })), [400, "APPOIN0015"]);
  assert.deepEqual(codeOf(await admit({ ...wish, beneficiaries: [] })), [400, "APPOIN0047"]);
  assert.deepEqual(codeOf(await admit({ ...wish, beneficiaries: ["11111111111111"] })), [400, "APPOIN0001"]);
  assert.deepEqual(codeOf(await admit(wish, {} as typeof here)), refusedAs);
  const admitted = await admit(wish);
  assert.equal(admitted.status, 200);
  assert.match(admitted.json.appointment_confirmation_no as string, /^[0-9a-f-]{36}$/);
  assert.equal((await find(reference)).json.name, "Ravi Demo", "who is admitted stands here");
});

test("another facility, another role, a browser that signed out: no token opens anything", async () => {
  const { reference, slipCode } = await booked();
  const elsewhere = await publishedSession(api.world, { inDays: 0 });
  const stranger = await signedInStaff(api.world.deps, "vaccinator", { facilityId: elsewhere.facilityId });
  const opened = await openProgramSignIn(api.world.deps, stranger.actor);
  assert.ok(opened.ok);
  const other = { authorization: `Bearer ${opened.value.token}` };
  const before = await misses();
  assert.deepEqual(codeOf(await find(reference, { ...other, "x-security-code": slipCode })), refusedAs);
  assert.deepEqual(codeOf(await find("11111111111111", other)), refusedAs, "the same for nobody");
  assert.equal(await misses(), before + 2);

  const admin = await signedInStaff(api.world.deps, "facility-admin", { facilityId: session.facilityId });
  assert.deepEqual(await openProgramSignIn(api.world.deps, admin.actor), { ok: false, code: "NOT_ALLOWED" });
  const next = await openProgramSignIn(api.world.deps, stranger.actor);
  assert.ok(next.ok);
  const get = async (token: string) =>
    (await api.get("/api/v2/vaccinator/sessions", { authorization: `Bearer ${token}` })).status;
  assert.deepEqual(
    [await get(opened.value.token), await get(next.value.token)],
    [403, 200],
    "the next ends the one before",
  );
  const { cookie } = { cookie: `sakshi_staff=${stranger.token}` };
  const signOut = { method: "POST", headers: { cookie, "sec-fetch-site": "same-origin" } };
  assert.equal((await api.send("/en/staff/sign-out", signOut)).status, 303);
  assert.equal(await get(next.value.token), 403);
});

test("a browser that signs out while it lets a program in has let nobody in", async () => {
  const { deps } = api.world;
  const leaver = await signedInStaff(deps, "vaccinator", { facilityId: session.facilityId });
  const db: typeof deps.db = {
    ...deps.db,
    async transaction(work) {
      const ended = "UPDATE registry.staff_sign_ins SET ended_at = now() WHERE sign_in_id = $1";
      await deps.db.rows(ended, [leaver.actor.signInId]);
      return deps.db.transaction(work);
    },
  };
  assert.deepEqual(await openProgramSignIn({ ...deps, db }, leaver.actor), { ok: false, code: "NOT_ALLOWED" });
});

test("a key for another family is refused before anything is looked at", async () => {
  const answer = await api.get("/api/v2/vaccinator/sessions", { ...program, "x-api-key": "not a key" });
  assert.deepEqual([answer.status, answer.text], [401, "Unauthenticated access!"]);
});

test("the page shows a token once, and it works", async () => {
  const cookie = `sakshi_staff=${vaccinator.token}`;
  const asked = await api.send("/en/staff/program", { headers: { cookie } });
  assert.ok(asked.status === 200 && !/[\w-]{43}</.test(asked.text));
  const made = await api.send("/en/staff/program", {
    method: "POST",
    headers: { cookie, "sec-fetch-site": "same-origin" },
  });
  const token = /sk-mono">([\w-]{43})</.exec(made.text)?.[1];
  const { status } = await api.get("/api/v2/vaccinator/sessions", { authorization: `Bearer ${token}` });
  assert.equal(status, 200);
});
