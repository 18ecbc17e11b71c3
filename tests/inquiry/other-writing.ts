// Writes leaked rows down with other habits: headers in Hindi or shorthand, dates with short years or names of months,
// genders in Hindi, initials, masked ids, spreadsheets' numbers; mistakes of another kind too.
// SPDX-License-Identifier: Apache-2.0
import { type Dice, day, oneOf, upTo } from "./other-world.js";

type Held = Record<string, string>;
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** In any order. */
export function shuffled<T>(roll: Dice, list: readonly T[]): T[] {
  const pool = [...list];
  for (let i = pool.length - 1; i > 0; i--) {
    const j = upTo(roll, i + 1);
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool;
}

const headers: Readonly<Record<string, readonly string[]>> = {
  name: ["नाम", "Bene Name", "NAME OF BENEFICIARY", "full_name"],
  birthYear: ["जन्म वर्ष", "Birth Yr", "YOB", "birthYear"],
  gender: ["लिंग", "Sex", "GENDER", "gndr"],
  mobile: ["मोबाइल नंबर", "Mob", "CONTACT_NO", "Phone"],
  idType: ["Photo ID", "idType", "ID Proof"],
  idLast4: ["Aadhaar No", "ID No.", "आधार", "proof_last4"],
  district: ["जिला", "Dist", "district_name"],
  doseNo: ["Doses", "खुराक", "Dose No", "Status"],
  dose1On: ["D1 Date", "First Dose On", "dose_1_dt"],
  dose2On: ["D2 Date", "Second Dose On", "dose_2_dt"],
  lastOn: ["टीकाकरण तिथि", "Vaccinated On", "Vacc Dt", "date"],
  vaccine: ["टीका", "Vaccine", "Brand"],
  batch: ["Batch", "lot_number", "बैच"],
  facility: ["केंद्र", "CVC", "Session Site", "Vaccination Center"],
  recipientId: ["recipientId", "Ref ID", "uid_hash"],
  address: ["Address", "पता"],
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const dateStyles: readonly ((iso: string) => string)[] = [
  (iso) => iso,
  (iso) => iso.split("-").reverse().join("-"),
  (iso) => iso.slice(2).split("-").reverse().join("/"),
  (iso) => `${iso.slice(8)} ${months[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`,
  (iso) => `${months[Number(iso.slice(5, 7)) - 1]} ${Number(iso.slice(8))}, ${iso.slice(0, 4)}`,
  (iso) => `${iso}T00:00:00+05:30`,
  (iso) => `${iso.slice(5, 7)}/${iso.slice(8)}/${iso.slice(0, 4)}`,
  (iso) => String(Date.parse(iso) / day + 25_569),
  (iso) => iso.replaceAll("-", ""),
];

export function writeDown(roll: Dice, rows: readonly Held[], noise: number) {
  const present = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const keepIds = roll() < 0.2;
  const few = roll() < 0.3 ? new Set(["name", "mobile", "lastOn", "batch", "idLast4", "birthYear"]) : undefined;
  const roles = shuffled(roll, present).filter((role) => (role === "recipientId" ? keepIds : (few?.has(role) ?? true)));
  const header = new Map(roles.map((role) => [role, oneOf(roll, headers[role]!)]));
  const asDate = oneOf(roll, dateStyles);
  const style = { upper: roll() < 0.3, initials: roll() < 0.15, phone: upTo(roll, 4), genders: upTo(roll, 3) };
  const written = rows.map((row) =>
    Object.fromEntries(
      roles.map((role) => {
        const value = row[role] ?? "";
        const wrong = role !== "recipientId" && roll() < noise;
        return [header.get(role)!, dress(role, wrong ? spoil(roll, role, value) : value, style, asDate)];
      }),
    ),
  );
  return { columns: [...header.values()], rows: written };
}

function dress(
  role: string,
  value: string,
  style: { upper: boolean; initials: boolean; phone: number; genders: number },
  asDate: (iso: string) => string,
): string {
  if (value === "") return "";
  if (role.endsWith("On")) return asDate(value);
  if (role === "name") {
    const words = value.split(" ");
    const short = style.initials && words.length > 2 ? [words[0], `${words[1]![0]}.`, ...words.slice(2)] : words;
    return style.upper ? short.join(" ").toUpperCase() : short.join(" ");
  }
  if (role === "mobile")
    return [value, `0${value}`, `91${value}`, `${value.slice(0, 5)} ${value.slice(5)}`][style.phone]!;
  if (role === "gender")
    return style.genders === 0
      ? value
      : style.genders === 1
        ? value[0]!
        : ({ M: "पुरुष", F: "महिला" }[value[0]!] ?? "अन्य");
  if (role === "idLast4") return style.phone > 1 ? `XXXX-XXXX-${value}` : value;
  if (role === "doseNo") return style.phone > 1 ? `Dose ${value}` : value;
  return value;
}

function spoil(roll: Dice, role: string, value: string): string {
  const kind = roll();
  if (kind < 0.25 || value === "") return "";
  if (role.endsWith("On")) return isoDay(Date.parse(value) + (upTo(roll, 15) - 7) * day);
  const at = upTo(roll, Math.max(1, value.length - 1));
  if (kind < 0.6) return `${value.slice(0, at)}${value[at + 1] ?? ""}${value[at]}${value.slice(at + 2)}`;
  return /^\d+$/.test(value)
    ? `${value.slice(0, at)}${upTo(roll, 10)}${value.slice(at + 1)}`
    : `${value.slice(0, at)}${value.slice(at + 1)}`;
}
