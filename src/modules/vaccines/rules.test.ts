// The rules of the campaign file as tables: every effective date, age limit and interval at the day before, the day
// and the day after. A rule of the file without a case here fails the last test.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { addDays, type IsoDate } from "../../platform/clock.js";
import { type DoseQuestion, type GivenDose, mayGive, type PersonFacts, programmeOf } from "./index.js";

const covid = programmeOf("in-covid19");
const covered = new Set<string>();

interface Case {
  rules: string[];
  name: string;
  person: PersonFacts;
  history?: GivenDose[];
  product: string;
  ask?: Partial<DoseQuestion>;
}
interface Opening extends Case {
  opens: IsoDate;
  before: string;
}
interface Closing extends Case {
  lastDay: IsoDate;
  after: string;
}

function born(on: IsoDate, more: Partial<PersonFacts> = {}): PersonFacts {
  return { birthYear: Number(on.slice(0, 4)), bornOn: on, ...more };
}
function given(product: string, ...days: IsoDate[]): GivenDose[] {
  return days.map((givenOn) => ({ product, givenOn }));
}
/** "yes", or the code of the refusal. */
function answerOn(one: Case, on: IsoDate): string {
  const answer = mayGive(covid, one.person, one.history ?? [], { product: one.product, ...one.ask, on });
  return answer.may ? "yes" : answer.code;
}

const adult = born("1990-05-20");
const twoShield = given("COVISHIELD", "2021-02-01", "2021-04-01");
const twoCovaxin = given("COVAXIN", "2021-02-01", "2021-03-15");
const hcw = born("1990-05-20", { groups: ["HCW"] });
const private_ = { channel: "private-online" };
const gov = { channel: "gov-online" };

