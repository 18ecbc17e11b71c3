// Which column of a sample is which: what the intake says, else what header and values say together. Values are
// compared with what the registry holds, so that a header in any language, or none, does not matter much.
// SPDX-License-Identifier: Apache-2.0
import type { Intake, Sample } from "./format.js";
import { daysOf, meanings, type Role, roles } from "./normalise.js";
import type { Registry } from "./registry.js";

/** "birthDate" and "token" are read for themselves; "other" is held nowhere in a registry. */
export type ColumnRole = Role | "birthDate" | "token" | "other";

/** First match wins. Headers come in English, in Hindi and in shorthand. */
const headerWords: readonly (readonly [RegExp, ColumnRole])[] = [
  [/^(ref(_?id)?|token|recipient(_?id)?|record_?id)$/, "token"],
  [/dob|d\.o\.b|birth.?(dat|day)|date.?of.?birth|जन्म.?(तिथि|तारीख|दिनांक)/, "birthDate"],
  [/yob|birth|born|जन्म/, "birthYear"],
  [/gender|gndr|\bsex|लिंग/, "gender"],
  [
    /id.{0,8}type|proof.?type|type.?of.?id|document.?type|photo.?id(?!.*(no|num))|id.?proof(?!.*(no|num|\d))|प्रकार/,
    "idType",
  ],
  [/last.?4|last.?four|proof.*(no|num|4)|\bid.?(no|num|card)|aadhaa?r|adhar|uid|आधार|पहचान/, "idLast4"],
  [/mobile|phone|\bmob\b|^ph\b|contact|msisdn|\btel|मोबाइल|फ़?ोन|दूरभाष/, "mobile"],
  [/dist|जिला|ज़िला/, "district"],
  [
    /(\bd|dose|shot|jab|vacc\w*)[\s_.#-]*(1|i|one)\b.*(date|dt|on\b)|(date|dt)\b.*(dose|\bd)[\s_-]*1|first|\b1st|पहल/,
    "dose1On",
  ],
  [
    /(\bd|dose|shot|jab|vacc\w*)[\s_.#-]*(2|ii|two)\b.*(date|dt|on\b)|(date|dt)\b.*(dose|\bd)[\s_-]*2|second|\b2nd|दूसर/,
    "dose2On",
  ],
  [/batch|\blot|बैच/, "batch"],
  [
    /last.?on|(vacc?\w*|dose|jab|shot|inocul\w*)[\s_.]*(date|dt|on\b|day)|(date|dt).*(vacc|dose|jab)|^date$|तिथि|तारीख|दिनांक/,
    "lastOn",
  ],
  [/cent(re|er)|facility|site|hospital|place|session|\bcvc\b|केंद्र|केन्द्र|अस्पताल|स्थान/, "facility"],
  [/vacc|brand|product|manufactur|टीका|वैक्सीन/, "vaccine"],
  [/dose|status|खुराक|डोज/, "doseNo"],
  [/name|beneficiary|नाम/, "name"],
];

const known = new Set<string>([...roles, "birthDate", "token", "other"]);
/** Cells looked at, evenly spread over the column. */
const looked = 200;

export function columnRoles({ columns, rows }: Sample, intake: Intake, registry: Registry): ColumnRole[] {
  const every = Math.max(1, Math.floor(rows.length / looked));
  const some = rows.filter((_, i) => i % every === 0);
  const guesses = columns.map((column) => {
    const said = intake.columns?.[column];
    if (said !== undefined && known.has(said)) return { role: said as ColumnRole, sure: 3 };
    return guess(
      column,
      new Values(
        some.map((row) => row[column] ?? ""),
        registry,
      ),
    );
  });
  const found: ColumnRole[] = columns.map(() => "other");
  const taken = new Set<ColumnRole>();
  const surest = guesses.map((one, i) => ({ ...one, i })).sort((a, b) => b.sure - a.sure || a.i - b.i);
  for (const { role, i } of surest) {
    if (role === "other" || taken.has(role)) continue;
    taken.add(role);
    found[i] = role;
  }
  return found;
}

/** What the values of a column look like. */
class Values {
  readonly written: readonly string[];
  readonly #registry: Registry;

  constructor(cells: readonly string[], registry: Registry) {
    this.written = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
    this.#registry = registry;
  }

  share(is: (cell: string) => boolean): number {
    return this.written.filter(is).length / Math.max(1, this.written.length);
  }

  /** Share of the cells that somebody in the registry has. */
  held(role: Role): number {
    const dictionary = this.#registry.dictionary(role);
    return this.share((cell) => meanings(role, cell).some((meaning) => dictionary.find(meaning) !== undefined));
  }

  get tokens(): number {
    return this.share((cell) => this.#registry.looksOfToken(cell).length > 0);
  }

  get days(): number {
    return this.share((cell) => daysOf(cell).length > 0);
  }

  get phones(): number {
    return this.share((cell) => /^(\+?91|0)?[\s-]*[6-9]\d{4}[\s-]*\d{5}$/.test(cell));
  }
}

interface Guess {
  readonly role: ColumnRole;
  readonly sure: number;
}

function guess(column: string, values: Values): Guess {
  const exact = roles.find((role) => role === column);
  if (exact) return { role: exact, sure: 2.5 };
  const words = column
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/_/g, " ")
    .trim();
  const byHeader = headerWords.find(([pattern]) => pattern.test(words))?.[1];
  if (values.written.length === 0) return { role: byHeader ?? "other", sure: 0.5 };
  if (values.tokens > 0.3) return { role: "token", sure: 2.5 };
  if (values.days > 0.6) return { role: dayRole(byHeader, values), sure: byHeader ? 2 : 1 };
  if (byHeader && fits(byHeader, values)) return { role: byHeader, sure: 2 };
  return { role: byValues(values) ?? "other", sure: 1 };
}

/** Dates: the header says of what; without it, days long before any dose are of birth. */
function dayRole(byHeader: ColumnRole | undefined, values: Values): ColumnRole {
  if (byHeader === "birthDate" || byHeader === "birthYear") return "birthDate";
  if (byHeader?.endsWith("On")) return byHeader;
  return values.share((cell) => daysOf(cell).every((day) => day < "2018")) > 0.5 ? "birthDate" : "lastOn";
}

/** Whether values may be of the role that the header names. */
function fits(role: ColumnRole, values: Values): boolean {
  if (role === "token") return false;
  if (role === "birthDate" || role.endsWith("On")) return values.days > 0.2;
  if (role === "mobile") return values.share((cell) => cell.replace(/\D/g, "").length >= 9) > 0.3;
  if (role === "idLast4") return values.share((cell) => /\d{3}[0-9A-Z]?$/i.test(cell)) > 0.3;
  if (role === "name") return values.share((cell) => /\p{L}{2}/u.test(cell)) > 0.5;
  return role === "other" || values.share((cell) => meanings(role, cell).length > 0) > 0.3;
}

function byValues(values: Values): Role | undefined {
  if (values.phones > 0.6) return "mobile";
  if (values.share((cell) => /^(19|20)\d\d(\.0)?$/.test(cell)) > 0.8) return "birthYear";
  if (values.share((cell) => /^(m|f|t|o|male|female|others?|पुरुष|महिला|अन्य)$/i.test(cell)) > 0.8) return "gender";
  if (values.share((cell) => /^[X*•]{2}.*\d{4}$/i.test(cell)) > 0.6) return "idLast4";
  if (values.share((cell) => /\p{L}/u.test(cell)) < 0.5) return undefined;
  const text = (["facility", "batch", "vaccine", "idType", "name"] as const).map((role) => ({
    role,
    share: values.held(role),
  }));
  return text.find(({ share }) => share > 0.4)?.role;
}

/** Roles whose values are written in many ways: where hardly a cell is known, the column says nothing about anybody. */
const spelledFreely: readonly Role[] = ["district", "idType", "vaccine"];

/** The columns to read cells from. */
export function columnsOf(
  { columns, rows }: Sample,
  columnRoleList: readonly ColumnRole[],
  registry: Registry,
): ReadonlyMap<ColumnRole, string> {
  const found = new Map(columnRoleList.map((role, i) => [role, columns[i]!]));
  for (const role of spelledFreely) {
    const column = found.get(role);
    const cells = column === undefined ? [] : rows.slice(0, looked).map((row) => row[column] ?? "");
    if (column !== undefined && new Values(cells, registry).held(role) < 0.1) found.delete(role);
  }
  return found;
}
