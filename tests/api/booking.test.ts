// The whole way of a booking bot: people, schedule, slip, reschedule, cancel, certificate; and what it is refused.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { issueCertificate } from "../../src/modules/certificates/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { closePdf } from "../../src/pdf/index.js";
import { leafKinds } from "../../src/vault/entry.js";
import { type DemoSession, demoMobile, publishedSession, takenOf } from "../support/citizens.js";
import { batchAt } from "../support/dose-day.js";
import { signedInStaff } from "../support/vault-people.js";
import { type ApiWorld, apiWorld, registeredBy, signedInBot, until } from "./api-world.js";

let api: ApiWorld;
let session: DemoSession;
let bearer: Record<string, string>;
let mobile: string;
const slot = "09:00AM-10:00AM";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

before(async () => {
  api = await apiWorld();
  session = await publishedSession(api.world, { pincode: 411001 });
  mobile = demoMobile();
  bearer = await signedInBot(api, mobile);
});
after(async () => {
  await api.close();
  await closePdf();
});

const schedule = (body: object, as = bearer, version = "v2") =>
  api.post(`/api/${version}/appointment/schedule`, body, as);
const listed = async (as = bearer) => (await api.get("/api/v2/appointment/beneficiaries", as)).json.beneficiaries;
const code = ({ status, json }: { status: number; json: { errorCode: string } }) => [status, json?.errorCode];

describe("people", () => {
  let reference: string;

  test("are registered with fourteen digits for an answer", async () => {
    reference = await registeredBy(api, bearer, { photo_id_number: "XXXXXXXX9999" });
    assert.match(reference, /^\d{14}$/);
  });

  test("are listed with every field that clients read", async () => {
    assert.deepEqual(await listed(), [
      {
        beneficiary_reference_id: reference,
        name: "Asha Demo",
        birth_year: "1980",
        gender: "Female",
        mobile_number: mobile.slice(-4),
        photo_id_type: "Voter ID",
        photo_id_number: "********9999",
        comorbidity_ind: "",
        vaccination_status: "Not Vaccinated",
        vaccine: "",
        dose1_date: "",
        dose2_date: "",
        appointments: [],
      },
    ]);
  });

  test("numbers may come as numbers, gender may be left out", async () => {
    const other = await registeredBy(api, bearer, {
      birth_year: 1975,
      gender_id: undefined,
      photo_id_type: "6",
      photo_id_number: 12348888,
    });
    const person = (await listed()).find(
      (one: { beneficiary_reference_id: string }) => one.beneficiary_reference_id === other,
    );
    assert.deepEqual([person.birth_year, person.gender, person.photo_id_type], ["1975", "Others", "PAN Card"]);
    assert.deepEqual(
      code(
        await api.post("/api/v2/registration/beneficiary/delete", { beneficiary_reference_id: 12345678901234 }, bearer),
      ),
      [400, "APPOIN0001"],
    );
    const gone = await api.post("/api/v2/registration/beneficiary/delete", { beneficiary_reference_id: other }, bearer);
    assert.deepEqual([gone.status, gone.text], [204, ""]);
    assert.equal((await listed()).length, 1);
  });

  test("are refused with a code when something is missing or wrong", async () => {
    const path = "/api/v2/registration/beneficiary/new";
    const person = {
      name: "Asha Demo",
      birth_year: "1980",
      photo_id_type: 12,
      photo_id_number: "7777",
      consent_version: "1",
    };
    for (const name of Object.keys(person)) {
      assert.deepEqual(code(await api.post(path, { ...person, [name]: undefined }, bearer)), [400, "USRRES0001"], name);
    }
    assert.deepEqual(code(await api.post(path, { ...person, name: "Asha <b>" }, bearer)), [
      400,
      "BENEFICIARY_NAME_CHARACTERS",
    ]);
    assert.deepEqual(code(await api.post(path, { ...person, birth_year: "1580" }, bearer)), [
      400,
      "BENEFICIARY_BIRTH_YEAR_IMPOSSIBLE",
    ]);
    assert.deepEqual(code(await api.post(path, { ...person, photo_id_number: "9999" }, bearer)), [
      400,
      "BENEFICIARY_PHOTO_ID_REPEATED",
    ]);
    assert.deepEqual(code(await api.post("/api/v2/registration/beneficiary/delete", {}, bearer)), [400, "USRRES0001"]);
  });

  test("nothing of them without a token", async () => {
    for (const reply of [
      await api.get("/api/v2/appointment/beneficiaries"),
      await api.get("/api/v4/appointment/beneficiaries"),
      await api.post("/api/v2/registration/beneficiary/new", {}),
      await api.post("/api/v2/registration/beneficiary/delete", {}),
      await api.post("/api/v2/appointment/schedule", {}),
      await api.post("/api/v2/appointment/reschedule", {}),
      await api.post("/api/v2/appointment/cancel", {}),
      await api.get("/api/v2/appointment/appointmentslip/download?appointment_id=x"),
      await api.get("/api/v2/registration/certificate/public/download?beneficiary_reference_id=1"),
      await api.get("/api/v2/registration/certificate/download?beneficiary_reference_id=1"),
    ]) {
      assert.deepEqual([reply.status, reply.text], [401, "Unauthenticated access!"]);
    }
  });
});