const openings: Opening[] = [
  {
    rules: ["E01", "I01", "P01"],
    name: "health workers",
    person: hcw,
    product: "COVISHIELD",
    opens: "2021-01-16",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E01"],
    name: "health workers at 18",
    person: born("2003-01-20", { groups: ["HCW"] }),
    product: "COVISHIELD",
    opens: "2021-01-20",
    before: "DOSE_TOO_YOUNG",
  },
  {
    rules: ["E02"],
    name: "frontline workers",
    person: born("1990-05-20", { groups: ["FLW"] }),
    product: "COVAXIN",
    opens: "2021-02-02",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E03"],
    name: "60 on 1 Jan 2022",
    person: born("1962-01-01"),
    product: "COVISHIELD",
    opens: "2021-03-01",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E04"],
    name: "45 with a listed condition",
    person: born("1977-01-01", { conditions: ["one-of-20-listed-comorbidities"] }),
    product: "COVISHIELD",
    opens: "2021-03-01",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E05"],
    name: "45 on 1 Jan 2022",
    person: born("1977-01-01"),
    product: "COVISHIELD",
    opens: "2021-04-01",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E05"],
    name: "45 at the workplace",
    person: born("1977-01-01"),
    product: "COVISHIELD",
    ask: { channel: "workplace" },
    opens: "2021-04-11",
    before: "DOSE_CHANNEL_CLOSED",
  },
  {
    rules: ["E06"],
    name: "44 on 1 Jan 2022 waits for all adults",
    person: born("1977-01-02"),
    product: "COVISHIELD",
    opens: "2021-05-01",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E06"],
    name: "18 completed on the day",
    person: born("2003-06-10"),
    product: "COVISHIELD",
    ask: gov,
    opens: "2021-06-10",
    before: "DOSE_TOO_YOUNG",
  },
  {
    rules: ["E06"],
    name: "born on 29 February, 18 on 1 March",
    person: born("2004-02-29"),
    product: "COVISHIELD",
    opens: "2022-03-01",
    before: "DOSE_PRODUCT_NOT_FOR_PERSON",
  },
  {
    rules: ["E06b"],
    name: "walk-in where the state opted in",
    person: adult,
    product: "COVISHIELD",
    ask: { channel: "gov-walk-in", circumstances: ["state-opts-in"] },
    opens: "2021-05-24",
    before: "DOSE_CHANNEL_CLOSED",
  },
  {
    rules: ["E07", "C04"],
    name: "lactating women",
    person: born("1990-05-20", { groups: ["LACTATING"], conditions: ["lactating"] }),
    product: "COVISHIELD",
    opens: "2021-05-19",
    before: "DOSE_CONTRAINDICATED",
  },
  {
    rules: ["E08", "C03"],
    name: "pregnant women",
    person: born("1990-05-20", { groups: ["PREGNANT"], conditions: ["pregnant"] }),
    product: "COVISHIELD",
    opens: "2021-07-02",
    before: "DOSE_CONTRAINDICATED",
  },
  {
    rules: ["E09"],
    name: "15 to 17, birth year 2007",
    person: born("2007-12-31"),
    product: "COVAXIN",
    opens: "2022-01-03",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E10", "I06"],
    name: "12 to 14",
    person: born("2010-01-05"),
    product: "CORBEVAX",
    opens: "2022-03-16",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E10"],
    name: "12 completed on the day",
    person: born("2010-04-20"),
    product: "CORBEVAX",
    opens: "2022-04-20",
    before: "DOSE_TOO_YOUNG",
  },
  {
    rules: ["E20", "P02"],
    name: "precaution for health workers",
    person: hcw,
    history: twoShield,
    product: "COVISHIELD",
    opens: "2022-01-10",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E21"],
    name: "precaution at 60 with a condition",
    person: born("1950-01-01", { conditions: ["comorbidity", "doctor-advice"] }),
    history: twoShield,
    product: "COVISHIELD",
    opens: "2022-01-10",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E22"],
    name: "precaution at 60",
    person: born("1950-01-01"),
    history: given("COVISHIELD", "2021-03-02", "2021-04-20"),
    product: "COVISHIELD",
    opens: "2022-03-16",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E22"],
    name: "precaution at 60 completed on the day",
    person: born("1962-11-05"),
    history: given("COVISHIELD", "2021-05-02", "2021-08-20"),
    product: "COVISHIELD",
    ask: gov,
    opens: "2022-11-05",
    before: "DOSE_CHANNEL_CLOSED",
  },
  {
    rules: ["E23", "I20"],
    name: "precaution for adults, private",
    person: adult,
    history: given("COVAXIN", "2021-05-02", "2021-06-20"),
    product: "COVAXIN",
    ask: private_,
    opens: "2022-04-10",
    before: "DOSE_NOT_OPEN_YET",
  },
  {
    rules: ["E23"],
    name: "precaution at 18 completed on the day",
    person: born("2005-08-08"),
    history: given("COVAXIN", "2022-01-05", "2022-02-05"),
    product: "COVAXIN",
    ask: private_,
    opens: "2023-08-08",
    before: "DOSE_TOO_YOUNG",
  },
  {
    rules: ["E24"],
    name: "precaution free for adults",
    person: adult,
    history: given("COVAXIN", "2021-05-02", "2021-06-20"),
    product: "COVAXIN",
    ask: gov,
    opens: "2022-07-15",
    before: "DOSE_CHANNEL_CLOSED",
  },
  {
    rules: ["I05"],
    name: "Sputnik V begins with its interval",
    person: adult,
    product: "SPUTNIK_V",
    opens: "2021-05-14",
    before: "DOSE_NO_RULE_IN_FORCE",
  },
  {
    rules: ["I07"],
    name: "Covovax begins with its interval",
    person: adult,
    product: "COVOVAX",
    opens: "2022-05-03",
    before: "DOSE_NO_RULE_IN_FORCE",
  },
  {
    rules: ["I08"],
    name: "ZyCoV-D begins with its interval",
    person: adult,
    product: "ZYCOV_D",
    opens: "2022-02-03",
    before: "DOSE_NO_RULE_IN_FORCE",
  },
  {
    rules: ["P03", "P02"],
    name: "Corbevax after Covishield",
    person: adult,
    history: given("COVISHIELD", "2021-05-02", "2021-08-02"),
    product: "CORBEVAX",
    opens: "2022-08-12",
    before: "DOSE_PRODUCT_NOT_FOR_DOSE",
  },
  {
    rules: ["P03"],
    name: "Corbevax after Covaxin",
    person: adult,
    history: given("COVAXIN", "2021-05-02", "2021-08-02"),
    product: "CORBEVAX",
    opens: "2022-08-12",
    before: "DOSE_PRODUCT_NOT_FOR_DOSE",
  },
  {
    rules: ["P04"],
    name: "nasal after Covaxin, private",
    person: adult,
    history: given("COVAXIN", "2021-05-02", "2021-08-02"),
    product: "INCOVACC",
    ask: private_,
    opens: "2022-12-23",
    before: "DOSE_PRODUCT_NOT_FOR_DOSE",
  },
  {
    rules: ["P05"],
    name: "Covovax after Covishield",
    person: adult,
    history: given("COVISHIELD", "2021-05-02", "2021-08-02"),
    product: "COVOVAX",
    opens: "2023-01-16",
    before: "DOSE_PRODUCT_NOT_FOR_DOSE",
  },
  {
    rules: ["P06"],
    name: "Sputnik Light after Sputnik V",
    person: adult,
    history: given("SPUTNIK_V", "2021-05-20", "2021-06-20"),
    product: "SPUTNIK_LIGHT",
    ask: private_,
    opens: "2022-05-07",
    before: "DOSE_PRODUCT_NOT_FOR_DOSE",
  },
  {
    rules: ["D01"],
    name: "recovered, four weeks",
    person: born("1990-05-20", { groups: ["HCW"], events: { recovered: "2021-02-01" } }),
    product: "COVAXIN",
    opens: "2021-03-01",
    before: "DOSE_DEFERRED",
  },
  {
    rules: ["D02"],
    name: "recovered, three months",
    person: born("1990-05-20", { events: { recovered: "2021-06-15" } }),
    product: "COVAXIN",
    opens: "2021-09-15",
    before: "DOSE_DEFERRED",
  },
  {
    rules: ["D02"],
    name: "recovered on 30 November, three months end on 1 March",
    person: born("1990-05-20", { events: { recovered: "2021-11-30" } }),
    product: "COVAXIN",
    opens: "2022-03-01",
    before: "DOSE_DEFERRED",
  },
  {
    rules: ["D02"],
    name: "recovered between the doses",
    person: born("1990-05-20", { events: { recovered: "2021-06-15" } }),
    history: given("COVAXIN", "2021-06-01"),
    product: "COVAXIN",
    opens: "2021-09-15",
    before: "DOSE_DEFERRED",
  },
  {
    rules: ["D03"],
    name: "another vaccine, 14 days",
    person: born("1990-05-20", { events: { "other-vaccine": "2021-06-01" } }),
    product: "COVAXIN",
    opens: "2021-06-15",
    before: "DOSE_DEFERRED",
  },
];

