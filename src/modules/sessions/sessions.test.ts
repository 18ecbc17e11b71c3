// Sessions and batches on a real database: planned, published, found, cancelled; stock taken in and withdrawn.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { signedInStaff } from "../../../tests/support/staff-actor.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { loadPlaces, openFacility } from "../facilities/index.js";
import type { StaffActor } from "../staff/index.js";
import {
  addBatch,
  cancelSession,
  changeSession,
  createSession,
  type EndAppointments,
  findSession,
  findSessionsOf,
  listBatches,
  listSessions,
  overviewOf,
  publishSession,
  type SessionInput,
  type SessionSearch,
  searchSessions,
  withdrawBatch,
} from "./index.js";

const pune = 363;
const mumbai = 395;
const morning = new Date("2026-11-23T03:30:00Z");
const plan: SessionInput = {
  heldOn: "2026-11-24",
  product: "COVISHIELD",
  minAge: "18",
  maxAge: "",
  feeRupees: "0",
  startsAt: "09:00",
  endsAt: "13:00",
  stepMinutes: "120",
  capacity: { "walk-in": "5", dose1: "10", dose2: "8", precaution: "2" },
};
const nobodyBooked: EndAppointments = async () => 0;
let world: World;
let state: StaffActor;
let clinic: string;
let paidClinic: string;
let farClinic: string;

before(async () => {
  world = await testWorld();
  world.setNow(morning);
  await loadPlaces(world.deps.db);
  state = (await signedInStaff(world.deps, "state-admin", { stateId: 21 })).actor;
  clinic = await facility("Demo Clinic A", pune, "411001", "Free");
  paidClinic = await facility("Demo Clinic B", pune, "411002", "Paid");
  farClinic = await facility("Demo Clinic C", mumbai, "400001", "Free");
});
after(() => world.close());

async function facility(name: string, districtId: number, pincode: string, feeType: string): Promise<string> {
  const facilityId = uuidv7();
  const hours = { opensAt: "09:00", closesAt: "17:00" };
  const form = { facilityId, name, address: "Demo Road", districtId, blockName: "", pincode, feeType, ...hours };
  assert.ok((await openFacility(world.deps, state, form)).ok);
  return facilityId;
}

async function drafted(change: Partial<SessionInput> = {}, facilityId = clinic): Promise<string> {
  const outcome = await createSession(world.deps, state, { ...plan, ...change, facilityId, sessionId: uuidv7() });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.sessionId;
}

async function published(change: Partial<SessionInput> = {}, facilityId = clinic): Promise<string> {
  const sessionId = await drafted(change, facilityId);
  assert.ok((await publishSession(world.deps, state, { sessionId })).ok);
  return sessionId;
}

async function found(search: Partial<SessionSearch>): Promise<string[]> {
  const outcome = await searchSessions(world.deps, { from: "2026-11-23", days: 7, limit: 50, ...search });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.sessions.map((s) => s.sessionId);
}

