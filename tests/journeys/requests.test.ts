// Requests over HTTP: who finds nothing, who is refused, and what an address must never say.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { cancelSessionAppointments } from "../../src/modules/appointments/index.js";
import { raiseTicket } from "../../src/modules/tickets/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { refused } from "../../src/platform/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { uuidv7 } from "../../src/platform/random.js";
import { citizenPages } from "../../src/web/citizen/index.js";
import { officerPages } from "../../src/web/officer/index.js";
import { sendRefusal } from "../../src/web/page.js";
import { registered, type SignedInCitizen, signedInCitizen } from "../support/citizens.js";
import { comesAgain, type DoseDay, doseDay } from "../support/dose-day.js";
import { signedInStaff } from "../support/staff-actor.js";
import { testWorld, type World } from "../support/world.js";

const origin = "http://127.0.0.1";
let world: World;
let app: FastifyInstance;
let day: DoseDay;
let owner: SignedInCitizen;
let id: string;
let ticketId: string;

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T06:00:00Z"));
  app = await createServer({
    origin,
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  citizenPages(app, world.deps, { origin });
  officerPages(app, world.deps, { origin, endAppointments: cancelSessionAppointments });
  day = await doseDay(world);
  owner = await signedInCitizen(world);
  id = await registered(world, owner);
  const account = { ...owner, signInId: owner.actor.signInId, mobile: "", contactBox: Buffer.alloc(0) };
  assert.ok((await recordVaccination(world.deps, day.vaccinator.actor, await comesAgain(world, day, account, id))).ok);
  const asked = await raiseTicket(world.deps, owner.actor, {
    kind: "identity",
    beneficiaryId: id,
    ticketId: uuidv7(),
    words: "My card says so",
    fields: { name: "Aasha Demo" },
    address: "198.51.100.3",
  });
  assert.ok(asked.ok);
  ticketId = asked.value.ticketId;
});
after(async () => {
  await app.close();
  await world.close();
});

