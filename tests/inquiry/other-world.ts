// Worlds in the format sakshi-inquiry-world/1 as somebody else might make them: shares nothing with src/lib/inquiry/simulate
// and has other habits. One vaccinator a session and a verifier behind; partners that are fed each change; exports of
// whole districts; few names, many people without a dose; keys nobody asked for, missing optional ones.
// SPDX-License-Identifier: Apache-2.0

export interface Habits {
  readonly people: number;
  readonly facilities: number;
  readonly staffEach: number;
  /** Chance that a colleague opens the same record in the same session. */
  readonly overlap: number;
  /** People of whom a version was corrected. */
  readonly corrections: number;
  readonly mostDoses: number;
  readonly canaries: boolean;
  /** Share of looks at the first facility that never reached the log. */
  readonly gap: number;
}

export type Values = Record<string, unknown>;
export interface OtherPerson {
  readonly person: string;
  readonly versions: Values[];
  readonly doses: Values[];
  readonly home: number;
}
export interface OtherLook {
  readonly at: number;
  readonly actor: string;
  readonly person: number;
  readonly fields: readonly string[];
  readonly recipientId: string | undefined;
  readonly logged: boolean;
}
export interface OtherWorld {
  readonly habits: Habits;
  readonly people: readonly OtherPerson[];
  readonly facilities: readonly Values[];
  readonly actors: readonly { actor: string; kind: string; facility?: string }[];
  readonly looks: readonly OtherLook[];
  readonly canaries: readonly Values[];
  readonly begin: number;
  readonly end: number;
}

/** mulberry32: small, and not the generator that the project's own simulation uses. */
export type Dice = () => number;
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
export const upTo = (roll: Dice, n: number): number => Math.floor(roll() * n);
export const oneOf = <T>(roll: Dice, list: readonly T[]): T => list[upTo(roll, list.length)]!;

export const hour = 3_600_000;
export const day = 24 * hour;
const given =
  "Aarav Meena Rohit Sunita Imran Fatima Joseph Lakshmi Kiran Pooja Arjun Geeta Salim Nisha Vikram Radha Deepak Anjali Harish Kavita Mohan Shanti Suresh Usha".split(
    " ",
  );
const family =
  "Testkar Namuna Udaharan Kalpit Banavat Pratirup Nakli Khali Dikhava Misal Naya Purana Lamba Chhota".split(" ");
/** Two in three bear a second given name, as in the south. */
export function someName(roll: Dice): string {
  const first = oneOf(roll, given);
  return roll() < 0.65 ? `${first} ${oneOf(roll, given)} ${oneOf(roll, family)}` : `${first} ${oneOf(roll, family)}`;
}

const staffSees = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "dose", "remarks"];
const partnerSees = ["name", "mobile", "dose", "birthYear"];
const everything = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "district", "dose"];