const intervals: (Case & { last: IsoDate; minDays: number })[] = [
  {
    rules: ["I01"],
    name: "Covishield from January 2021",
    person: hcw,
    history: given("COVISHIELD", "2021-01-20"),
    product: "COVISHIELD",
    last: "2021-01-20",
    minDays: 28,
  },
  {
    rules: ["I02"],
    name: "Covishield from 22 March 2021",
    person: hcw,
    history: given("COVISHIELD", "2021-03-25"),
    product: "COVISHIELD",
    last: "2021-03-25",
    minDays: 28,
  },
  {
    rules: ["I03"],
    name: "Covishield from 13 May 2021",
    person: adult,
    history: given("COVISHIELD", "2021-05-10"),
    product: "COVISHIELD",
    last: "2021-05-10",
    minDays: 84,
  },
  {
    rules: ["I03"],
    name: "Covishield today",
    person: adult,
    history: given("COVISHIELD", "2026-08-01"),
    product: "COVISHIELD",
    last: "2026-08-01",
    minDays: 84,
  },
  {
    rules: ["I03x"],
    name: "Covishield, permit to study abroad",
    person: born("1990-05-20", { permits: [{ permit: "district-competent-authority", reason: "study-abroad" }] }),
    history: given("COVISHIELD", "2021-05-20"),
    product: "COVISHIELD",
    last: "2021-05-20",
    minDays: 28,
  },
  {
    rules: ["I03x"],
    name: "Covishield, permit for no listed reason",
    person: born("1990-05-20", { permits: [{ permit: "district-competent-authority", reason: "holiday" }] }),
    history: given("COVISHIELD", "2021-05-20"),
    product: "COVISHIELD",
    last: "2021-05-20",
    minDays: 84,
  },
  {
    rules: ["I04"],
    name: "Covaxin",
    person: adult,
    history: given("COVAXIN", "2021-06-01"),
    product: "COVAXIN",
    last: "2021-06-01",
    minDays: 28,
  },
  {
    rules: ["I05"],
    name: "Sputnik V",
    person: adult,
    history: given("SPUTNIK_V", "2021-06-01"),
    product: "SPUTNIK_V",
    last: "2021-06-01",
    minDays: 21,
  },
  {
    rules: ["I06"],
    name: "Corbevax",
    person: born("2009-01-01"),
    history: given("CORBEVAX", "2022-03-20"),
    product: "CORBEVAX",
    last: "2022-03-20",
    minDays: 28,
  },
  {
    rules: ["I07"],
    name: "Covovax",
    person: adult,
    history: given("COVOVAX", "2022-06-01"),
    product: "COVOVAX",
    last: "2022-06-01",
    minDays: 21,
  },
  {
    rules: ["I08"],
    name: "ZyCoV-D second",
    person: adult,
    history: given("ZYCOV_D", "2022-06-01"),
    product: "ZYCOV_D",
    last: "2022-06-01",
    minDays: 28,
  },
  {
    rules: ["I09"],
    name: "ZyCoV-D third",
    person: adult,
    history: given("ZYCOV_D", "2022-06-01", "2022-07-01"),
    product: "ZYCOV_D",
    last: "2022-07-01",
    minDays: 28,
  },
  {
    rules: ["I20"],
    name: "precaution, 39 weeks",
    person: hcw,
    history: given("COVAXIN", "2021-06-01", "2021-07-15"),
    product: "COVAXIN",
    last: "2021-07-15",
    minDays: 273,
  },
  {
    rules: ["I20x"],
    name: "precaution, overseas travel",
    person: born("1990-05-20", { permits: [{ permit: "self-declared", reason: "overseas-job" }] }),
    history: given("COVAXIN", "2022-01-01", "2022-03-01"),
    product: "COVAXIN",
    last: "2022-03-01",
    minDays: 90,
  },
  {
    rules: ["I21"],
    name: "precaution, 26 weeks",
    person: adult,
    history: given("COVAXIN", "2022-01-01", "2022-03-01"),
    product: "COVAXIN",
    last: "2022-03-01",
    minDays: 182,
  },
  {
    rules: ["I21", "P03"],
    name: "mixed precaution, 26 weeks",
    person: adult,
    history: given("COVISHIELD", "2022-03-01", "2022-06-01"),
    product: "CORBEVAX",
    last: "2022-06-01",
    minDays: 182,
  },
];

