// Brings the many ways of writing a value to one: names of any Indian script to a sound key, phones to ten digits, dates
// to every day they may mean, masked ids to their last four.
// SPDX-License-Identifier: Apache-2.0
import { icaoName } from "../certificate/romanise.js";

/** What a column can be of. The first seven stand in a version, the others follow from the doses. */
export const roles = [
  "name",
  "birthYear",
  "gender",
  "mobile",
  "idType",
  "idLast4",
  "district",
  "doseNo",
  "dose1On",
  "dose2On",
  "lastOn",
  "vaccine",
  "batch",
  "facility",
] as const;
export type Role = (typeof roles)[number];
export const versionRoles = 7;
export const roleAt: Readonly<Record<Role, number>> = Object.fromEntries(roles.map((role, i) => [role, i])) as never;

const longestCell = 200;
const plainPhone = /^\d{10}$/;

/** All that a cell may mean, normalised; empty when nothing is written or nothing can be read. */
export function meanings(role: Role, cell: string | number): string[] {
  if (role === "mobile" && plainPhone.test(cell as string)) return [String(cell)];
  const text = latinDigits(String(cell).slice(0, longestCell).trim());
  if (text === "" || /^(null|none|nan|n\/?a|nil|-+)$/i.test(text)) return [];
  if (role === "name") return [nameKey(text)].filter((key) => key !== "");
  if (role === "mobile") return one(whole(text).replace(/\D/g, "").slice(-10), 10);
  if (role === "idLast4")
    return one(
      whole(text)
        .replace(/[^0-9A-Za-z]/g, "")
        .slice(-4)
        .toUpperCase(),
      4,
    );
  if (role === "gender") return [genderOf(text)];
  if (role === "birthYear") return /(?<!\d)(?:19|20)\d\d(?!\d{3})/.exec(text)?.slice(0, 1) ?? [];
  if (role === "doseNo") return doseOf(text);
  if (role.endsWith("On")) return daysOf(text);
  return one(
    text
      .toUpperCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
      .trim(),
    1,
  );
}

const one = (value: string, atLeast: number): string[] => (value.length >= atLeast ? [value] : []);

/** What a spreadsheet makes of a long number: 9000000001.0 or 9.000000001E9. */
const whole = (text: string): string =>
  /^\d+(\.\d+)?(E\+?\d+)?$/i.test(text) && /[.E]/i.test(text) ? String(Math.round(Number(text))) : text;

const latinDigits = (text: string): string =>
  /[०-९]/.test(text) ? text.replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x0966)) : text;

function genderOf(text: string): string {
  if (/^(पु|नर)/.test(text)) return "M";
  if (/^(महि|स्त्री|मादा)/.test(text)) return "F";
  return text.startsWith("अ") ? "O" : text[0]!.toUpperCase();
}

const dosesInWords: readonly (readonly [RegExp, string])[] = [
  [/\d/, ""],
  [/booster|precaution|third|\biii\b/i, "3"],
  [/second|fully|complete|\bii\b|दूसर|पूर्ण/i, "2"],
  [/first|partial|one|\bi\b|पहल|आंशिक/i, "1"],
  [/not|un\s?vacc|नहीं/i, "0"],
];

function doseOf(text: string): string[] {
  for (const [pattern, dose] of dosesInWords) {
    const match = pattern.exec(text);
    if (match) return [dose || match[0]];
  }
  return [];
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec";

/** Every day that a written date may mean: 03/04/2021 is the third of April or the fourth of March. */
export function daysOf(text: string): string[] {
  // A spreadsheet counts days from the end of 1899; machines count seconds or milliseconds from 1970.
  if (/^[34]\d{4}(\.\d+)?$/.test(text)) return [isoDay((Math.floor(+text) - 25_569) * 86_400_000)];
  if (/^1[4-9]\d{8}(\d{3})?$/.test(text)) return around(text.length > 10 ? +text : +text * 1000);
  const iso = /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(text) ?? /^((?:19|20)\d\d)(\d\d)(\d\d)$/.exec(text);
  if (iso) return /T\d\d:\d\d.*Z$/.test(text) ? around(Date.parse(text)) : day(iso[1]!, iso[2]!, iso[3]!);
  const local = /(?<!\d)(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4}|\d\d)(?!\d)/.exec(text);
  if (local) {
    const year = local[3]!.length === 4 ? local[3]! : `${+local[3]! > 40 ? 19 : 20}${local[3]}`;
    return [...new Set([...day(year, local[2]!, local[1]!), ...day(year, local[1]!, local[2]!)])];
  }
  const worded = /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3})[a-z]*[\s,-]+(\d{4}|\d\d)(?!\d)/.exec(text);
  const monthFirst = /([A-Za-z]{3})[a-z]*\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})/.exec(text);
  const [date, name, year] = worded
    ? [worded[1]!, worded[2]!, worded[3]!]
    : [monthFirst?.[2] ?? "", monthFirst?.[1] ?? "", monthFirst?.[3] ?? ""];
  const month = name === "" ? -1 : monthNames.indexOf(name.toLowerCase());
  if (month < 0 || month % 3 > 0) return [];
  return day(year.length === 4 ? year : `20${year}`, String(month / 3 + 1), date);
}

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** An instant near midnight in India is of one day there and of another in UTC. */
const around = (ms: number): string[] =>
  Number.isFinite(ms) ? [...new Set([isoDay(ms + 19_800_000), isoDay(ms)])] : [];

function day(year: string, month: string, dayOfMonth: string): string[] {
  if (+month < 1 || +month > 12 || +dayOfMonth < 1 || +dayOfMonth > 31) return [];
  return [`${year}-${month.padStart(2, "0")}-${dayOfMonth.padStart(2, "0")}`];
}

const sounds: readonly (readonly [RegExp, string])[] = [
  [/EE|Y/g, "I"],
  [/OO/g, "U"],
  [/PH/g, "F"],
  [/W/g, "V"],
  [/([SKGTDBCJ])H/g, "$1"],
  [/CK|Q|C/g, "K"],
  [/Z/g, "J"],
  [/(.)\1+/g, "$1"],
];

/** The same as below for plain letters, which most names are in, much faster. */
const latinWords = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[\s\-.,/]+/)
    .map((word) => word.replace(/[^A-Z]/g, ""));

/** Words of a name as they sound, in the order of the alphabet: spelling and order of names vary, sounds less. */
function nameKey(text: string): string {
  if (!/\p{L}/u.test(text)) return "";
  const written = /^[\x20-\x7e]*$/.test(text) ? latinWords(text) : icaoName(text).split("<");
  const words = written.filter((word) => word !== "" && !/^(MR|MRS|MS|SHRI|SMT|DR|KUMARI)$/.test(word));
  return words.map(soundOf).sort().join(" ");
}

const remembered = new Map<string, string>();
const mostRemembered = 50_000;

function soundOf(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const sound = sounds.reduce((sofar, [from, to]) => sofar.replace(from, to), word);
  if (remembered.size < mostRemembered) remembered.set(word, sound);
  return sound;
}

/** Same person's name with a slip of the pen, an initial, or a word left out. */
export function namesAreClose(a: string, b: string): boolean {
  if (a === b) return true;
  const [few, many] = [a.split(" "), b.split(" ")].sort((x, y) => x.length - y.length) as [string[], string[]];
  const matched = few.filter((word) => many.some((other) => wordsAreClose(word, other))).length;
  return matched === few.length && few.some((word) => word.length > 2);
}

function wordsAreClose(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length === 1 || b.length === 1) return a[0] === b[0];
  return a.length > 3 && b.length > 3 && atMostOneEdit(a, b);
}

function atMostOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
