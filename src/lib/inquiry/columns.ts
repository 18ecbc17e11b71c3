// Which column of a sample is which: what the intake says, then the header, then what the values look like. And its
// cells, read into codes of the registry.
// SPDX-License-Identifier: Apache-2.0
import type { Intake, Sample } from "./format.js";
import { meanings, type Role, roles } from "./normalise.js";
import type { Registry } from "./registry.js";

/** "birthDate" and "token" are read for themselves; "other" is held nowhere in a registry. */
export type ColumnRole = Role | "birthDate" | "token" | "other";

const headerWords: readonly (readonly [RegExp, ColumnRole])[] = [
  [/^(ref|token|recipient(_?id)?|record_?id)$/, "token"],
  [/dob|birth.?dat|date.?of.?birth/, "birthDate"],
  [/yob|birth|born/, "birthYear"],
  [/gender|sex/, "gender"],
  [/mobile|phone|^ph|contact|msisdn|\btel/, "mobile"],
  [/id.?(proof.?)?type|photo.?id(?!.*(no|num))|document.?type/, "idType"],
  [/last.?4|id.?(no|num)|aadhaar|id.?card|uid/, "idLast4"],
  [/district/, "district"],
  [/dose.?1.*(date|on)|(date|on).*dose.?1|first.?dose/, "dose1On"],
  [/dose.?2.*(date|on)|(date|on).*dose.?2|second.?dose/, "dose2On"],
  [/batch|lot/, "batch"],
  [/cent(re|er)|facility|site|hospital|place|session/, "facility"],
  [/last.?on|(vaccin|dose|jab|shot).*(date|on$)|date.*(vaccin|dose|jab)|^date$/, "lastOn"],
  [/vaccine|brand|product/, "vaccine"],
  [/dose/, "doseNo"],
  [/name|beneficiary/, "name"],
];

const known = new Set<string>([...roles, "birthDate", "token", "other"]);

export function columnRoles({ columns, rows }: Sample, intake: Intake): ColumnRole[] {
  const taken = new Set<ColumnRole>();
  return columns.map((column) => {
    const said = intake.columns?.[column];
    const guessed =
      said !== undefined && known.has(said)
        ? (said as ColumnRole)
        : guess(
            column,
            rows.slice(0, 50).map((row) => row[column] ?? ""),
          );
    const role = taken.has(guessed) ? "other" : guessed;
    if (role !== "other") taken.add(role);
    return role;
  });
}

function guess(column: string, values: readonly string[]): ColumnRole {
  const exact = roles.find((role) => role === column);
  if (exact) return exact;
  const words = column
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .trim();
  for (const [pattern, role] of headerWords) if (pattern.test(words)) return role;
  const written = values.filter((value) => value.trim() !== "");
  const most = (pattern: RegExp) =>
    written.length > 0 && written.filter((value) => pattern.test(value)).length > 0.8 * written.length;
  if (most(/^(\+?91[\s-]?)?[6-9]\d{4}[\s-]?\d{5}$/)) return "mobile";
  if (most(/^(19|20)\d\d$/)) return "birthYear";
  if (most(/^(m|f|male|female|o|other)$/i)) return "gender";
  if (most(/^[X*]{4,}\d{4}$/i)) return "idLast4";
  return "other";
}

/** A cell as codes: undefined where nothing is written, empty where the registry holds no such value. */
export type Cell = readonly number[] | undefined;

export interface SampleRow {
  readonly cells: readonly Cell[];
  /** The name as it sounds, for comparing with slips of the pen. */
  readonly name: string | undefined;
  readonly token: string | undefined;
}

export function readRows(sample: Sample, columnRoleList: readonly ColumnRole[], registry: Registry): SampleRow[] {
  const column = new Map(columnRoleList.map((role, i) => [role, sample.columns[i]!]));
  return sample.rows.map((row) => {
    const text = (role: ColumnRole) => row[column.get(role) ?? "\0"] ?? "";
    const cells = roles.map((role) => {
      const written = role === "birthYear" && !column.has(role) ? text("birthDate") : text(role);
      const means = meanings(role, written);
      if (means.length === 0) return undefined;
      const dictionary = registry.dictionary(role);
      return means.map((meaning) => dictionary.find(meaning)).filter((code) => code !== undefined);
    });
    return { cells, name: meanings("name", text("name"))[0], token: text("token").trim().toLowerCase() || undefined };
  });
}

/** A row of the world format (an earlier leak's, a canary's), whose columns bear the roles' names. */
export function readRow(row: Readonly<Record<string, unknown>>, registry: Registry): SampleRow {
  const text = Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "string" || typeof value === "number" ? String(value) : "",
    ]),
  );
  return readRows({ columns: roles, rows: [text] }, roles, registry)[0]!;
}