describe("an appointment", () => {
  let first: string;
  let second: string;
  let appointment: string;

  test("is booked for two people, dose as number or text, and shows in search within two seconds", async () => {
    [first, second] = [await registeredBy(api, bearer), await registeredBy(api, bearer, { name: "Bela Demo" })];
    const answer = await schedule({
      dose: "1",
      session_id: session.sessionId,
      center_id: 1,
      slot,
      beneficiaries: [first, Number(second)],
      captcha: "abcde",
    });
    assert.equal(answer.status, 200);
    appointment = answer.json.appointment_confirmation_no;
    assert.match(appointment, uuid);
    assert.equal(await takenOf(api.world, session.sessionId), 2);
    await until(
      () => api.get("/api/v2/appointment/sessions/public/findByPin?pincode=411001&date=24-11-2026"),
      (reply) => reply.json.sessions[0].available_capacity_dose1 === 98,
    );
  });

  test("is listed with each of its people, as clients count it", async () => {
    const people = (await listed()) as { beneficiary_reference_id: string; appointments: { center_id: number }[] }[];
    const [row] = await api.world.deps.db.rows<{ id: number }>(
      "SELECT center_id AS id FROM registry.facilities WHERE facility_id = $1",
      [session.facilityId],
    );
    for (const reference of [first, second]) {
      assert.deepEqual(people.find((one) => one.beneficiary_reference_id === reference)?.appointments, [
        {
          appointment_id: appointment,
          center_id: row!.id,
          name: "Demo Health Centre",
          state_name: "Demo State",
          district_name: "Demo District",
          block_name: "Not Applicable",
          from: "09:00",
          to: "17:00",
          dose: 1,
          session_id: session.sessionId,
          date: "24-11-2026",
          slot,
        },
      ]);
    }
  });

  test("has a slip with a page for each person", async () => {
    const slip = await api.get(`/api/v2/appointment/appointmentslip/download?appointment_id=${appointment}`, bearer);
    assert.equal(slip.status, 200);
    assert.equal(slip.headers.get("content-type"), "application/pdf");
    assert.match(slip.bytes.subarray(0, 8).toString("latin1"), /^%PDF-1\.\d/);
    assert.equal([...slip.bytes.toString("latin1").matchAll(/\/Type\s*\/Page\b/g)].length, 2);
    const stranger = await signedInBot(api);
    const path = "/api/v2/appointment/appointmentslip/download";
    assert.deepEqual(code(await api.get(`${path}?appointment_id=${appointment}`, stranger)), [
      400,
      "APPOINTMENT_NOT_FOUND",
    ]);
    assert.deepEqual(code(await api.get(path, bearer)), [400, "USRRES0001"]);
  });

  test("cannot be booked twice for a person", async () => {
    const again = await schedule({ dose: 1, session_id: session.sessionId, slot, beneficiaries: [first] });
    assert.deepEqual(code(again), [400, "APPOIN0022"]);
  });

  test("moves, not to where it is, and not to what does not exist", async () => {
    const move = (body: object) =>
      api.post(
        "/api/v2/appointment/reschedule",
        { appointment_id: appointment, session_id: session.sessionId, ...body },
        bearer,
      );
    const moved = await move({ slot: "10:00AM-11:00AM" });
    assert.deepEqual([moved.status, moved.text], [204, ""]);
    assert.deepEqual(
      [await takenOf(api.world, session.sessionId), await takenOf(api.world, session.sessionId, "dose1", 2)],
      [0, 2],
    );
    assert.deepEqual(code(await move({ slot: "10:00AM-11:00AM" })), [409, "APPOINTMENT_SAME_SLOT"]);
    assert.deepEqual(code(await move({ slot: "01:00AM-02:00AM" })), [400, "APPOIN0015"]);
    assert.deepEqual(code(await move({})), [400, "USRRES0001"]);
    assert.deepEqual(code(await move({ slot, appointment_id: session.sessionId })), [400, "APPOINTMENT_NOT_FOUND"]);
  });

  test("is cancelled for one of its people, then for the other; twice is no error", async () => {
    const cancel = (beneficiaries: unknown) =>
      api.post(
        "/api/v2/appointment/cancel",
        { appointment_id: appointment, beneficiariesToCancel: beneficiaries },
        bearer,
      );
    assert.equal((await cancel([first])).status, 204);
    assert.equal(await takenOf(api.world, session.sessionId, "dose1", 2), 1);
    assert.equal((await cancel([second])).status, 204);
    assert.equal((await cancel([second])).status, 204);
    assert.equal(await takenOf(api.world, session.sessionId, "dose1", 2), 0);
    assert.deepEqual(code(await cancel(undefined)), [400, "USRRES0001"]);
    assert.deepEqual(code(await cancel(["99999999999999"])), [400, "APPOIN0001"]);
    for (const person of await listed()) assert.deepEqual(person.appointments, []);
  });

  test("cannot be cancelled once the day is over", async () => {
    const other = await publishedSession(api.world);
    const booked = await schedule({ dose: 1, session_id: other.sessionId, slot, beneficiaries: [first] }, bearer, "v4");
    assert.equal(booked.status, 200);
    api.world.setNow(new Date("2026-11-25T03:00:00Z"));
    const later = await signedInBot(api, mobile);
    const cancelled = await api.post(
      "/api/v2/appointment/cancel",
      { appointment_id: booked.json.appointment_confirmation_no, beneficiariesToCancel: [first] },
      later,
    );
    assert.equal(cancelled.status, 409);
    api.world.setNow(new Date("2026-11-23T03:00:00Z"));
  });
});

