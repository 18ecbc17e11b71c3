// Evaluation of histories, the next due dose, and properties that must hold for any history.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addDays, daysBetween, type IsoDate } from "../../platform/clock.js";
import { evaluateHistory, type GivenDose, mayGive, nextDue, type PersonFacts, programmeOf } from "./index.js";

const covid = programmeOf("in-covid19");
const adult: PersonFacts = { birthYear: 1990, bornOn: "1990-05-20" };

function judge(history: GivenDose[], person: PersonFacts = adult): string[] {
  return evaluateHistory(covid, person, history).map((one) =>
    one.valid ? `${one.doseNumber} ${one.doseId}` : one.code!,
  );
}

test("a dose is judged by the rule of its own day, not by today's", () => {
  const at28Days = (first: IsoDate) => [
    { product: "COVISHIELD", givenOn: first },
    { product: "COVISHIELD", givenOn: addDays(first, 28) },
  ];
  assert.deepEqual(judge(at28Days("2021-03-01")), ["1 COVISHIELD/1", "2 COVISHIELD/2"]);
  assert.deepEqual(judge(at28Days("2021-06-01")), ["1 COVISHIELD/1", "DOSE_TOO_SOON"]);
});

test("a dose given before the longer interval was enforced is not judged by it", () => {
  const second = (givenOn: IsoDate, bookedOn?: IsoDate) =>
    judge([
      { product: "COVISHIELD", givenOn: "2021-04-01" },
      { product: "COVISHIELD", givenOn, bookedOn },
    ])[1];
  assert.equal(second("2021-05-12"), "2 COVISHIELD/2");
  assert.equal(second("2021-05-13"), "2 COVISHIELD/2");
  assert.equal(second("2021-05-15"), "2 COVISHIELD/2");
  assert.equal(second("2021-05-16"), "DOSE_TOO_SOON");
  assert.equal(second("2021-05-17"), "DOSE_TOO_SOON");
  assert.equal(second("2021-05-17", "2021-05-15"), "2 COVISHIELD/2");
  assert.equal(second("2021-05-17", "2021-05-16"), "DOSE_TOO_SOON");
});

test("an invalid dose does not count: the next valid one takes its number", () => {
  const history = ["2021-06-01", "2021-06-10", "2021-08-24"].map((givenOn) => ({ product: "COVISHIELD", givenOn }));
  assert.deepEqual(judge(history), ["1 COVISHIELD/1", "DOSE_TOO_SOON", "2 COVISHIELD/2"]);
  assert.deepEqual(judge([...history].reverse()), ["1 COVISHIELD/1", "DOSE_TOO_SOON", "2 COVISHIELD/2"]);
});

test("what is not known of a person then is not held against them, and the answer says so", () => {
  const early = [{ product: "COVISHIELD", givenOn: "2021-01-20" }];
  assert.deepEqual(judge(early), ["1 COVISHIELD/1"]);
  assert.deepEqual(judge(early, { ...adult, groups: [] }), ["DOSE_NOT_OPEN_YET"]);
  const [byYear] = evaluateHistory(covid, { birthYear: 2003 }, [{ product: "COVISHIELD", givenOn: "2021-06-01" }]);
  assert.deepEqual([byYear!.valid, byYear!.certain], [true, false]);
  assert.deepEqual(judge([{ product: "COVISHIELD", givenOn: "2021-01-15" }]), ["DOSE_NOT_OPEN_YET"]);
});

test("the next dose: first today, second in its window, precaution, then complete", () => {
  const due = (days: IsoDate[], asOf: IsoDate, person = adult) => {
    const answer = nextDue(
      covid,
      person,
      days.map((givenOn) => ({ product: "COVISHIELD", givenOn })),
      asOf,
    );
    return answer.state === "due"
      ? [answer.doseNumber, answer.kind, answer.from, answer.recommendedTo ?? ""].join(" ")
      : answer.state;
  };
  assert.equal(due([], "2026-11-23"), "1 primary 2026-11-23 ");
  assert.equal(due(["2026-11-01"], "2026-11-23"), "2 primary 2027-01-24 2027-02-21");
  assert.equal(due(["2026-01-01"], "2026-11-23"), "2 primary 2026-11-23 2026-04-23");
  assert.equal(due(["2026-01-01", "2026-04-01"], "2026-05-01"), "3 precaution 2026-09-30 ");
  assert.equal(due(["2025-01-01", "2025-04-01", "2025-12-01"], "2026-05-01"), "complete");
  assert.equal(due([], "2026-11-23", { birthYear: 2015 }), "1 primary 2033-12-31 ");
  assert.equal(due([], "2021-01-01", { ...adult, groups: [] }), "1 primary 2021-05-01 ");
});

test("I01, I02: the recommended weeks change on 22 March 2021, the least gap does not", () => {
  const window = (first: IsoDate) => {
    const due = nextDue(
      covid,
      { ...adult, groups: ["HCW"] },
      [{ product: "COVISHIELD", givenOn: first }],
      "2021-03-01",
    );
    return due.state === "due" ? [due.from, due.recommendedFrom, due.recommendedTo, due.rules[1]?.id] : [];
  };
  assert.deepEqual(window("2021-02-20"), ["2021-03-20", "2021-03-20", "2021-04-03", "I01"]);
  assert.deepEqual(window("2021-02-21"), ["2021-03-21", "2021-03-21", "2021-04-04", "I01"]);
  assert.deepEqual(window("2021-02-22"), ["2021-03-22", "2021-04-05", "2021-04-19", "I02"]);
});

