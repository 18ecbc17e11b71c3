// The second programme: a calendar of doses by age, read and answered by the same engine.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addDays } from "../../platform/clock.js";
import { projectRoot } from "../../platform/root.js";
import {
  dueBySeries,
  type GivenDose,
  mayGive,
  nextDue,
  type PersonFacts,
  parseProgramme,
  programmeOf,
  RuleFileError,
} from "./index.js";
import { addOffset, parseOffset } from "./offsets.js";

const uip = programmeOf("in-uip");
const bornOn = "2025-01-31";
const child: PersonFacts = { birthYear: 2025, bornOn };

function ask(product: string, age: string, history: GivenDose[] = [], conditions: string[] = []): string {
  const on = addOffset(bornOn, parseOffset(age)!);
  const answer = mayGive(uip, { ...child, conditions }, history, { product, on });
  return answer.may ? answer.doseId : answer.code;
}
function at(product: string, ...ages: string[]): GivenDose[] {
  return ages.map((age) => ({ product, givenOn: addOffset(bornOn, parseOffset(age)!) }));
}

test("ages in days, weeks, months and years open and close at their day", () => {
  assert.deepEqual(
    ["0d", "1d", "2d"].map((age) => ask("HEPB", age)),
    ["HEPB-0", "HEPB-0", "DOSE_TOO_OLD"],
  );
  assert.deepEqual(
    ["14d", "15d", "16d"].map((age) => ask("OPV", age)),
    ["OPV-0", "OPV-0", "DOSE_TOO_YOUNG"],
  );
  assert.deepEqual(
    ["41d", "42d", "43d"].map((age) => ask("OPV", age)),
    ["DOSE_TOO_YOUNG", "OPV-1", "OPV-1"],
  );
  assert.deepEqual(
    ["41d", "6w", "43d"].map((age) => ask("PENTA", age)),
    ["DOSE_TOO_YOUNG", "PENTA-1", "PENTA-1"],
  );
  assert.equal(ask("PENTA", "12m"), "PENTA-1");
  const dayAfterFirstBirthday = mayGive(uip, child, [], { product: "PENTA", on: "2026-02-01" });
  assert.equal(dayAfterFirstBirthday.may ? "yes" : dayAfterFirstBirthday.code, "DOSE_EARLIER_DOSE_MISSING");
  const mr = (on: string) => mayGive(uip, child, [], { product: "MR", on });
  // Nine months from 31 January is 31 October.
  assert.deepEqual(
    ["2025-10-30", "2025-10-31", "2025-11-01"].map((on) => mr(on).may),
    [false, true, true],
  );
});

test("a later dose needs the earlier one, its gap and its age", () => {
  assert.equal(ask("PENTA", "10w", at("PENTA", "6w")), "PENTA-2");
  assert.equal(ask("PENTA", "69d", at("PENTA", "42d")), "DOSE_TOO_YOUNG");
  // A dose before six weeks does not count and is given again.
  assert.equal(ask("PENTA", "10w", at("PENTA", "41d")), "PENTA-1");
  assert.equal(ask("PENTA", "77d", at("PENTA", "50d")), "DOSE_TOO_SOON");
  assert.equal(ask("PENTA", "78d", at("PENTA", "50d")), "PENTA-2");
  assert.equal(ask("PENTA", "79d", at("PENTA", "50d")), "PENTA-2");
});

test("first dose by one year, later doses at any age", () => {
  assert.equal(ask("PENTA", "3y", at("PENTA", "11m")), "PENTA-2");
  assert.equal(ask("PENTA", "3y"), "DOSE_EARLIER_DOSE_MISSING");
  assert.equal(ask("RVV", "25m", at("RVV", "11m")), "DOSE_TOO_OLD");
});

test("scope and occasion are data", () => {
  assert.equal(ask("JE", "10m"), "DOSE_NOT_ELIGIBLE");
  assert.equal(ask("JE", "10m", [], ["endemic-districts"]), "JE-1");
  assert.equal(ask("TD", "10y"), "TD-10");
  assert.equal(ask("TD", "25y", [], ["pregnancy-confirmed", "pregnancy"]), "TD-P1");
  assert.equal(ask("TD", "25y", [], ["pregnancy-confirmed", "pregnancy", "labour"]), "TD-10");
  const first = at("TD", "25y");
  const on = (days: number) =>
    mayGive(uip, { ...child, conditions: ["pregnancy-confirmed", "pregnancy"] }, first, {
      product: "TD",
      on: addDays(first[0]!.givenOn, days),
    });
  assert.equal(on(28).may, true);
});