const closings: Closing[] = [
  {
    rules: ["E24"],
    name: "free precaution for adults ends",
    person: adult,
    history: given("COVAXIN", "2021-05-02", "2021-06-20"),
    product: "COVAXIN",
    ask: gov,
    lastDay: "2022-09-30",
    after: "DOSE_CHANNEL_CLOSED",
  },
  {
    rules: ["E21", "E22"],
    name: "with a condition gives way to all of 60",
    person: born("1950-01-01", { conditions: ["comorbidity", "doctor-advice"] }),
    history: twoShield,
    product: "COVISHIELD",
    lastDay: "2022-03-15",
    after: "yes",
  },
  {
    rules: ["I03x"],
    name: "early second dose for travel ends",
    person: born("1990-05-20", { permits: [{ permit: "district-competent-authority", reason: "tokyo-olympics" }] }),
    history: given("COVISHIELD", "2021-07-20"),
    product: "COVISHIELD",
    lastDay: "2021-08-31",
    after: "DOSE_TOO_SOON",
  },
  {
    rules: ["I02", "I03"],
    name: "the longer interval binds whoever has no booking",
    person: hcw,
    history: given("COVISHIELD", "2021-04-01"),
    product: "COVISHIELD",
    lastDay: "2021-05-12",
    after: "DOSE_TOO_SOON",
  },
  {
    rules: ["E09", "E06"],
    name: "17 becomes 18 without a gap",
    person: born("2005-06-15"),
    product: "COVAXIN",
    lastDay: "2023-06-14",
    after: "yes",
  },
];

for (const one of openings) {
  test(`${one.rules.join(", ")}: ${one.name} from ${one.opens}`, () => {
    for (const rule of one.rules) covered.add(rule);
    assert.equal(answerOn(one, addDays(one.opens, -1)), one.before);
    assert.equal(answerOn(one, one.opens), "yes");
    assert.equal(answerOn(one, addDays(one.opens, 1)), "yes");
  });
}