describe("planning", () => {
  test("a draft has its slots and places, and nobody finds it", async () => {
    const sessionId = await drafted();
    const session = await findSession(world.deps, sessionId);
    assert.equal(session?.status, "draft");
    assert.deepEqual(
      session?.slots.map((s) => [s.slotNumber, s.startsAt, s.endsAt]),
      [
        [1, "09:00", "11:00"],
        [2, "11:00", "13:00"],
      ],
    );
    assert.deepEqual(session?.left, { "walk-in": 10, dose1: 20, dose2: 16, precaution: 4 });
    assert.deepEqual(session?.slots[0]?.capacity, { "walk-in": 5, dose1: 10, dose2: 8, precaution: 2 });
    assert.equal((await found({ districtId: pune })).includes(sessionId), false);
  });

  test("a form sent twice makes one session", async () => {
    const form = { ...plan, facilityId: clinic, sessionId: uuidv7(), heldOn: "2027-01-10" };
    const outcomes = await Promise.all([1, 2, 3].map(() => createSession(world.deps, state, form)));
    assert.ok(outcomes.every((o) => o.ok));
    assert.equal((await findSessionsOf(world.deps, { facilityId: clinic, on: "2027-01-10" })).length, 1);
  });

  test("a draft may change, slots and all; a published session may not", async () => {
    const sessionId = await drafted();
    const change = { ...plan, product: "COVAXIN", stepMinutes: "60", sessionId };
    assert.ok((await changeSession(world.deps, state, change)).ok);
    const session = await findSession(world.deps, sessionId);
    assert.equal(session?.product, "COVAXIN");
    assert.equal(session?.slots.length, 4);
    assert.ok((await publishSession(world.deps, state, { sessionId })).ok);
    assert.deepEqual(await changeSession(world.deps, state, change), { ok: false, code: "SESSION_NOT_DRAFT" });
  });

  test("wrong fields are named, and nothing is written", async () => {
    const sessionId = uuidv7();
    const outcome = await createSession(world.deps, state, {
      ...plan,
      minAge: "x",
      feeRupees: "9",
      facilityId: clinic,
      sessionId,
    });
    assert.ok(!outcome.ok && outcome.code === "INPUT_INVALID");
    assert.deepEqual(
      outcome.problems?.map((p) => p.field),
      ["minAge", "feeRupees"],
    );
    assert.equal(await findSession(world.deps, sessionId), undefined);
  });

  test("publishing twice is publishing once; a past draft is not published", async () => {
    const sessionId = await published();
    assert.ok((await publishSession(world.deps, state, { sessionId })).ok);
    const late = await drafted();
    world.setNow(new Date("2026-11-24T18:30:00Z"));
    const { actor } = await signedInStaff(world.deps, "state-admin", { stateId: 21 });
    const outcomes = [
      await publishSession(world.deps, actor, { sessionId: late }),
      await cancelSession(world.deps, actor, { sessionId, reason: "weather" }, nobodyBooked),
    ];
    world.setNow(morning);
    const over = { ok: false, code: "SESSION_IS_OVER" };
    assert.deepEqual(outcomes, [over, over], "midnight in India");
  });

  test("only within the jurisdiction, and never by a vaccinator", async () => {
    const officer = (await signedInStaff(world.deps, "district-admin", { districtId: pune })).actor;
    const vaccinator = (await signedInStaff(world.deps, "vaccinator", { facilityId: clinic })).actor;
    const outside = { ...plan, facilityId: farClinic, sessionId: uuidv7() };
    assert.deepEqual(await createSession(world.deps, officer, outside), {
      ok: false,
      code: "FACILITY_OUTSIDE_JURISDICTION",
    });
    const sessionId = await drafted({}, farClinic);
    const refusal = { ok: false, code: "SESSION_OUTSIDE_JURISDICTION" };
    assert.deepEqual(await publishSession(world.deps, officer, { sessionId }), refusal);
    assert.deepEqual(await cancelSession(world.deps, officer, { sessionId, reason: "weather" }, nobodyBooked), refusal);
    const own = { ...plan, facilityId: clinic, sessionId: uuidv7() };
    assert.deepEqual(await createSession(world.deps, vaccinator, own), {
      ok: false,
      code: "FACILITY_OUTSIDE_JURISDICTION",
    });
  });
});

