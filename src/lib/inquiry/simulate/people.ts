// People of a simulated world: names put together from syllables, phones 9000000000 and up (visibly synthetic), two or
// three doses over two years, and a correction of the record for one in six.
// SPDX-License-Identifier: Apache-2.0
import type { DoseLine, PersonLine, VersionLine } from "../format.js";
import type { Random } from "./random.js";

export const firstDay = Date.UTC(2021, 2, 1);
export const dayMs = 86_400_000;
/** Days from the first dose in the land to the present of a simulated world. */
export const daysOfWorld = 820;

export const isoInstant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const heads = [
  "Ash",
  "Bin",
  "Chan",
  "Dee",
  "Far",
  "Gee",
  "Har",
  "Im",
  "Jay",
  "Ka",
  "La",
  "Man",
  "Na",
  "Om",
  "Pra",
  "Ra",
  "Sa",
  "Su",
  "Ta",
  "Vi",
  "Ya",
  "Zo",
];
const middles = ["a", "i", "u", "an", "ee", "ri", "ha", "no"];
const maleTails = ["sh", "n", "d", "v", "m", "k", "r"];
const femaleTails = ["ta", "la", "na", "ya", "ni", "vi", "ka"];
const familyTails = ["demo", "war", "kar", "raj", "nath", "dev", "pal", "das", "lal", "rao", "gar", "sen"];

const combine = (...parts: (readonly string[])[]): string[] =>
  parts.reduce<string[]>((sofar, part) => part.flatMap((tail) => sofar.map((head) => head + tail)), [""]);

const maleNames = combine(heads, middles, maleTails);
const femaleNames = combine(heads, middles, femaleTails);
const families = combine(heads, middles, familyTails);

const idTypes = ["Aadhaar Card", "Aadhaar Card", "Aadhaar Card", "Voter ID", "PAN Card", "Passport", "Driving License"];
const vaccines = ["COVISHIELD", "COVISHIELD", "COVISHIELD", "COVISHIELD", "COVAXIN", "SPUTNIK V"];

export function nameOf(random: Random, gender: string): string {
  const given = random.pickCommon(gender === "F" ? femaleNames : maleNames);
  return `${given} ${random.pickCommon(families)}`;
}

export const lastFour = (random: Random): string => String(random.below(10_000)).padStart(4, "0");

export function makePerson(
  random: Random,
  index: number,
  facility: string,
  facilities: readonly string[],
  district: number,
): PersonLine {
  const gender = random.chance(0.5) ? "F" : "M";
  const registered = firstDay + (random.next() ** 1.5 * 600 + 1) * dayMs;
  // One in five shares the phone of the person before: a family.
  const phone = 9_000_000_000 + (index % 5 === 4 ? index - 1 : index);
  const first: VersionLine = {
    from: isoInstant(registered),
    to: null,
    name: nameOf(random, gender),
    birthYear: 2005 - Math.floor(random.next() * 70),
    gender,
    mobile: String(phone),
    idType: random.pick(idTypes),
    idLast4: lastFour(random),
    district,
  };
  return {
    person: `p${index}`,
    versions: random.chance(0.16) ? corrected(random, first, registered, index) : [first],
    doses: dosesOf(random, registered, facility, facilities),
  };
}

function corrected(random: Random, first: VersionLine, registered: number, index: number): VersionLine[] {
  const end = firstDay + daysOfWorld * dayMs;
  const at = isoInstant(registered + random.next() * (end - registered));
  const changes: (() => Partial<VersionLine>)[] = [
    () => ({ mobile: String(9_500_000_000 + index) }),
    () => ({ birthYear: first.birthYear! + (random.chance(0.5) ? 1 : -1) }),
    () => ({ idLast4: lastFour(random) }),
    () => ({ name: nameOf(random, first.gender!) }),
  ];
  return [
    { ...first, to: at },
    { ...first, ...random.pick(changes)(), from: at },
  ];
}

function dosesOf(random: Random, registered: number, facility: string, facilities: readonly string[]): DoseLine[] {
  const doses: DoseLine[] = [];
  const vaccine = random.pick(vaccines);
  let at = registered + (1 + random.below(10)) * dayMs;
  const count = random.chance(0.1) ? 1 : random.chance(0.65) ? 2 : 3;
  for (let dose = 1; dose <= count; dose++) {
    const day = Math.floor(at / dayMs) * dayMs + (4 + random.next() * 8) * 3_600_000;
    if (day > firstDay + daysOfWorld * dayMs) break;
    const batch = `41${String(Math.floor((day - firstDay) / dayMs / 30)).padStart(2, "0")}${vaccine[3]}${String(random.below(12)).padStart(3, "0")}`;
    const where = random.chance(0.06) ? random.pick(facilities) : facility;
    doses.push({ dose, on: isoDate(day), recordedAt: isoInstant(day), vaccine, batch, facility: where });
    at += (28 + random.next() * 160) * dayMs;
  }
  return doses;
}
