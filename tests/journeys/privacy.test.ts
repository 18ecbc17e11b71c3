// The privacy officers' portal over HTTP: who comes in, and what stands there.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect } from "../../src/platform/db/db.js";
import { uuidv7 } from "../../src/platform/random.js";
import { signedInStaff } from "../support/staff-actor.js";
import { fieldsOf, type OfficerWorld, officerWorld, visitor } from "./officer-world.js";

let world: OfficerWorld;
before(async () => {
  world = await officerWorld();
});
after(() => world.close());

test("only privacy officers come in, and they come into no other portal", async () => {
  const officer = visitor(world.app, (await signedInStaff(world.deps, "privacy-officer")).token);
  const page = await officer.get("/en/privacy");
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /<h1>Privacy<\/h1>/);
  assert.match((await officer.get("/hi/privacy")).body, /<h1>निजता<\/h1>/);
  for (const path of ["/en/officer", "/en/staff"]) assert.equal((await officer.get(path)).statusCode, 403, path);

  const admin = visitor(world.app, (await signedInStaff(world.deps, "national-admin")).token);
  assert.equal((await admin.get("/en/privacy")).statusCode, 403);
  const anybody = await visitor(world.app).get("/en/privacy");
  assert.equal(anybody.headers.location, "/en/staff/sign-in");
});

test("a privacy officer lands there after sign-in; the demo offers two of them", async () => {
  const { token } = await signedInStaff(world.deps, "privacy-officer");
  const again = await visitor(world.app, token).get("/en/staff/sign-in");
  assert.equal(again.headers.location, "/en/privacy");
  const demo = await world.app.inject({ method: "GET", url: "/demo", headers: { accept: "application/json" } });
  const { staff } = demo.json<{ staff: { role: string }[] }>();
  assert.equal(staff.filter((one) => one.role === "privacy-officer").length, 2);
});

test("an emergency goes from the desk to a colleague and to a privacy officer, in words of both languages", async () => {
  const { facilityId } = world.facilities[0]!;
  const desk = visitor(world.app, (await signedInStaff(world.deps, "vaccinator", { facilityId })).token);
  const colleague = visitor(world.app, (await signedInStaff(world.deps, "verifier", { facilityId })).token);
  const officer = visitor(world.app, (await signedInStaff(world.deps, "privacy-officer")).token);
  const [person] = await world.deps.db.rows<{ reference: string }>(
    "SELECT reference_id::text AS reference FROM registry.beneficiary_references LIMIT 1",
  );
  assert.match((await desk.get("/en/staff")).body, /href="\/en\/staff\/emergency"/);
  const form = await desk.get("/en/staff/emergency");
  const empty = await desk.post("/en/staff/emergency", fieldsOf(form));
  assert.equal(empty.statusCode, 422);
  assert.match(empty.body, /Enter the fourteen digits/);
  const words = "Lying on the floor <b>next</b> to the desk";
  const filled = { ...fieldsOf(form), referenceId: person!.reference, reason: "collapsed", words };
  const sent = await desk.post("/en/staff/emergency", filled);
  assert.equal(sent.statusCode, 303, sent.body);
  const shown = await desk.get(sent.headers.location!);
  assert.match(shown.body, /This look is written down/);
  assert.match(shown.body, /A colleague of this site has to confirm/);
  assert.equal((await colleague.get(sent.headers.location!)).statusCode, 403);

  const waiting = await colleague.get("/hi/staff");
  assert.match(waiting.body, /एक सहकर्मी ने आपात स्थिति में रिकॉर्ड खोला है/);
  const action = /action="([^"]*\/emergency\/[^"]*\/answer)"/.exec(waiting.body)![1]!;
  assert.equal((await colleague.post(action, { answer: "confirmed" })).statusCode, 303);
  assert.equal((await colleague.post(action, { answer: "denied" })).statusCode, 409);
  assert.match((await desk.get(sent.headers.location!)).body, /stays open for an hour/);

  const list = await officer.get("/en/privacy/accesses");
  assert.match(list.body, /One waits for a decision/);
  const path = /href="(\/en\/privacy\/accesses\/[0-9a-f-]{36})"/.exec(list.body)![1]!;
  const finding = await officer.get(path);
  assert.match(finding.body, /Lying on the floor &lt;b>next/);
  assert.match(finding.body, /<dd>confirmed<\/dd>/);
  assert.doesNotMatch(finding.body, /Demo vaccinator/, "the name comes with the escalation");
  assert.equal((await officer.post(path)).statusCode, 422);
  assert.equal((await officer.post(path, { decision: "explained" })).statusCode, 303);
  assert.match((await officer.get("/hi/privacy/accesses?show=decided")).body, /कारण मिला/);
  assert.equal((await officer.get("/en/privacy/accesses/nothing")).statusCode, 404);
});

test("a review is read as page, paper and signed note; one that has not ended says so", async () => {
  const officer = visitor(world.app, (await signedInStaff(world.deps, "privacy-officer")).token);
  assert.match((await officer.get("/en/privacy/reviews")).body, /No review has been run yet/);
  const maps = { dpdp: "Rule 6(1)(a)", certIn: "–", iso: "A.8.24" };
  const results = [
    { id: "a", promise: 1, what: "pages <b> carry headers", maps, outcome: "pass", found: "three pages" },
    { id: "b", promise: 5, what: "key place", maps, outcome: "fail", found: "a file", isOfDemo: true },
    { id: "c", promise: 6, what: "clock", maps, outcome: "not checked", found: "nobody asked" },
  ];
  const at = new Date().toISOString();
  const report = { format: "sakshi-review/1", at, installation: "https://x.example", results };
  const note = `${JSON.stringify(report)}\n\n— x.example/review AAAA\n`;
  const admin = connect(world.adminUrl, { max: 1 });
  try {
    await admin.rows("INSERT INTO registry.reviews VALUES ($1, now(), now(), 1, 1, 1, $2)", [uuidv7(), note]);
    await admin.rows("INSERT INTO registry.reviews (review_id, started_at) VALUES ($1, now() - interval '2 hours')", [
      uuidv7(),
    ]);
  } finally {
    await admin.close();
  }
  const list = await officer.get("/en/privacy/reviews");
  assert.match(list.body, /broken off/);
  assert.match(list.body, /Passed: 1\. Failed: 1\. Not checked: 1\./);
  const path = /href="(\/en\/privacy\/reviews\/[0-9a-f-]{36})"/.exec(list.body)![1]!;
  const page = await officer.get(path);
  assert.match(page.body, /pages &lt;b> carry headers/);
  assert.match(page.body, /fail \(demo\)/);
  assert.match((await officer.get(path.replace("/en/", "/hi/"))).body, /नहीं परखा गया/);
  assert.equal((await officer.get(`${path}/note`)).body, note);
  const pdf = await officer.get(`${path}/pdf`);
  assert.match(pdf.body.slice(0, 5), /%PDF-/);
  assert.equal((await officer.get("/en/privacy/reviews/nothing")).statusCode, 404);
  const admins = visitor(world.app, (await signedInStaff(world.deps, "national-admin")).token);
  assert.equal((await admins.get(path)).statusCode, 403);
  await assert.rejects(world.deps.db.rows("UPDATE registry.reviews SET failed = 0"), /permission denied/);
});