describe("finding", () => {
  test("by PIN code or district, day, product, fee and age", async () => {
    const free = await published({ heldOn: "2026-11-26" });
    const covaxin = await published({ heldOn: "2026-11-27", product: "COVAXIN", minAge: "15", maxAge: "44" });
    const paid = await published({ heldOn: "2026-11-26", feeRupees: "780" }, paidClinic);
    const far = await published({ heldOn: "2026-11-26" }, farClinic);
    const from = { from: "2026-11-26", days: 2 };
    assert.deepEqual(await found({ districtId: pune, ...from }), [free, paid, covaxin]);
    assert.deepEqual(await found({ pincode: 411001, ...from }), [free, covaxin]);
    assert.deepEqual(await found({ districtId: mumbai, ...from }), [far]);
    assert.deepEqual(await found({ districtId: pune, from: "2026-11-26", days: 1 }), [free, paid]);
    assert.deepEqual(await found({ districtId: pune, product: "COVAXIN", ...from }), [covaxin]);
    assert.deepEqual(await found({ districtId: pune, feeType: "Paid", ...from }), [paid]);
    assert.deepEqual(await found({ districtId: pune, age: 17, ...from }), [covaxin]);
    assert.deepEqual(await found({ districtId: pune, age: 14, ...from }), []);
    assert.deepEqual(await found({ districtId: pune, age: 45, ...from }), [free, paid]);
    assert.deepEqual(await found({ pincode: 999999, ...from }), []);
  });

  test("asks for one place, a real date and a real PIN code", async () => {
    const wrong: [Partial<SessionSearch>, string][] = [
      [{}, "SESSION_PLACE_MISSING"],
      [{ pincode: 411001, districtId: pune }, "SESSION_PLACE_MISSING"],
      [{ pincode: 4110 }, "SESSION_PINCODE_WRONG"],
      [{ pincode: Number.NaN }, "SESSION_PINCODE_WRONG"],
      [{ districtId: pune, from: "2026-02-30" }, "SESSION_DATE_WRONG"],
      [{ districtId: pune, from: "9999-12-31" }, "SESSION_DATE_WRONG"],
    ];
    for (const [search, code] of wrong) {
      const outcome = await searchSessions(world.deps, { from: "2026-11-23", days: 7, ...search });
      assert.ok(!outcome.ok);
      assert.deepEqual(
        outcome.problems?.map((p) => p.code),
        [code],
      );
    }
  });

  test("gives pages in one order, and never more than a week", async () => {
    for (let n = 0; n < 5; n++) await published({ heldOn: "2026-12-10" });
    const late = await published({ heldOn: "2026-12-20" });
    const all = await found({ districtId: pune, from: "2026-12-10", days: 400 });
    assert.equal(all.length, 5);
    assert.equal(all.includes(late), false);
    const pages: string[] = [];
    for (let skip = 0; skip < 6; skip += 2) {
      const outcome = await searchSessions(world.deps, {
        districtId: pune,
        from: "2026-12-10",
        days: 7,
        skip,
        limit: 2,
      });
      assert.ok(outcome.ok);
      assert.equal(outcome.value.more, skip < 4);
      pages.push(...outcome.value.sessions.map((s) => s.sessionId));
    }
    assert.deepEqual(pages, all);
  });

  test("shows a place that was taken as taken, and a sold-out session still", async () => {
    const sessionId = await published({ heldOn: "2026-12-01" });
    await world.deps.db.rows("UPDATE registry.places SET taken = capacity WHERE session_id = $1 AND pool = 'dose1'", [
      sessionId,
    ]);
    const outcome = await searchSessions(world.deps, { districtId: pune, from: "2026-12-01", days: 1 });
    assert.ok(outcome.ok);
    assert.deepEqual(outcome.value.sessions[0]?.left, { "walk-in": 10, dose1: 0, dose2: 16, precaution: 4 });
  });

  test("uses the indexes of district and PIN code", async () => {
    for (const column of ["district_id", "pincode"]) {
      const explained = await world.deps.db.transaction(async (tx) => {
        await tx.rows("SET LOCAL enable_seqscan = off");
        return tx.rows<{ "QUERY PLAN": string }>(
          `EXPLAIN SELECT FROM registry.sessions s WHERE s.${column} = 363 AND s.held_on >= '2026-11-23' AND s.held_on <= '2026-11-29'`,
        );
      });
      assert.match(explained.map((r) => r["QUERY PLAN"]).join("\n"), /sessions_by_(district|pincode)/);
    }
  });
});

describe("cancelling", () => {
  test("ends the appointments in the same transaction, once, and leaves the search", async () => {
    const sessionId = await published({ heldOn: "2026-11-28" });
    const told: string[] = [];
    const end: EndAppointments = async (_tx, { session, reason }) => told.push(`${session.sessionId} ${reason}`);
    const outcome = await cancelSession(world.deps, state, { sessionId, reason: "no-stock" }, end);
    assert.deepEqual(outcome, { ok: true, value: { sessionId, told: 1 } });
    assert.deepEqual(await cancelSession(world.deps, state, { sessionId, reason: "no-stock" }, end), {
      ok: false,
      code: "SESSION_ALREADY_CANCELLED",
    });
    assert.deepEqual(told, [`${sessionId} no-stock`]);
    assert.equal((await found({ districtId: pune, from: "2026-11-28", days: 1 })).includes(sessionId), false);
  });

  test("a failure while telling the booked leaves the session open", async () => {
    const sessionId = await published({ heldOn: "2026-11-28" });
    const broken: EndAppointments = () => Promise.reject(new Error("outbox is away"));
    await assert.rejects(cancelSession(world.deps, state, { sessionId, reason: "weather" }, broken), /outbox/);
    assert.equal((await findSession(world.deps, sessionId))?.status, "published");
  });

  test("asks for a reason from the list", async () => {
    const sessionId = await published();
    const outcome = await cancelSession(world.deps, state, { sessionId, reason: "I do not like it" }, nobodyBooked);
    assert.ok(!outcome.ok);
    assert.deepEqual(outcome.problems, [{ field: "reason", code: "SESSION_REASON_MISSING" }]);
  });
});