for (const one of intervals) {
  test(`${one.rules.join(", ")}: ${one.name}, ${one.minDays} days`, () => {
    for (const rule of one.rules) covered.add(rule);
    const day = addDays(one.last, one.minDays);
    const before = { product: one.product, on: addDays(day, -1) };
    const answer = mayGive(covid, one.person, one.history ?? [], before);
    assert.deepEqual(answer.may ? "yes" : [answer.code, answer.earliestOn], ["DOSE_TOO_SOON", day]);
    assert.equal(answerOn(one, day), "yes");
    assert.equal(answerOn(one, addDays(day, 1)), "yes");
  });
}

for (const one of closings) {
  test(`${one.rules.join(", ")}: ${one.name} after ${one.lastDay}`, () => {
    for (const rule of one.rules) covered.add(rule);
    assert.equal(answerOn(one, addDays(one.lastDay, -1)), "yes");
    assert.equal(answerOn(one, one.lastDay), "yes");
    assert.equal(answerOn(one, addDays(one.lastDay, 1)), one.after);
  });
}

test("I03: bookings made before 16 May 2021 are honoured under the rule before it", () => {
  const history = given("COVISHIELD", "2021-04-10");
  const on = (day: IsoDate, bookedOn: IsoDate) =>
    answerOn({ rules: [], name: "", person: hcw, history, product: "COVISHIELD", ask: { bookedOn } }, day);
  assert.equal(on("2021-05-20", "2021-05-14"), "yes");
  assert.equal(on("2021-05-20", "2021-05-15"), "yes");
  assert.equal(on("2021-05-20", "2021-05-16"), "DOSE_TOO_SOON");
  assert.equal(on("2021-05-20", "2021-05-17"), "DOSE_TOO_SOON");
  // Honoured is not unbounded: the earlier rule's 28 days still bind.
  assert.equal(on("2021-05-07", "2021-05-01"), "DOSE_TOO_SOON");
  assert.equal(on("2021-05-08", "2021-05-01"), "yes");
});

test("I03x: the permit opens the short interval on 7 June 2021, not before", () => {
  const person = born("1990-05-20", { permits: [{ permit: "district-competent-authority", reason: "job-abroad" }] });
  const one = { rules: [], name: "", person, history: given("COVISHIELD", "2021-05-01"), product: "COVISHIELD" };
  assert.deepEqual(
    ["2021-06-06", "2021-06-07", "2021-06-08"].map((day) => answerOn(one, day)),
    ["DOSE_TOO_SOON", "yes", "yes"],
  );
  const covaxin = { ...one, history: given("COVAXIN", "2021-06-01"), product: "COVAXIN" };
  assert.equal(answerOn(covaxin, "2021-06-28"), "DOSE_TOO_SOON");
});

test("I20x: overseas travellers from 13 May 2022; I21: 26 weeks from 6 July 2022", () => {
  const traveller = born("1990-05-20", { permits: [{ permit: "self-declared", reason: "business" }] });
  const history = given("COVAXIN", "2021-10-01", "2021-11-15");
  const one = { rules: [], name: "", person: traveller, history, product: "COVAXIN" };
  assert.deepEqual(
    ["2022-05-12", "2022-05-13", "2022-05-14"].map((day) => answerOn(one, day)),
    ["DOSE_TOO_SOON", "yes", "yes"],
  );
  const home = { ...one, person: adult };
  assert.deepEqual(
    ["2022-07-05", "2022-07-06", "2022-07-07"].map((day) => answerOn(home, day)),
    ["DOSE_TOO_SOON", "yes", "yes"],
  );
});

test("E03, E04: the fixed-date clock does not move with the day of the dose", () => {
  const on = (person: PersonFacts) => answerOn({ rules: [], name: "", person, product: "COVISHIELD" }, "2021-03-10");
  assert.deepEqual(
    ["1961-12-31", "1962-01-01", "1962-01-02"].map((day) => on(born(day))),
    ["yes", "yes", "DOSE_NOT_OPEN_YET"],
  );
  const ill = { conditions: ["one-of-20-listed-comorbidities"] };
  assert.deepEqual(
    ["1976-12-31", "1977-01-01", "1977-01-02"].map((day) => on(born(day, ill))),
    ["yes", "yes", "DOSE_NOT_OPEN_YET"],
  );
});

