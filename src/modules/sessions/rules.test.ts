// The rules of sessions and batches, case by case.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { batchState, checkBatch, cutSlots, mostSlots, readPlan, sumPlaces } from "./rules.js";
import type { BatchInput, SessionInput } from "./types.js";

const today = "2026-11-23";
const facts = { today, products: ["COVISHIELD", "COVAXIN"], feeType: "Free" as const };
const good: SessionInput = {
  heldOn: "2026-11-25",
  product: "COVISHIELD",
  minAge: "18",
  maxAge: "",
  feeRupees: "0",
  startsAt: "09:00",
  endsAt: "17:00",
  stepMinutes: "120",
  capacity: { "walk-in": "10", dose1: "20", dose2: "20", precaution: "5" },
};

describe("a session's form", () => {
  test("a good one becomes a plan", () => {
    const { plan, problems } = readPlan(good, facts);
    assert.deepEqual(problems, []);
    assert.equal(plan.slots.length, 4);
    assert.deepEqual(plan.capacity, { "walk-in": 10, dose1: 20, dose2: 20, precaution: 5 });
    assert.equal(plan.maxAge, null);
  });

  const cases: [Partial<SessionInput>, string, string][] = [
    [{ heldOn: "2026-02-30" }, "heldOn", "SESSION_DATE_WRONG"],
    [{ heldOn: "" }, "heldOn", "SESSION_DATE_WRONG"],
    [{ heldOn: "2026-11-22" }, "heldOn", "SESSION_DATE_PAST"],
    [{ heldOn: "2027-02-22" }, "heldOn", "SESSION_DATE_TOO_FAR"],
    [{ product: "covishield" }, "product", "SESSION_PRODUCT_MISSING"],
    [{ minAge: "" }, "minAge", "SESSION_AGE_WRONG"],
    [{ minAge: "121" }, "minAge", "SESSION_AGE_WRONG"],
    [{ minAge: "-1" }, "minAge", "SESSION_AGE_WRONG"],
    [{ minAge: "18.5" }, "minAge", "SESSION_AGE_WRONG"],
    [{ maxAge: "abc" }, "maxAge", "SESSION_AGE_WRONG"],
    [{ maxAge: "17" }, "maxAge", "SESSION_AGES_CROSSED"],
    [{ feeRupees: "100" }, "feeRupees", "SESSION_FEE_AT_FREE_FACILITY"],
    [{ feeRupees: "1e3" }, "feeRupees", "SESSION_FEE_WRONG"],
    [{ feeRupees: "5001" }, "feeRupees", "SESSION_FEE_WRONG"],
    [{ startsAt: "25:00" }, "startsAt", "SESSION_TIME_WRONG"],
    [{ endsAt: "5 pm" }, "endsAt", "SESSION_TIME_WRONG"],
    [{ endsAt: "09:00" }, "endsAt", "SESSION_ENDS_BEFORE_START"],
    [{ stepMinutes: "9" }, "stepMinutes", "SESSION_STEP_WRONG"],
    [{ stepMinutes: "0" }, "stepMinutes", "SESSION_STEP_WRONG"],
    [{ stepMinutes: "721" }, "stepMinutes", "SESSION_STEP_WRONG"],
    [{ startsAt: "00:00", endsAt: "23:59", stepMinutes: "10" }, "stepMinutes", "SESSION_TOO_MANY_SLOTS"],
    [{ capacity: { ...good.capacity, dose2: "1001" } }, "capacity-dose2", "SESSION_CAPACITY_WRONG"],
    [{ capacity: { ...good.capacity, dose2: "many" } }, "capacity-dose2", "SESSION_CAPACITY_WRONG"],
    [{ capacity: { "walk-in": "0", dose1: "", dose2: "0", precaution: "0" } }, "capacity-walk-in", "SESSION_NO_PLACES"],
  ];
  for (const [change, field, code] of cases) {
    test(`${JSON.stringify(change).slice(0, 60)} → ${code}`, () => {
      assert.deepEqual(readPlan({ ...good, ...change }, facts).problems, [{ field, code }]);
    });
  }

  const accepted: Partial<SessionInput>[] = [
    { heldOn: today },
    { heldOn: "2027-02-21" },
    { minAge: "0" },
    { minAge: "120", maxAge: "120" },
    { maxAge: "18" },
    { stepMinutes: "10", startsAt: "09:00", endsAt: "17:00" },
    { stepMinutes: "720" },
    { capacity: { "walk-in": "1000", dose1: "", dose2: "", precaution: "" } },
  ];
  for (const change of accepted) {
    test(`${JSON.stringify(change)} is at the edge and accepted`, () => {
      assert.deepEqual(readPlan({ ...good, ...change }, facts).problems, []);
    });
  }

  test("a paid facility says its fee", () => {
    const paid = { ...facts, feeType: "Paid" as const };
    assert.deepEqual(readPlan(good, paid).problems, [{ field: "feeRupees", code: "SESSION_FEE_MISSING" }]);
    assert.equal(readPlan({ ...good, feeRupees: "780" }, paid).plan.feeRupees, 780);
  });

  test("several wrong fields are all named", () => {
    const { problems } = readPlan({ ...good, heldOn: "", product: "", startsAt: "", stepMinutes: "" }, facts);
    assert.deepEqual(
      problems.map((p) => p.field),
      ["heldOn", "product", "startsAt", "stepMinutes"],
    );
  });
});

