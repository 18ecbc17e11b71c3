// How a thief writes rows down: some of the columns, other headers, other spellings and date forms, mistakes, and
// sometimes a date of birth that was joined from elsewhere.
// SPDX-License-Identifier: Apache-2.0
import type { Row, Sample } from "../format.js";
import type { Held } from "./leak.js";
import type { Random } from "./random.js";

export interface Writing {
  readonly noise: number;
  /** 0 for all. */
  readonly columns: number;
  readonly keepIds: boolean;
  readonly joinBirthDate: boolean;
}

const headers: Readonly<Record<string, readonly string[]>> = {
  name: ["Name", "beneficiary_name", "FULL NAME"],
  birthYear: ["birth_year", "YOB", "Year of Birth"],
  gender: ["Gender", "sex"],
  mobile: ["Mobile", "Ph No", "phone_number"],
  idType: ["id_type", "Photo ID Type"],
  idLast4: ["id_last4", "ID Number"],
  district: ["district_id", "district"],
  doseNo: ["dose_no", "Dose"],
  dose1On: ["dose1_date", "Dose 1 Date"],
  dose2On: ["dose2_date", "Dose 2 Date"],
  lastOn: ["vaccination_date", "Date of Vaccination"],
  vaccine: ["vaccine", "Vaccine Name"],
  batch: ["batch", "Batch No"],
  facility: ["centre", "Vaccination Centre"],
  recipientId: ["ref"],
};

/** Which columns a small sample keeps: who somebody is first, then what few others hold. */
const short: Readonly<Record<number, readonly string[]>> = {
  5: ["name", "mobile", "birthYear", "lastOn", "idLast4"],
  3: ["name", "mobile", "idLast4"],
};
const spare = ["lastOn", "facility", "batch", "gender"];

export function writeSample(
  random: Random,
  rows: readonly Held[],
  writing: Writing,
): { sample: Sample; joined: string[] } {
  const present = Object.keys(headers).filter((role) => rows.some((row) => row[role] !== undefined));
  const kept = writing.columns === 0 ? present : chosen(random, present, writing.columns);
  const roles = kept.filter((role) => role !== "recipientId" || writing.keepIds);
  if (writing.keepIds && present.includes("recipientId") && !roles.includes("recipientId")) roles.push("recipientId");
  const header = new Map(roles.map((role) => [role, random.pick(headers[role]!)]));
  const style = {
    upper: random.chance(0.3),
    plus: random.chance(0.3),
    slashes: random.chance(0.4),
    masked: random.chance(0.3),
  };
  const written = rows.map((held) => {
    const row: Record<string, string> = {};
    for (const role of roles) {
      const value = held[role] ?? "";
      const wrong = role !== "recipientId" && value !== "" && random.chance(writing.noise);
      row[header.get(role)!] = dressed(role, wrong ? spoilt(random, role, value) : value, style);
    }
    if (writing.joinBirthDate) row["DOB"] = birthDate(random, held["birthYear"]);
    return row as Row;
  });
  const columns = random.sample([...header.values()], header.size);
  return writing.joinBirthDate
    ? { sample: { columns: [...columns, "DOB"], rows: written }, joined: ["DOB"] }
    : { sample: { columns, rows: written }, joined: [] };
}

function chosen(random: Random, present: readonly string[], count: number): string[] {
  const list = short[count]!.filter((role) => present.includes(role));
  for (const role of random.sample(spare, spare.length)) {
    if (list.length < count && present.includes(role) && !list.includes(role)) list.push(role);
  }
  return list;
}

const two = (n: number): string => String(n).padStart(2, "0");
const birthDate = (random: Random, year = "1980"): string =>
  `${two(1 + random.below(28))}/${two(1 + random.below(12))}/${year}`;

function dressed(
  role: string,
  value: string,
  style: { upper: boolean; plus: boolean; slashes: boolean; masked: boolean },
): string {
  if (value === "") return "";
  if (role === "name") return style.upper ? value.toUpperCase() : value;
  if (role === "mobile") return style.plus ? `+91 ${value}` : value;
  if (role === "idLast4") return style.masked ? `XXXXXXXX${value}` : value;
  if (role.endsWith("On") && style.slashes) return value.split("-").reverse().join("/");
  return value;
}

function spoilt(random: Random, role: string, value: string): string {
  if (random.chance(0.3)) return "";
  if (role === "gender") return value === "F" ? "M" : "F";
  const digits = [...value.matchAll(/\d/g)].map(({ index }) => index);
  if (role === "name" || digits.length === 0) {
    const at = random.below(value.length);
    return `${value.slice(0, at)}${"abcdeimnorstu"[random.below(13)]}${value.slice(at + 1 - random.below(2))}`;
  }
  if (role.endsWith("On"))
    return new Date(Date.parse(value) + (random.below(60) - 30) * 86_400_000).toISOString().slice(0, 10);
  const at = random.pick(digits);
  return `${value.slice(0, at)}${random.below(10)}${value.slice(at + 1)}`;
}
