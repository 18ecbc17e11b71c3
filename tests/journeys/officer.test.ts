// An admin's story over HTTP: opens a facility, takes stock in, plans and publishes a session, invites and removes
// staff, cancels a session that people have booked. And what an admin may not do.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { reportAefi } from "../../src/modules/aefi/index.js";
import { addDays, dateInIndia, instantInIndia } from "../../src/platform/clock.js";
import { uuidv7 } from "../../src/platform/random.js";
import { signedInStaff } from "../support/staff-actor.js";
import { fieldsOf, type OfficerWorld, officerWorld, type Visitor, visitor } from "./officer-world.js";

let world: OfficerWorld;
let state: Visitor;
let today: string;

before(async () => {
  world = await officerWorld();
  today = dateInIndia(world.deps.clock());
  state = visitor(world.app, (await signedInStaff(world.deps, "state-admin", { stateId: 21 })).token);
});
after(() => world.close());

async function count(from: string, values: unknown[] = []): Promise<number> {
  const [row] = await world.deps.db.rows<{ n: number }>(`SELECT count(*)::int AS n FROM registry.${from}`, values);
  return row!.n;
}

describe("a state admin", () => {
  let facilityId: string;
  let sessionId: string;

  test("sees the state in figures, in both languages", async () => {
    const page = await state.get("/en/officer");
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /<h1>Maharashtra<\/h1>/);
    assert.match(page.body, /Doses recorded today/);
    const hindi = await state.get("/hi/officer");
    assert.match(hindi.body, /<html lang="hi"/);
    assert.match(hindi.body, /आज दर्ज खुराकें/);
  });

  test("sees how many reactions were noted in the state, and how grave they are, but not whose", async () => {
    const shown = async (lang: string) => {
      const { body } = await state.get(`/${lang}/officer`);
      return body.slice(body.indexOf('<dl class="sk-counts">'), body.indexOf("</dl>"));
    };
    assert.match(await shown("en"), /Reactions noted in 30 days<\/dt><dd>0<\/dd><dd[^>]*>0 severe, 0 serious/);
    const [dose] = await world.deps.db.rows<{ beneficiaryId: string; vaccinationId: string; facilityId: string }>(
      `SELECT beneficiary_id AS "beneficiaryId", vaccination_id AS "vaccinationId", facility_id AS "facilityId"
       FROM registry.vaccinations JOIN registry.facilities USING (facility_id)
       WHERE state_id = 21 AND status = 'valid' AND recorded_at > $1 LIMIT 1`,
      [instantInIndia(addDays(today, -1))],
    );
    const { actor } = await signedInStaff(world.deps, "vaccinator", { facilityId: dose!.facilityId });
    const note = { ...dose!, severity: "severe", note: "High fever", requestKey: uuidv7() };
    assert.ok((await reportAefi(world.deps, actor, note)).ok);
    assert.match(await shown("en"), /Reactions noted in 30 days<\/dt><dd>1<\/dd><dd[^>]*>1 severe, 0 serious/);
    assert.match(await shown("hi"), /दर्ज प्रतिक्रियाएँ<\/dt><dd>1<\/dd><dd[^>]*>1 तीव्र, 0 गंभीर/);
  });

  test("opens a facility: errors at the field with the input kept, then once however often it is sent", async () => {
    const form = await state.get("/en/officer/facilities/new");
    const typed: Record<string, string> = {
      ...fieldsOf(form),
      name: '<b>"Demo" & Sons</b>',
      address: "1 Example Road",
      districtId: "363",
      pincode: "4110",
      feeType: "Free",
    };
    const wrong = await state.post("/en/officer/facilities", typed);
    assert.equal(wrong.statusCode, 422);
    assert.match(wrong.body, /<title>Error: /);
    assert.match(wrong.body, /href="#pincode"/);
    assert.match(wrong.body, /id="pincode-error"/);
    assert.match(wrong.body, /value="4110"/);
    assert.match(wrong.body, /value="&lt;b>&quot;Demo&quot; &amp; Sons&lt;\/b>"/);
    assert.equal(fieldsOf(wrong).facilityId, typed.facilityId);

    const before = await count("facilities");
    const right = { ...typed, pincode: "411090", name: "Demo Story Clinic" };
    const answers = await Promise.all([1, 2].map(() => state.post("/en/officer/facilities", right)));
    for (const answer of answers) assert.equal(answer.statusCode, 303);
    assert.equal(await count("facilities"), before + 1);
    const location = String(answers[0]!.headers.location);
    facilityId = /facilities\/([0-9a-f-]{36})\?/.exec(location)![1]!;
    const page = await state.get(location);
    assert.match(page.body, /role="status"/);
    assert.match(page.body, /The facility is open/);
  });

  test("takes a batch in", async () => {
    const path = `/en/officer/facilities/${facilityId}/batches`;
    const typed = {
      ...fieldsOf(await state.get(`${path}/new`)),
      product: "COVAXIN",
      lotNumber: "demo-77",
      expiresOn: addDays(today, 90),
      dosesReceived: "300",
    };
    const wrong = await state.post(path, { ...typed, expiresOn: addDays(today, -1) });
    assert.equal(wrong.statusCode, 422);
    assert.match(wrong.body, /The expiry date is past/);
    const added = await state.post(path, typed);
    assert.equal(added.statusCode, 303);
    const list = await state.get(String(added.headers.location));
    assert.match(list.body, /DEMO-77/);
    assert.match(list.body, /300 of 300/);
  });

  test("plans a session, changes the draft and publishes it; then anybody finds it", async () => {
    const path = `/en/officer/facilities/${facilityId}/sessions`;
    const form = await state.get(`${path}/new`);
    assert.match(form.body, /COVAXIN \(in stock\)/);
    const typed = { ...fieldsOf(form), product: "COVAXIN", heldOn: addDays(today, 2) };
    const wrong = await state.post(path, {
      ...typed,
      heldOn: "2026-02-30",
      "capacity-dose1": "many",
      stepMinutes: "1",
    });
    assert.equal(wrong.statusCode, 422);
    for (const field of ["heldOn", "capacity-dose1", "stepMinutes"])
      assert.match(wrong.body, new RegExp(`href="#${field}"`));

    const created = await state.post(path, typed);
    assert.equal(created.statusCode, 303);
    sessionId = /sessions\/([0-9a-f-]{36})/.exec(String(created.headers.location))![1]!;
    const publicPage = "/en/find?pincode=411090";
    assert.equal((await state.get(publicPage)).body.includes("Demo Story Clinic"), false);

    const draft = await state.get(`/en/officer/sessions/${sessionId}/change`);
    const changed = await state.post(`/en/officer/sessions/${sessionId}/change`, {
      ...fieldsOf(draft),
      product: "COVAXIN",
      stepMinutes: "60",
    });
    assert.equal(changed.statusCode, 303);
    const published = await state.post(`/en/officer/sessions/${sessionId}/publish`);
    assert.match(String(published.headers.location), /done=session-published/);
    assert.match((await state.get(String(published.headers.location))).body, /People can book now/);
    assert.match((await visitor(world.app).get(publicPage)).body, /Demo Story Clinic/);
    const late = await state.post(`/en/officer/sessions/${sessionId}/change`, typed);
    assert.equal(late.statusCode, 409);
  });

  test("cannot close a facility while a session lies ahead, and can after cancelling it", async () => {
    const close = `/en/officer/facilities/${facilityId}/close`;
    assert.equal((await state.post(close)).statusCode, 409);
    const noReason = await state.post(`/en/officer/sessions/${sessionId}/cancel`);
    assert.equal(noReason.statusCode, 422);
    const cancelled = await state.post(`/en/officer/sessions/${sessionId}/cancel`, { reason: "weather" });
    assert.match(String(cancelled.headers.location), /told=0/);
    assert.equal((await state.post(`/en/officer/sessions/${sessionId}/cancel`, { reason: "weather" })).statusCode, 409);
    assert.equal((await state.post(close)).statusCode, 303);
    const found = await visitor(world.app).get("/en/find?pincode=411090");
    assert.equal(found.statusCode, 200);
    assert.equal(found.body.includes("Demo Story Clinic"), false);
  });
});