test("what is due: a newborn has three vaccines, each series says its next", () => {
  const newborn = dueBySeries(uip, child, [], bornOn).filter((one) => one.state === "due" && one.from === bornOn);
  assert.deepEqual(
    newborn.map((one) => one.state === "due" && one.doseId),
    ["BCG", "HEPB-0", "OPV-0"],
  );
  const due = nextDue(uip, child, [...at("BCG", "0d"), ...at("HEPB", "0d"), ...at("OPV", "0d")], addDays(bornOn, 1));
  assert.deepEqual(due.state === "due" && [due.doseId, due.from], ["OPV-1", "2025-03-14"]);
});

test("every dose of the calendar can be given to some person on some day", () => {
  const reached = new Set<string>();
  const occasions = [
    "endemic-districts",
    "pregnancy-confirmed",
    "pregnancy",
    "2 Td doses in a pregnancy within the last 3 years",
  ];
  for (const product of uip.products.keys()) {
    for (const conditions of [occasions.slice(0, 1), occasions]) {
      const history: GivenDose[] = [];
      for (let age = 0; age < 366 * 20; age += 7) {
        const answer = mayGive(uip, { ...child, conditions }, history, { product, on: addDays(bornOn, age) });
        if (!answer.may) continue;
        reached.add(answer.doseId);
        history.push({ product, givenOn: addDays(bornOn, age) });
      }
    }
  }
  assert.deepEqual(
    uip.doses.map((dose) => dose.id).filter((id) => !reached.has(id)),
    [],
  );
});

test("a calendar gap is at least its days, for every dose that has one", () => {
  assert.ok(uip.intervals.length >= 10);
  for (const interval of uip.intervals) assert.ok([28, 56].includes(interval.minDays), interval.ref.id);
});

test("a rule file with a slip is refused, and the place is named", () => {
  const text = readFileSync(join(projectRoot, "data", "dose-rules", "in-covid19.rules.json"), "utf8");
  const slips: [string, string, RegExp][] = [
    ['"minDays": 84', '"minDays": "84"', /intervals\/2\/minDays/],
    ['"effective": ["2021-05-13"', '"efective": ["2021-05-13"', /intervals\/2/],
    ['"from": "2021-05-19"', '"from": "2021-02-30"', /eligibility\/\d+\/from/],
    ['"id": "E02"', '"id": "E01"', /E01 is there twice/],
    ['"products": ["CORBEVAX"]', '"products": ["CORBEVAKS"]', /CORBEVAKS/],
    ['["2022-05-13",null]', '["2022-05-13", "2022-05-12"]', /I20x ends before it begins/],
    ['"wait": "3m"', '"wait": "3 months"', /deferrals\/1\/wait/],
    [
      '"product": "COVOVAX", "fromDose": 1, "toDose": 2',
      '"product": "COVOVAX", "fromDose": 1, "toDose": 3',
      /I07 leads to no dose/,
    ],
    ['"shape": "campaign"', '"shape": "festival"', /shape/],
    ["{", "", /not JSON/],
  ];
  for (const [right, wrong, says] of slips) {
    assert.ok(text.includes(right), right);
    assert.throws(
      () => parseProgramme(text.replace(right, wrong)),
      (error) => error instanceof RuleFileError && says.test(error.message),
      wrong,
    );
  }
});

test("a change of the file changes the answer, without code", () => {
  const text = readFileSync(join(projectRoot, "data", "dose-rules", "in-covid19.rules.json"), "utf8");
  const changed = parseProgramme(
    text.replace(
      '"minDays": 84, "recDays": [84,112], "effective": ["2021-05-13",null]',
      '"minDays": 84, "recDays": [84,112], "effective": ["2021-06-13",null]',
    ),
  );
  const history = [{ product: "COVISHIELD", givenOn: "2021-05-01" }];
  const adult = { birthYear: 1990, bornOn: "1990-01-01" };
  const question = { product: "COVISHIELD", on: "2021-06-12" };
  assert.equal(mayGive(programmeOf("in-covid19"), adult, history, question).may, false);
  // The shorter rule would have to reach so far; with a hole between, nothing is in force and nothing is allowed.
  const answer = mayGive(changed, adult, history, question);
  assert.equal(answer.may ? "yes" : answer.code, "DOSE_NO_RULE_IN_FORCE");
});