test("E09, E10: the birth-year clock, at each side of its years", () => {
  const on = (bornOn: IsoDate, product: string) =>
    answerOn({ rules: [], name: "", person: born(bornOn), product }, "2022-06-01");
  assert.equal(on("2007-12-31", "COVAXIN"), "yes");
  assert.equal(on("2008-01-01", "COVAXIN"), "DOSE_PRODUCT_NOT_FOR_PERSON");
  assert.equal(on("2007-12-31", "CORBEVAX"), "DOSE_PRODUCT_NOT_FOR_PERSON");
  assert.equal(on("2008-01-01", "CORBEVAX"), "yes");
  assert.equal(on("2010-05-31", "CORBEVAX"), "yes");
  assert.equal(on("2010-06-02", "CORBEVAX"), "DOSE_TOO_YOUNG");
  assert.equal(on("2011-01-01", "CORBEVAX"), "DOSE_TOO_YOUNG");
});

test("a birth year alone decides when both ends of the year agree, and says so when they do not", () => {
  const on = (birthYear: number, product: string, day: IsoDate) => {
    const answer = mayGive(covid, { birthYear }, [], { product, on: day });
    return answer.may ? "yes" : `${answer.code} ${answer.earliestOn ?? ""}`.trim();
  };
  assert.equal(on(2003, "COVISHIELD", "2021-12-30"), "DOSE_AGE_UNDECIDABLE 2021-12-31");
  assert.equal(on(2003, "COVISHIELD", "2021-12-31"), "yes");
  assert.equal(on(2003, "COVISHIELD", "2022-01-01"), "yes");
  assert.equal(on(2010, "CORBEVAX", "2022-06-01"), "DOSE_AGE_UNDECIDABLE 2022-12-31");
  assert.equal(on(2009, "CORBEVAX", "2022-06-01"), "yes");
  // 17 or 18: one rule takes the one, another the other, so the answer is yes either way.
  assert.equal(on(2005, "COVAXIN", "2023-06-15"), "yes");
  assert.equal(on(1962, "COVISHIELD", "2021-03-10"), "DOSE_AGE_UNDECIDABLE 2021-04-01");
  assert.equal(on(1961, "COVISHIELD", "2021-03-10"), "yes");
});

test("products: the same for the primary series, in order, and no more than the series has", () => {
  const ask = (history: GivenDose[], product: string, on: IsoDate, component?: string) => {
    const answer = mayGive(covid, adult, history, { product, on, component });
    return answer.may
      ? `${answer.doseNumber} ${answer.kind} ${answer.component ?? ""}`.trim()
      : `${answer.code} ${answer.rule?.id ?? ""}`.trim();
  };
  assert.equal(ask(given("COVISHIELD", "2021-05-02"), "COVAXIN", "2021-12-01"), "DOSE_PRODUCT_NOT_FOR_DOSE P01");
  assert.equal(ask(given("COVISHIELD", "2021-05-02"), "JANSSEN", "2021-12-01"), "DOSE_PRODUCT_NOT_FOR_DOSE P01");
  assert.equal(ask([], "INCOVACC", "2023-02-01"), "DOSE_PRODUCT_NOT_FOR_DOSE");
  assert.equal(ask([], "PLACEBO", "2023-02-01"), "DOSE_PRODUCT_UNKNOWN");
  assert.equal(ask([], "SPUTNIK_V", "2021-06-01"), "1 primary rAd26-S");
  assert.equal(ask([], "SPUTNIK_V", "2021-06-01", "rAd5-S"), "DOSE_COMPONENT_ORDER");
  assert.equal(ask(given("SPUTNIK_V", "2021-06-01"), "SPUTNIK_V", "2021-07-01", "rAd26-S"), "DOSE_COMPONENT_ORDER");
  assert.equal(ask(given("SPUTNIK_V", "2021-06-01"), "SPUTNIK_V", "2021-07-01", "rAd5-S"), "2 primary rAd5-S");
  assert.equal(
    ask(given("SPUTNIK_V", "2021-06-01", "2021-07-01"), "SPUTNIK_V", "2022-06-01"),
    "DOSE_PRODUCT_NOT_FOR_DOSE P06",
  );
  assert.equal(ask(twoCovaxin, "COVAXIN", "2022-08-20"), "3 precaution");
  assert.equal(ask(given("SPUTNIK_LIGHT", "2021-06-01"), "SPUTNIK_LIGHT", "2022-06-01"), "2 precaution");
  const mixed = [...given("COVAXIN", "2021-05-02", "2021-08-02"), ...given("CORBEVAX", "2022-08-12")];
  assert.equal(ask(mixed, "INCOVACC", "2023-03-01"), "DOSE_SERIES_COMPLETE");
  assert.equal(ask(given("COVAXIN", "2021-06-01"), "COVAXIN", "2021-06-01"), "DOSE_NOT_AFTER_LAST");
  assert.equal(ask([], "SPIKEVAX", "2023-02-01"), "DOSE_NO_RULE_IN_FORCE");
});

