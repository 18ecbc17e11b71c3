// The cells of a sample, read into codes of the registry.
// SPDX-License-Identifier: Apache-2.0
import { type ColumnRole, columnsOf } from "./columns.js";
import type { Sample } from "./format.js";
import { meanings, roles } from "./normalise.js";
import type { Registry } from "./registry.js";

/** A cell as codes: undefined where nothing is written, empty where the registry holds no such value. */
export type Cell = readonly number[] | undefined;

export interface SampleRow {
  readonly cells: readonly Cell[];
  /** The name as it sounds, for comparing with slips of the pen. */
  readonly name: string | undefined;
  readonly token: string | undefined;
}

export function readRows(sample: Sample, columnRoleList: readonly ColumnRole[], registry: Registry): SampleRow[] {
  const column = columnsOf(sample, columnRoleList, registry);
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
  const cells = roles.map((role) => {
    const value = row[role];
    const means = typeof value === "string" || typeof value === "number" ? meanings(role, value) : [];
    if (means.length === 0) return undefined;
    return means.map((meaning) => registry.dictionary(role).find(meaning)).filter((code) => code !== undefined);
  });
  const name = typeof row["name"] === "string" ? meanings("name", row["name"])[0] : undefined;
  return { cells, name, token: undefined };
}