describe("a session that people have booked", () => {
  test("is cancelled with a reason, and the booked are told", async () => {
    const [booked] = await world.deps.db.rows<{ id: string; n: number }>(
      `SELECT session_id AS id, count(*)::int AS n FROM registry.appointments a JOIN registry.sessions s USING (session_id)
       WHERE a.status = 'booked' AND s.held_on > $1 GROUP BY session_id`,
      [today],
    );
    assert.ok(booked && booked.n > 0, "the demo has bookings ahead");
    const question = await state.get(`/en/officer/sessions/${booked.id}/cancel`);
    assert.match(question.body, /booked\. The (person|people)/);
    const answer = await state.post(`/en/officer/sessions/${booked.id}/cancel`, { reason: "no-stock" });
    assert.match(String(answer.headers.location), new RegExp(`told=${booked.n}$`));
    assert.equal(await count("appointments WHERE session_id = $1 AND status = 'booked'", [booked.id]), 0);
    assert.equal(await count("live_appointments WHERE session_id = $1", [booked.id]), 0);
    const page = await state.get(String(answer.headers.location));
    assert.match(page.body, new RegExp(`${booked.n} booked (person is|people are) being told`));
  });
});

describe("staff", () => {
  const facility = () => world.facilities[1]!;

  test("are invited by a link that is shown once; the same form twice invites one", async () => {
    const path = `/en/officer/facilities/${facility().facilityId}/invite`;
    const form = await state.get(path);
    const typed = { ...fieldsOf(form), displayName: "Demo Newcomer", role: "verifier" };
    const nameless = await state.post(path, { ...typed, displayName: "", formKey: "another" });
    assert.equal(nameless.statusCode, 422);
    assert.match(nameless.body, /id="displayName-error"/);
    const shown = await state.post(path, typed);
    assert.equal(shown.statusCode, 200);
    const link = /<code>(http:\/\/localhost:\d+\/en\/staff\/enrol\/[\w-]{43})<\/code>/.exec(shown.body)?.[1];
    assert.ok(link, "a link is shown");
    assert.match(shown.body, /src="data:image\/svg\+xml;base64,/);
    const again = await state.post(path, typed);
    assert.equal(again.statusCode, 409);
    assert.equal(again.body.includes("/staff/enrol/"), false);
    assert.equal(await count("staff WHERE display_name = 'Demo Newcomer'"), 1);
    const enrolment = await visitor(world.app).get(new URL(link).pathname);
    assert.equal(enrolment.statusCode, 200);
    const list = await state.get("/en/officer/staff");
    assert.equal(list.body.includes(link), false);
  });

  test("may not be invited above oneself, nor outside the area", async () => {
    const { token } = await signedInStaff(world.deps, "facility-admin", { facilityId: facility().facilityId });
    const admin = visitor(world.app, token);
    const own = `/en/officer/facilities/${facility().facilityId}/invite`;
    assert.equal((await admin.get(own)).body.includes('value="facility-admin"'), false);
    const above = await admin.post(own, { displayName: "Demo", role: "facility-admin", formKey: "1" });
    assert.equal(above.statusCode, 403);
    const other = `/en/officer/facilities/${world.facilities[2]!.facilityId}/invite`;
    assert.equal((await admin.post(other, { displayName: "Demo", role: "verifier", formKey: "2" })).statusCode, 403);
    assert.equal((await admin.get("/en/officer/staff/invite")).statusCode, 403);
  });

  test("are removed at once, after a question", async () => {
    const gone = await signedInStaff(world.deps, "facility-admin", { facilityId: facility().facilityId });
    const admin = visitor(world.app, gone.token);
    assert.equal((await admin.get("/en/officer")).statusCode, 200);
    const path = `/en/officer/staff/${gone.staffId}/remove`;
    assert.match((await state.get(path)).body, /Remove this member of staff\?/);
    assert.equal((await admin.get("/en/officer")).statusCode, 200, "asking removes nobody");
    assert.equal((await state.post(path)).statusCode, 303);
    const answer = await admin.get("/en/officer");
    assert.equal(answer.statusCode, 303);
    assert.match(String(answer.headers.location), /\/staff\/sign-in$/);
    assert.equal((await state.post(path)).statusCode, 404);
  });
});

describe("doors that stay shut", () => {
  test("without a sign-in every officer page leads to signing in", async () => {
    const nobody = visitor(world.app);
    for (const path of [
      "",
      "/facilities",
      "/sessions",
      "/staff",
      `/facilities/${world.facilities[0]!.facilityId}/batches`,
    ]) {
      const answer = await nobody.get(`/en/officer${path}`);
      assert.equal(answer.statusCode, 303, path);
    }
    assert.equal((await nobody.post("/en/officer/facilities", { name: "x" })).statusCode, 303);
  });

  test("a vaccinator and another state's admin are refused", async () => {
    const { facilityId } = world.facilities[0]!;
    const vaccinator = visitor(world.app, (await signedInStaff(world.deps, "vaccinator", { facilityId })).token);
    assert.equal((await vaccinator.get("/en/officer")).statusCode, 403);
    const kerala = visitor(world.app, (await signedInStaff(world.deps, "state-admin", { stateId: 17 })).token);
    assert.equal((await kerala.get(`/en/officer/facilities/${facilityId}`)).statusCode, 403);
    assert.equal((await kerala.get(`/en/officer/facilities/${facilityId}/batches`)).statusCode, 403);
    assert.equal((await kerala.get(`/en/officer/sessions?facility=${facilityId}`)).statusCode, 403);
  });

  test("ids that are none are not found", async () => {
    for (const id of ["x", "00000000-0000-4000-8000-000000000000", "'; DROP TABLE registry.staff; --"]) {
      const part = encodeURIComponent(id);
      assert.equal((await state.get(`/en/officer/facilities/${part}`)).statusCode, 404);
      assert.equal((await state.get(`/en/officer/sessions/${part}`)).statusCode, 404);
      assert.equal((await state.get(`/en/officer/staff/${part}/remove`)).statusCode, 404);
    }
  });
});

describe("budgets", () => {
  test("each page is below 14 KB compressed and needs no script of its own", async () => {
    const { facilityId } = world.facilities[0]!;
    const pages = [
      "",
      "/facilities",
      "/facilities/new",
      `/facilities/${facilityId}`,
      `/facilities/${facilityId}/sessions/new`,
    ];
    for (const path of [...pages, `/facilities/${facilityId}/batches`, "/sessions", "/staff"]) {
      const page = await state.get(`/hi/officer${path}`);
      assert.equal(page.statusCode, 200, path);
      assert.ok(gzipSync(page.rawPayload).length < 14 * 1024, path);
      assert.equal(page.headers["cache-control"], "no-store", path);
      assert.deepEqual(page.body.match(/<script[^>]*>/g)?.filter((tag) => !tag.includes("/assets/idle.js")) ?? [], []);
    }
  });
});