describe("a booking is refused", () => {
  let person: string;
  let own: Record<string, string>;
  const body = (differences: object = {}) => ({
    dose: 1,
    session_id: session.sessionId,
    slot,
    beneficiaries: [person],
    ...differences,
  });
  before(async () => {
    own = await signedInBot(api);
    person = await registeredBy(api, own);
  });

  test("with what Co-WIN said when the slot is full", async () => {
    const full = await publishedSession(api.world, { places: { dose1: 0 } });
    const { status, json } = await schedule(body({ session_id: full.sessionId }), own);
    assert.deepEqual(
      [status, json],
      [
        409,
        {
          errorCode: "APPOIN0040",
          error:
            "This vaccination center is completely booked for the selected date. Please try another date or vaccination center.",
        },
      ],
    );
  });

  test("for an unknown session or slot: APPOIN0015", async () => {
    for (const differences of [
      { session_id: "269ce29f-0000-4000-8000-000000000000" },
      { session_id: "no id" },
      { slot: "FORENOON" },
      { slot: "08:00AM-09:00AM" },
    ]) {
      const { status, json } = await schedule(body(differences), own);
      assert.deepEqual([status, json], [400, { errorCode: "APPOIN0015", error: "Invalid Slot Id" }]);
    }
  });

  test("without people, or for too many", async () => {
    for (const beneficiaries of [undefined, [], "12345678901234", [null], Array<string>(5).fill(person)]) {
      const { status, json } = await schedule(body({ beneficiaries }), own);
      assert.deepEqual([status, json.error], [400, "Beneficiaries array required, with length 1-4"]);
    }
  });

  test("without a parameter, for somebody else's people, for another dose, for an age outside", async () => {
    for (const name of ["dose", "session_id", "slot"]) {
      assert.deepEqual(code(await schedule(body({ [name]: undefined }), own)), [400, "USRRES0001"], name);
    }
    assert.deepEqual(code(await schedule(body(), bearer)), [400, "APPOIN0001"]);
    assert.deepEqual(code(await schedule(body({ dose: 2 }), own)), [400, "APPOINTMENT_OTHER_DOSE"]);
    const old = await publishedSession(api.world, { minAge: 60 });
    assert.deepEqual(code(await schedule(body({ session_id: old.sessionId }), own)), [400, "APPOINTMENT_AGE_OUTSIDE"]);
  });

  test("twice with one key it is one booking", async () => {
    const headers = { ...own, "idempotency-key": "0192aaaa-0000-7000-8000-000000000001" };
    const [one, two] = [await schedule(body(), headers), await schedule(body(), headers)];
    assert.equal(one.status, 200);
    assert.deepEqual(one.json, two.json);
  });
});