describe("slots", () => {
  test("Co-WIN's four slots", () => {
    assert.deepEqual(
      cutSlots("09:00", "17:00", 120).map((s) => `${s.startsAt}-${s.endsAt}`),
      ["09:00-11:00", "11:00-13:00", "13:00-15:00", "15:00-17:00"],
    );
  });
  test("the last slot takes what is left over", () => {
    assert.deepEqual(cutSlots("09:00", "18:00", 120).at(-1), { startsAt: "15:00", endsAt: "18:00" });
    assert.deepEqual(cutSlots("09:00", "09:30", 60), [{ startsAt: "09:00", endsAt: "09:30" }]);
  });
  test("slots follow each other without a gap, from start to end", () => {
    const time = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(time, time, fc.integer({ min: 10, max: 720 }), (a, b, step) => {
        fc.pre(a !== b);
        const text = (m: number) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;
        const [start, end] = [text(Math.min(a, b)), text(Math.max(a, b))];
        const slots = cutSlots(start, end, step);
        assert.equal(slots[0]?.startsAt, start);
        assert.equal(slots.at(-1)?.endsAt, end);
        for (const [i, slot] of slots.entries()) {
          assert.ok(slot.startsAt < slot.endsAt);
          if (i > 0) assert.equal(slot.startsAt, slots[i - 1]?.endsAt);
        }
      }),
    );
  });
  test("48 is the most", () => {
    const many = readPlan({ ...good, startsAt: "08:00", endsAt: "16:00", stepMinutes: "10" }, facts);
    assert.equal(many.plan.slots.length, mostSlots);
    assert.deepEqual(many.problems, []);
  });
  test("places add up by pool", () => {
    const one = { "walk-in": 1, dose1: 2, dose2: 3, precaution: 4 };
    assert.deepEqual(sumPlaces([one, one]), { "walk-in": 2, dose1: 4, dose2: 6, precaution: 8 });
    assert.deepEqual(sumPlaces([]), { "walk-in": 0, dose1: 0, dose2: 0, precaution: 0 });
  });
});

describe("a batch", () => {
  const batch: BatchInput = {
    product: "COVAXIN",
    lotNumber: "DEMO-37/F21",
    expiresOn: "2026-12-31",
    dosesReceived: "500",
  };
  const cases: [Partial<BatchInput>, string, string][] = [
    [{ product: "SALT" }, "product", "SESSION_PRODUCT_MISSING"],
    [{ lotNumber: "" }, "lotNumber", "BATCH_LOT_WRONG"],
    [{ lotNumber: "A B" }, "lotNumber", "BATCH_LOT_WRONG"],
    [{ lotNumber: "x".repeat(31) }, "lotNumber", "BATCH_LOT_WRONG"],
    [{ lotNumber: "'; DROP TABLE batches" }, "lotNumber", "BATCH_LOT_WRONG"],
    [{ expiresOn: "2026-13-01" }, "expiresOn", "BATCH_EXPIRY_WRONG"],
    [{ expiresOn: "2099-01-01" }, "expiresOn", "BATCH_EXPIRY_WRONG"],
    [{ expiresOn: "2026-11-22" }, "expiresOn", "BATCH_EXPIRED"],
    [{ dosesReceived: "0" }, "dosesReceived", "BATCH_DOSES_WRONG"],
    [{ dosesReceived: "1000001" }, "dosesReceived", "BATCH_DOSES_WRONG"],
    [{ dosesReceived: "010" }, "dosesReceived", "BATCH_DOSES_WRONG"],
  ];
  for (const [change, field, code] of cases) {
    test(`${JSON.stringify(change).slice(0, 50)} → ${code}`, () => {
      assert.deepEqual(checkBatch({ ...batch, ...change }, facts), [{ field, code }]);
    });
  }
  test("stock that expires today is taken in", () =>
    assert.deepEqual(checkBatch({ ...batch, expiresOn: today }, facts), []));

  test("its state: usable to the last day and dose", () => {
    const stock = { expiresOn: today, dosesLeft: 1, withdrawnAt: null };
    assert.equal(batchState(stock, "2026-11-22"), "usable");
    assert.equal(batchState(stock, today), "usable");
    assert.equal(batchState(stock, "2026-11-24"), "expired");
    assert.equal(batchState({ ...stock, dosesLeft: 0 }, today), "used-up");
    assert.equal(batchState({ ...stock, withdrawnAt: new Date() }, today), "withdrawn");
  });
});