test("channels: private only for an adult's precaution dose, and walk-ins only where opted in", () => {
  const history = given("COVAXIN", "2021-05-02", "2021-06-20");
  const on = (channel: string, circumstances: string[] = [], past = history) =>
    answerOn(
      { rules: [], name: "", person: adult, history: past, product: "COVAXIN", ask: { channel, circumstances } },
      "2026-11-23",
    );
  assert.equal(on("gov-online"), "DOSE_CHANNEL_CLOSED");
  assert.equal(on("private-online"), "yes");
  assert.equal(on("private-walk-in"), "yes");
  assert.equal(on("gov-walk-in", [], []), "DOSE_CHANNEL_CLOSED");
  assert.equal(on("gov-walk-in", ["state-opts-in"], []), "yes");
  const incovacc = { rules: [], name: "", person: born("1950-01-01"), history, product: "INCOVACC", ask: gov };
  assert.equal(answerOn(incovacc, "2023-03-01"), "DOSE_CHANNEL_CLOSED");
});

test("E01, E10: health workers and children are vaccinated at government places", () => {
  const at = (channel: string, person: PersonFacts, product: string, on: IsoDate) =>
    answerOn({ rules: [], name: "", person, product, ask: { channel } }, on);
  assert.equal(at("private-online", hcw, "COVISHIELD", "2021-01-20"), "DOSE_CHANNEL_CLOSED");
  assert.equal(at("gov-walk-in", hcw, "COVISHIELD", "2021-01-20"), "yes");
  assert.equal(at("private-online", born("2009-01-01"), "CORBEVAX", "2022-04-01"), "DOSE_CHANNEL_CLOSED");
  assert.equal(at("gov-walk-in", born("2009-01-01"), "CORBEVAX", "2022-04-01"), "yes");
  // A channel's name opens its ways of coming, not another channel that begins alike.
  assert.equal(at("government", born("2009-01-01"), "CORBEVAX", "2022-04-01"), "DOSE_CHANNEL_CLOSED");
});

test("contraindications and cautions", () => {
  const ask = (conditions: string[]) =>
    mayGive(covid, born("1990-05-20", { conditions }), [], { product: "COVAXIN", on: "2026-11-23" });
  const codes = [["allergic-to-previous-dose"], ["anaphylaxis"], ["acutely-unwell"]].map((conditions) => {
    const answer = ask(conditions);
    return answer.may ? "yes" : `${answer.code} ${answer.rule?.id} ${answer.earliestOn}`;
  });
  assert.deepEqual(codes, [
    "DOSE_CONTRAINDICATED C01 undefined",
    "DOSE_CONTRAINDICATED C02 undefined",
    "DOSE_DEFERRED D02 undefined",
  ]);
  const bleeding = ask(["bleeding-disorder"]);
  assert.deepEqual(bleeding.may && bleeding.cautions.map((rule) => rule.id), ["C05"]);
  for (const rule of ["C01", "C02", "C05"]) covered.add(rule);
});

test("an adult can begin either large product today, and each answer names its rule and source", () => {
  for (const product of ["COVISHIELD", "COVAXIN"]) {
    const answer = mayGive(covid, { birthYear: 1990 }, [], { product, on: "2026-11-23", channel: "gov-online" });
    assert.ok(answer.may);
    assert.equal(answer.doseNumber, 1);
    assert.ok(
      answer.rules.length > 0 && answer.rules.every((rule) => rule.source !== "" && "ABC".includes(rule.confidence)),
    );
  }
});

test("every rule of the file has a case here", () => {
  const rules = [covid.eligibility, covid.intervals, covid.productRules, covid.deferrals, covid.contraindications];
  const missing = rules
    .flat()
    .map((rule) => rule.ref.id)
    .filter((id) => !covered.has(id));
  assert.deepEqual(missing, []);
});