async function ask(cookies: Record<string, string>, method: "GET" | "POST", url: string, fields = {}) {
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const payload = new URLSearchParams(fields).toString();
  const answer = await app.inject({ method, url, cookies, headers: form, ...(method === "POST" ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.body };
}
const citizen = (who: SignedInCitizen) => ({ sakshi_sign_in: who.token });
const staff = async (role: string, place: object) => ({
  sakshi_staff: (await signedInStaff(world.deps, role, place)).token,
});

test("nobody but the person's account finds a request, or a form for the person", async () => {
  const stranger = citizen(await signedInCitizen(world));
  for (const [method, path] of [
    ["GET", `/en/requests/${ticketId}`],
    ["POST", `/en/requests/${ticketId}/withdraw`],
    ["GET", `/en/people/${id}/correct`],
    ["GET", `/en/people/${id}/correct/identity`],
    ["GET", `/en/people/${id}/move`],
    ["POST", `/en/people/${id}/correct/merge/code`],
  ] as const) {
    const { status, body } = await ask(stranger, method, path);
    assert.equal(status, 404, path);
    assert.ok(!/Asha|Aasha/.test(body), path);
    const without = await ask({}, method, path);
    assert.equal(without.status, 303, `${path} without a sign-in`);
  }
  assert.equal((await ask(citizen(owner), "GET", `/en/requests/${ticketId}`)).status, 200);
});

test("strange ids, kinds and dates are refused in words, and write nothing", async () => {
  const own = citizen(owner);
  for (const path of ["/en/requests/x", "/en/requests/%00", `/en/people/${id}/correct/haircut`, "/en/people/x/correct"])
    assert.ok([400, 404].includes((await ask(own, "GET", path)).status), path);
  const fields = { ticketId: uuidv7(), words: "Wrong day", vaccinationId: "' OR 1=1" };
  const wrong = await ask(own, "POST", `/en/people/${id}/correct/dose`, { ...fields, "givenOn-day": "31" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.body, /id="vaccinationId-error"/);
  assert.match(wrong.body, />Wrong day<\/textarea>/);
  assert.match(wrong.body, /value="31"/);
  const noId = await ask(own, "POST", `/en/people/${id}/correct/dose`, { ...fields, ticketId: "x" });
  assert.equal(noId.status, 404);
  const long = await ask(own, "POST", `/en/people/${id}/correct/not-mine`, { ...fields, words: "x".repeat(1_001) });
  assert.equal(long.status, 422);
  const tickets = await world.deps.db.rows("SELECT FROM registry.tickets");
  assert.equal(tickets.length, 1);
});

test("officers of other places and of a facility get nothing; looking takes nothing", async () => {
  await world.deps.db.rows("INSERT INTO registry.states VALUES (902, 'Other State') ON CONFLICT DO NOTHING");
  await world.deps.db.rows(
    "INSERT INTO registry.districts VALUES (9902, 902, 'Other District') ON CONFLICT DO NOTHING",
  );
  const outside = await staff("district-admin", { districtId: 9902 });
  for (const [method, path] of [
    ["GET", `/en/officer/tickets/${ticketId}`],
    ["POST", `/en/officer/tickets/${ticketId}/take`],
    ["POST", `/en/officer/tickets/${ticketId}/propose`],
  ] as const)
    assert.equal((await ask(outside, method, path)).status, 404, path);
  const facilityAdmin = await staff("facility-admin", { facilityId: day.facilityId });
  assert.equal((await ask(facilityAdmin, "GET", "/en/officer/tickets")).status, 403);
  assert.ok(!(await ask(facilityAdmin, "GET", "/en/officer/staff")).body.includes("/officer/tickets"));
  const inside = await staff("district-admin", { districtId: 9901 });
  const page = await ask(inside, "GET", `/en/officer/tickets/${ticketId}`);
  assert.equal(page.status, 200);
  assert.ok(!/Asha|Aasha/.test(page.body), "nothing of the person before it is taken");
  const opinion = { choice: "accept", note: "Seen" };
  const early = await ask(inside, "POST", `/en/officer/tickets/${ticketId}/propose`, opinion);
  assert.equal(early.status, 409, "not taken yet");
  const [row] = await world.deps.db.rows("SELECT state, assigned_to FROM registry.tickets");
  assert.deepEqual(row, { state: "open", assigned_to: null });
});

test("a photo goes in by a plain form and comes out as a download that runs nothing, under a name of ours", async () => {
  const own = citizen(owner);
  const path = `/en/requests/${ticketId}`;
  const upload = async (cookies: Record<string, string>, content: Buffer, name: string) => {
    const form = new FormData();
    form.set("file", new File([new Uint8Array(content)], name, { type: "text/html" }));
    const request = new Request("http://127.0.0.1/", { method: "POST", body: form });
    const headers = { "content-type": request.headers.get("content-type")!, "sec-fetch-site": "same-origin" };
    const payload = Buffer.from(await request.arrayBuffer());
    return app.inject({ method: "POST", url: `${path}/files`, cookies, headers, payload });
  };
  assert.match((await ask(own, "GET", path)).body, /enctype="multipart\/form-data"/);
  const html = await upload(own, Buffer.from("<!doctype html><script>1</script>"), "photo.jpg");
  assert.equal(html.statusCode, 422);
  assert.match(html.body, /id="file-error"/);
  assert.equal((await upload(own, Buffer.alloc(0), "")).statusCode, 422);
  const large = await upload(own, Buffer.alloc(6 * 2 ** 20), "large.jpg");
  assert.equal(large.statusCode, 413);
  const photo = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from("<script>")]);
  const name = '../../etc/<img src=x onerror=alert(1)>".html';
  assert.equal((await upload(own, photo, name)).statusCode, 303);
  const without = await upload({}, photo, name);
  assert.match(String(without.headers.location), /sign-in/);
  const page = (await ask(own, "GET", path)).body;
  assert.ok(page.includes(`${path}/files/1`) && !/onerror|etc/.test(page));

  const file = await app.inject({ method: "GET", url: `${path}/files/1`, cookies: own });
  assert.deepEqual(file.rawPayload, photo);
  const { headers } = file;
  assert.deepEqual(
    ["content-type", "content-disposition", "content-security-policy", "x-content-type-options", "cache-control"].map(
      (header) => headers[header],
    ),
    ["image/png", 'attachment; filename="evidence-1.png"', "default-src 'none'; sandbox", "nosniff", "no-store"],
  );
  for (const n of ["0", "2", "1x", "..%2f1"])
    assert.equal((await ask(own, "GET", `${path}/files/${n}`)).status, 404, n);
  const stranger = citizen(await signedInCitizen(world));
  assert.equal((await ask(stranger, "GET", `${path}/files/1`)).status, 404);
  assert.equal((await upload(stranger, photo, "a.png")).statusCode, 404);
  const officer = await staff("district-admin", { districtId: 9901 });
  const officerPath = `/en/officer/tickets/${ticketId}`;
  assert.equal((await ask(officer, "GET", `${officerPath}/files/1`)).status, 409, "not taken yet");
  assert.equal((await ask(officer, "POST", `${officerPath}/take`)).status, 303);
  assert.ok((await ask(officer, "GET", officerPath)).body.includes(`${officerPath}/files/1`));
  const given = await app.inject({ method: "GET", url: `${officerPath}/files/1`, cookies: officer });
  assert.deepEqual(given.rawPayload, photo);
  assert.match(String(given.headers["content-disposition"]), /^attachment/);
  await world.deps.db.rows("UPDATE registry.tickets SET assigned_to = NULL, assigned_at = NULL");
});

test("beyond its day the person and the officers read where it lies now", async () => {
  const { db } = world.deps;
  const due = "due_at = due_at - interval '60 days'";
  await db.rows(`UPDATE registry.tickets SET ${due}, level = 'state', escalated_at = now() WHERE ticket_id = $1`, [
    ticketId,
  ]);
  const own = citizen(owner);
  assert.match((await ask(own, "GET", "/en/requests")).body, />Overdue</);
  assert.match((await ask(own, "GET", `/en/requests/${ticketId}`)).body, /went up to the officers of the state/);
  const list = await ask(await staff("state-admin", { stateId: 901 }), "GET", "/en/officer/tickets");
  assert.match(list.body, />overdue, with the state</);
});