export function otherWorld(habits: Habits, seed: number): OtherWorld {
  const roll = dice(seed);
  const begin = Date.UTC(2021, 0, 16);
  const end = begin + 900 * day;
  const facilities = Array.from({ length: habits.facilities }, (_, i) => ({
    facility: `HFR-${1000 + i * 7}`,
    district: `D${i >> 2}`,
    name: `${oneOf(roll, ["UPHC", "CHC", "District Hospital", "Sub Centre"])} ${oneOf(roll, family)} (${i + 1})`,
    beds: upTo(roll, 40),
  }));
  const people = Array.from({ length: habits.people }, (_, i) => somebody(roll, habits, facilities, i, begin, end));
  const staff = facilities.flatMap(({ facility }) =>
    Array.from({ length: habits.staffEach }, () => ({ actor: opaque(roll), kind: "staff", facility })),
  );
  const partners = [0.01, 0.04, 0.1, 0.15].map((share) => ({ actor: opaque(roll), kind: "partner", share }));
  const exports = facilities
    .filter((_, i) => i % 8 === 0)
    .map(({ district }) => ({ actor: opaque(roll), kind: "export", district }));
  const desk = { actor: opaque(roll), kind: "callcentre" };
  const system = { actor: opaque(roll), kind: "system" };
  const looks: OtherLook[] = [];
  const look = (at: number, actor: string, person: number, fields: readonly string[], logged = true) => {
    if (at < end)
      looks.push({ at, actor, person, fields, logged, recipientId: roll() < 0.4 ? opaque(roll) : undefined });
  };
  people.forEach(({ doses, versions, home }, p) => {
    const registered = Date.parse(versions[0]!["from"] as string);
    for (const { facility, recordedAt } of doses) {
      const at = Date.parse(recordedAt as string);
      const team = staff.filter((one) => one.facility === facility);
      const [vaccinator, verifier] = [upTo(roll, team.length), upTo(roll, team.length)];
      team.forEach(({ actor }, i) => {
        const logged = facility !== facilities[0]!.facility || roll() >= habits.gap;
        if (i === vaccinator) look(at - 4 * 60_000, actor, p, staffSees, logged);
        else if (i === verifier) look(at + 40 * 60_000, actor, p, staffSees, logged);
        else if (roll() < habits.overlap) look(at + (roll() - 0.4) * 3 * hour, actor, p, staffSees, logged);
      });
      for (const [k, { actor, share }] of partners.entries())
        if (((p * (7 + 6 * k)) % 101) / 101 < share) look(at + 9 * hour, actor, p, partnerSees);
    }
    if (roll() < 0.05) look(registered + roll() * (end - registered), desk.actor, p, everything);
    if (roll() < 0.02) look(registered + hour, system.actor, p, ["mobile"]);
    for (const [i, { actor, district }] of exports.entries()) {
      const at = begin + (300 + 120 * i) * day;
      if (at > registered && district === facilities[home]!.district) look(at, actor, p, everything);
    }
  });
  looks.sort((a, b) => a.at - b.at);
  const actors = [...staff, ...partners, ...exports, desk, system].map(({ actor, kind, ...rest }) => ({
    actor,
    kind,
    ...("facility" in rest ? { facility: String(rest.facility) } : {}),
  }));
  const canaries = habits.canaries
    ? [{ canary: "k1", class: "partner", of: partners[2]!.actor, row: { name: someName(roll), mobile: "9911100000" } }]
    : [];
  return { habits, people, facilities, actors, looks, canaries, begin, end };
}

const opaque = (roll: Dice): string => Array.from({ length: 16 }, () => "0123456789abcdef"[upTo(roll, 16)]).join("");

function somebody(
  roll: Dice,
  { facilities: count, corrections, mostDoses }: Habits,
  facilities: readonly Values[],
  index: number,
  begin: number,
  end: number,
): OtherPerson {
  const home = upTo(roll, count);
  const registered = begin + roll() * 700 * day;
  const version: Values = {
    from: new Date(registered).toISOString(),
    to: null,
    name: someName(roll),
    birthYear: 1930 + upTo(roll, 78),
    gender: oneOf(roll, ["Male", "Female", "Female", "Male", "Others"]),
    mobile: `98${String((index - (index % 3 === 2 ? 1 : 0)) * 37).padStart(8, "0")}`,
    idType: oneOf(roll, ["AADHAAR", "AADHAAR", "PAN", "VOTER"]),
    idLast4: String(upTo(roll, 10_000)).padStart(4, "0"),
    district: facilities[home]!["district"],
    remarks: "walk-in",
  };
  if (roll() < 0.1) delete version["idLast4"];
  const versions = [version];
  if (roll() < corrections) {
    const at = new Date(registered + roll() * (end - registered)).toISOString();
    version["to"] = at;
    const change = oneOf<Values>(roll, [
      { mobile: `97${String(index).padStart(8, "0")}` },
      { name: someName(roll) },
      { idLast4: String(upTo(roll, 10_000)).padStart(4, "0") },
    ]);
    versions.push({ ...version, ...change, from: at, to: null });
  }
  const doses: Values[] = [];
  const brand = oneOf(roll, ["COVISHIELD", "COVAXIN", "CORBEVAX"]);
  let at = registered + roll() * 30 * day;
  for (let dose = 1; dose <= (roll() < 0.2 ? 0 : 1 + upTo(roll, mostDoses)); dose++) {
    const recorded = Math.floor(at / day) * day + 5 * hour + upTo(roll, 6 * 60) * 60_000;
    if (recorded > end) break;
    doses.push({
      dose,
      on: new Date(recorded).toISOString().slice(0, 10),
      recordedAt: new Date(recorded).toISOString(),
      vaccine: brand,
      batch: `${brand.slice(0, 3)}${Math.floor((recorded - begin) / (20 * day))}${oneOf(roll, [..."ABCD"])}`,
      facility: facilities[roll() < 0.1 ? upTo(roll, count) : home]!["facility"],
    });
    at = recorded + (30 + roll() * 250) * day;
  }
  return { person: `${index}/${opaque(roll).slice(0, 6)}`, versions, doses, home };
}