describe("stock", () => {
  const vials = { product: "COVISHIELD", lotNumber: "DEMO-A1", expiresOn: "2026-12-31", dosesReceived: "40" };

  test("is taken in once, listed with doses left, withdrawn for good", async () => {
    const batchId = uuidv7();
    const form = { ...vials, batchId, facilityId: clinic };
    assert.ok((await addBatch(world.deps, state, form)).ok);
    assert.ok((await addBatch(world.deps, state, form)).ok, "the same form again");
    const again = await addBatch(world.deps, state, { ...form, batchId: uuidv7() });
    assert.ok(!again.ok);
    assert.deepEqual(again.problems, [{ field: "lotNumber", code: "BATCH_EXISTS" }]);
    await world.deps.db.rows("UPDATE registry.batches SET doses_used = 3 WHERE batch_id = $1", [batchId]);
    const [batch] = await listBatches(world.deps, clinic);
    assert.deepEqual([batch?.lotNumber, batch?.dosesLeft, batch?.state], ["DEMO-A1", 37, "usable"]);
    assert.ok((await withdrawBatch(world.deps, state, { batchId, facilityId: clinic })).ok);
    assert.equal((await listBatches(world.deps, clinic))[0]?.state, "withdrawn");
  });

  test("of another district is out of reach", async () => {
    const officer = (await signedInStaff(world.deps, "district-admin", { districtId: mumbai })).actor;
    const form = { ...vials, batchId: uuidv7(), facilityId: clinic };
    const refusal = { ok: false, code: "FACILITY_OUTSIDE_JURISDICTION" };
    assert.deepEqual(await addBatch(world.deps, officer, form), refusal);
    assert.deepEqual(await withdrawBatch(world.deps, officer, { batchId: form.batchId, facilityId: clinic }), refusal);
  });

  test("that runs low or expires soon is shown first thing", async () => {
    const facilityId = await facility("Demo Clinic D", pune, "411003", "Free");
    const admin = (await signedInStaff(world.deps, "facility-admin", { facilityId })).actor;
    const lots = [
      { ...vials, lotNumber: "FEW", dosesReceived: "50" },
      { ...vials, lotNumber: "MANY", dosesReceived: "500" },
      { ...vials, lotNumber: "SOON", dosesReceived: "500", expiresOn: "2026-12-07" },
    ];
    for (const lot of lots)
      assert.ok((await addBatch(world.deps, admin, { ...lot, batchId: uuidv7(), facilityId })).ok);
    const overview = await overviewOf(world.deps, admin);
    assert.ok(overview.ok);
    assert.deepEqual(
      overview.value.lowStock.map((b) => b.lotNumber),
      ["FEW", "SOON"],
    );
  });
});

describe("the overview", () => {
  test("counts the jurisdiction's sessions and places, and nobody else's", async () => {
    const facilityId = await facility("Demo Clinic E", pune, "411004", "Free");
    const admin = (await signedInStaff(world.deps, "facility-admin", { facilityId })).actor;
    await published({ heldOn: "2026-11-23" }, facilityId);
    await published({ heldOn: "2026-11-30" }, facilityId);
    await published({ heldOn: "2026-12-01" }, facilityId);
    await drafted({}, facilityId);
    const overview = await overviewOf(world.deps, admin);
    assert.ok(overview.ok);
    const { lowStock, ...counts } = overview.value;
    assert.deepEqual(lowStock, []);
    assert.deepEqual(counts, { sessionsToday: 1, sessionsAhead: 1, drafts: 1, places: 100, taken: 0, dosesToday: 0 });
    const list = await listSessions(world.deps, admin, { from: "2026-11-23", facilityId: clinic });
    assert.ok(list.ok);
    assert.ok(list.value.sessions.every((s) => s.facility.facilityId === facilityId));
    assert.equal(list.value.sessions.length, 4);
  });
});