test("the next dose names every product that may be given", () => {
  const history = [
    { product: "COVISHIELD", givenOn: "2026-01-01" },
    { product: "COVISHIELD", givenOn: "2026-04-01" },
  ];
  const due = nextDue(covid, adult, history, "2026-11-23");
  assert.deepEqual(due.state === "due" && due.products, ["COVISHIELD", "CORBEVAX", "COVOVAX", "INCOVACC"]);
  const first = nextDue(covid, { birthYear: 2009 }, [], "2026-01-01");
  assert.deepEqual(first.state === "due" && first.products, ["CORBEVAX"]);
});

// ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────────

const day = fc.integer({ min: 0, max: 2500 }).map((days) => addDays("2020-12-01", days));
const product = fc.constantFrom(
  "COVISHIELD",
  "COVAXIN",
  "SPUTNIK_V",
  "CORBEVAX",
  "COVOVAX",
  "INCOVACC",
  "SPUTNIK_LIGHT",
  "ZYCOV_D",
);
const list = (words: string[]) => fc.option(fc.subarray(words), { nil: undefined });
const person: fc.Arbitrary<PersonFacts> = fc
  .record({
    born: fc.integer({ min: 0, max: 32_000 }).map((days) => addDays("1930-01-01", days)),
    isYearOnly: fc.boolean(),
    groups: list(["HCW", "FLW", "PREGNANT"]),
    conditions: list(["comorbidity", "doctor-advice", "one-of-20-listed-comorbidities", "pregnant"]),
    permits: list(["business", "study-abroad"]).map((reasons) =>
      reasons?.map((reason) => ({
        permit: reason === "business" ? "self-declared" : "district-competent-authority",
        reason,
      })),
    ),
    recovered: fc.option(day, { nil: undefined }),
  })
  .map(({ born, isYearOnly, recovered, ...facts }) => ({
    birthYear: Number(born.slice(0, 4)),
    ...(isYearOnly ? {} : { bornOn: born }),
    ...facts,
    ...(recovered ? { events: { recovered } } : {}),
  }));

/** A history as a registry would make it: each dose was asked for and allowed. */
function allowedHistory(facts: PersonFacts, wishes: readonly { product: string; on: IsoDate }[]): GivenDose[] {
  const history: GivenDose[] = [];
  for (const wish of [...wishes].sort((a, b) => a.on.localeCompare(b.on))) {
    if (mayGive(covid, facts, history, wish).may) history.push({ product: wish.product, givenOn: wish.on });
  }
  return history;
}
const wishes = fc.array(fc.record({ product, on: day }), { maxLength: 12 });

test("property: whatever was allowed is judged valid, and no two doses are nearer than the shortest interval", () => {
  fc.assert(
    fc.property(person, wishes, (facts, asked) => {
      const history = allowedHistory(facts, asked);
      const judged = evaluateHistory(covid, facts, history);
      assert.ok(judged.every((one) => one.valid));
      judged.forEach((one, index) => {
        assert.equal(one.doseNumber, index + 1);
        if (index === 0) return;
        const gap = daysBetween(judged[index - 1]!.dose.givenOn, one.dose.givenOn);
        const permitted = (facts.permits ?? []).length > 0;
        assert.ok(gap >= (one.kind === "precaution" ? (permitted ? 90 : 182) : 21), `${gap} days`);
      });
    }),
    { numRuns: 150 },
  );
});

test("property: the next due dose is allowed on its first day and refused the day before", () => {
  fc.assert(
    fc.property(person, wishes, day, (facts, asked, asOf) => {
      const history = allowedHistory(
        facts,
        asked.filter((wish) => wish.on < asOf),
      );
      const due = nextDue(covid, facts, history, asOf);
      if (due.state !== "due") return;
      for (const one of due.products) {
        const answer = mayGive(covid, facts, history, { product: one, on: due.from });
        assert.ok(answer.may && answer.doseNumber === due.doseNumber);
      }
      if (due.from > asOf) {
        for (const one of covid.products.keys()) {
          assert.ok(!mayGive(covid, facts, history, { product: one, on: addDays(due.from, -1) }).may);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("property: a refusal's earliest day is the first yes, found by walking day by day", () => {
  fc.assert(
    fc.property(person, wishes, day, product, (facts, asked, on, one) => {
      const history = allowedHistory(
        facts,
        asked.filter((wish) => wish.on < on),
      );
      const answer = mayGive(covid, facts, history, { product: one, on });
      if (answer.may) return;
      const walk = Array.from({ length: 120 }, (_, index) => addDays(on, index + 1));
      const first = walk.find((later) => mayGive(covid, facts, history, { product: one, on: later }).may);
      if (first) assert.equal(answer.earliestOn, first);
      else assert.ok(answer.earliestOn === undefined || answer.earliestOn > walk.at(-1)!);
    }),
    { numRuns: 25 },
  );
});