test("after a dose the list says so, keeps the appointment, and the certificate comes as PDF", async () => {
  const { world } = api;
  const own = await signedInBot(api);
  const reference = await registeredBy(api, own, { name: "Chandra Demo" });
  const today = await publishedSession(world, { inDays: 0 });
  const booked = await schedule(
    { dose: 1, session_id: today.sessionId, slot: "10:00AM-11:00AM", beneficiaries: [reference] },
    own,
  );
  assert.equal(booked.status, 200);
  const path = `/api/v2/registration/certificate/public/download?beneficiary_reference_id=${reference}`;
  assert.deepEqual(code(await api.get(path, own)), [400, "CERTIFICATE_NOT_ISSUED"]);

  const [row] = await world.deps.db.rows<{ id: string }>(
    "UPDATE registry.appointments SET status = 'checked-in', checked_in_at = $2 WHERE appointment_id = $1 RETURNING beneficiary_id AS id",
    [booked.json.appointment_confirmation_no, world.deps.clock()],
  );
  const vaccinator = await signedInStaff(world, "vaccinator", today.facilityId);
  const dose = await recordVaccination(world.deps, vaccinator.actor, {
    sessionId: today.sessionId,
    appointmentId: booked.json.appointment_confirmation_no,
    beneficiaryId: row!.id,
    batchId: await batchAt(world, today.facilityId),
    requestKey: "0192aaaa-0000-7000-8000-000000000002",
  });
  assert.ok(dose.ok, JSON.stringify(dose));
  const issued = await issueCertificate(world.deps, {
    beneficiaryId: row!.id,
    vaccinationId: dose.value.vaccinationId,
  });
  assert.ok(issued.ok);

  const [person] = await listed(own);
  assert.deepEqual(
    [person.vaccination_status, person.vaccine, person.dose1_date, person.dose2_date, person.appointments.length],
    ["Partially Vaccinated", "COVISHIELD", "23-11-2026", "", 1],
  );
  for (const one of [path, path.replace("/public", "")]) {
    const certificate = await api.get(one, own);
    assert.equal(certificate.status, 200);
    assert.equal(certificate.headers.get("content-type"), "application/pdf");
    assert.match(certificate.bytes.subarray(0, 8).toString("latin1"), /^%PDF-1\.7/);
  }
  assert.deepEqual(
    code(await api.post("/api/v2/registration/beneficiary/delete", { beneficiary_reference_id: reference }, own)),
    [409, "BENEFICIARY_VACCINATED"],
  );
  assert.deepEqual(code(await api.get("/api/v2/registration/certificate/public/download", own)), [400, "USRRES0001"]);

  // Somebody else's number and nobody's: the same answer, and a miss in the log for each.
  const misses = async () => {
    const auditor = world.connectAs("sakshi_auditor");
    const [count] = await auditor.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM log.entries WHERE kind = ${leafKinds.miss}`,
    );
    return count!.n;
  };
  const before = await misses();
  const [foreign, nobody] = [
    await api.get(path, bearer),
    await api.get(path.replace(reference, "11111111111111"), bearer),
  ];
  assert.deepEqual(code(foreign), [403, "DISCLOSURE_NOT_ALLOWED"]);
  assert.deepEqual([foreign.status, foreign.text], [nobody.status, nobody.text]);
  assert.equal(await misses(), before + 2);
});
