// Public figures: counted once, shown only from eleven on, and no difference of figures tells of fewer.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { testWorld, type World } from "../../../tests/support/world.js";
import { addDays } from "../../platform/clock.js";
import { uuidv7 } from "../../platform/random.js";
import { countDose, coverageLines, findCoverage, releaseCoverage } from "./index.js";
import { releasesOf } from "./rules.js";
import type { DailyCount } from "./types.js";

const count = fc.record({
  districtId: fc.constantFrom(1, 2, 3),
  product: fc.constantFrom("A", "B"),
  doseNumber: fc.constantFrom(1, 2),
  day: fc.integer({ min: 0, max: 12 }),
  doses: fc.integer({ min: -2, max: 30 }),
});

test("property: each figure, each total and each difference between two days' figures is nothing or at least eleven", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(count, { maxLength: 40, selector: (c) => `${c.districtId}${c.product}${c.doseNumber}${c.day}` }),
      (counts) => {
        const daily: DailyCount[] = counts.map(({ day, ...one }) => ({ ...one, givenOn: addDays("2026-01-01", day) }));
        const groups = [
          (c: DailyCount) => `${c.districtId}`,
          (c: DailyCount) => c.product,
          (c: DailyCount) => `${c.districtId} ${c.product} ${c.doseNumber}`,
          () => "country",
        ];
        // What the public sees at the end of each day, from what was known then.
        const shownAt = (day: number) => {
          let released: { count: DailyCount; releasedOn: string }[] = [];
          for (let until = 0; until <= day; until++) {
            const known = daily.filter((c) => c.givenOn <= addDays("2026-01-01", until));
            released = [...released, ...releasesOf(known.filter((c) => !released.some((one) => one.count === c)))];
          }
          return released;
        };
        for (const group of groups) {
          let before = new Map<string, number>();
          for (let day = 0; day <= 12; day++) {
            const now = new Map<string, number>();
            for (const { count: one } of shownAt(day)) now.set(group(one), (now.get(group(one)) ?? 0) + one.doses);
            for (const [name, doses] of now) {
              const difference = doses - (before.get(name) ?? 0);
              assert.ok(difference === 0 || difference >= 11, `${name}: ${difference}`);
            }
            before = now;
          }
        }
        for (const doses of Map.groupBy(
          shownAt(12),
          (one) => `${one.count.districtId}${one.count.product}${one.count.doseNumber}${one.releasedOn}`,
        ).values()) {
          assert.ok(doses.reduce((sum, one) => sum + one.count.doses, 0) >= 11);
        }
      },
    ),
    { numRuns: 60 },
  );
});

let world: World;
before(async () => {
  world = await testWorld();
  await world.deps.db.rows("INSERT INTO registry.states VALUES (901, 'Demo State'), (902, 'Empty State')");
  await world.deps.db.rows(
    "INSERT INTO registry.districts VALUES (9901, 901, 'Demo District'), (9902, 901, 'Small District')",
  );
});
after(() => world.close());

const dose = {
  givenOn: "2026-11-20",
  stateId: 901,
  districtId: 9901,
  product: "COVISHIELD",
  doseNumber: 1,
  by: 1,
} as const;
async function give(
  doses: number,
  change: Partial<Omit<typeof dose, "by" | "givenOn" | "districtId" | "product" | "doseNumber">> & {
    givenOn?: string;
    districtId?: number;
    product?: string;
    doseNumber?: number;
    by?: 1 | -1;
  } = {},
): Promise<void> {
  await Promise.all(
    Array.from({ length: doses }, () => countDose(world.deps, { ...dose, ...change, eventId: uuidv7() })),
  );
}
async function shown(stateId: number | null = 901) {
  const found = await findCoverage(world.deps, stateId);
  assert.ok(found.ok);
  return found.value;
}

test("counts an event once, takes back one in error, and shows nothing of today", async () => {
  world.setNow(new Date("2026-11-20T06:00:00.000Z"));
  const eventId = uuidv7();
  assert.deepEqual(
    await Promise.all([1, 2, 3].map(() => countDose(world.deps, { ...dose, eventId }))).then(
      (all) => all.filter(Boolean).length,
    ),
    1,
  );
  await give(12);
  await give(1, { by: -1 });
  assert.equal(await releaseCoverage(world.deps), 0);
  assert.deepEqual((await shown()).whole.total, { doses: 0, hasMore: false });
  world.setNow(new Date("2026-11-21T06:00:00.000Z"));
  assert.equal(await releaseCoverage(world.deps), 1);
  assert.equal(await releaseCoverage(world.deps), 0);
  const figures = await shown();
  assert.deepEqual([figures.whole.total, figures.until], [{ doses: 12, hasMore: false }, "2026-11-20"]);
  assert.deepEqual(
    figures.days.filter((day) => day.doses > 0),
    [{ day: "2026-11-20", doses: 12 }],
  );
  assert.equal(figures.days.length, 30);
  assert.equal((await shown(null)).places.find((place) => place.name === "Demo State")?.total.doses, 12);
});

test("ten stay hidden in place, total and file; the eleventh shows them all", async () => {
  await give(10, { districtId: 9902, givenOn: "2026-11-21" });
  world.setNow(new Date("2026-11-22T06:00:00.000Z"));
  await releaseCoverage(world.deps);
  let figures = await shown();
  assert.deepEqual(
    figures.places.map((place) => [place.name, place.total]),
    [
      ["Demo District", { doses: 12, hasMore: false }],
      ["Small District", { doses: 0, hasMore: true }],
    ],
  );
  assert.deepEqual(figures.whole.total, { doses: 12, hasMore: true });
  const lines = await coverageLines(world.deps, { stateId: 901, districtId: 9902 });
  assert.ok(lines.ok);
  assert.deepEqual(
    lines.value.map((line) => [line.shownOn, line.doses]),
    [["", null]],
  );
  await give(1, { districtId: 9902, givenOn: "2026-11-22" });
  world.setNow(new Date("2026-11-23T06:00:00.000Z"));
  await releaseCoverage(world.deps);
  figures = await shown();
  assert.deepEqual(figures.whole.total, { doses: 23, hasMore: false });
  assert.deepEqual(
    figures.days.filter((day) => day.doses > 0).map((day) => day.day),
    ["2026-11-20", "2026-11-22"],
  );
});

test("a dose that comes late does not change what was shown", async () => {
  await give(1, { givenOn: "2026-11-20" });
  assert.deepEqual(
    (await shown()).days.find((day) => day.day === "2026-11-20"),
    { day: "2026-11-20", doses: 12 },
  );
  const [row] = await world.deps.db.rows<{ on: string }>(
    `SELECT given_on AS "on" FROM registry.coverage_daily WHERE released_on IS NULL AND doses > 0`,
  );
  assert.equal(row?.on, "2026-11-23");
});

test("the application may not remove a count, and a state that is none is not found", async () => {
  await assert.rejects(world.deps.db.rows("DELETE FROM registry.coverage_daily"), /permission denied/);
  const missing = await findCoverage(world.deps, 99_999);
  assert.equal(missing.ok ? "found" : missing.code, "NOT_FOUND");
  assert.deepEqual((await shown(902)).whole.total, { doses: 0, hasMore: false });
});
