// Canaries: invented people planted where only a certain source would show them. A hit needs two independent fields;
// the chance of coincidence is λ = m·K·p over m rows and K canaries (Poisson).
// SPDX-License-Identifier: Apache-2.0

import { namesAreClose, type Role, roleAt } from "./normalise.js";
import type { Registry } from "./registry.js";
import { readRow, type SampleRow } from "./sample-rows.js";

export interface CanaryHit {
  readonly canary: string;
  readonly fields: number;
  readonly chance: number;
}

const chanceOf: Partial<Record<Role, number>> = { mobile: 1e-10 * 100, name: 1e-4, birthYear: 1 / 70, idLast4: 1e-4 };

export class Canaries {
  readonly #rows: readonly { readonly canary: string; readonly row: SampleRow }[];

  constructor(registry: Registry) {
    // Values of canaries get codes first, or a cell that holds one would read as unknown.
    for (const { row } of registry.canaries) {
      for (const [role, value] of Object.entries(row ?? {})) registry.learn(role, value);
    }
    this.#rows = registry.canaries.map(({ canary, row }) => ({ canary, row: readRow(row ?? {}, registry) }));
  }

  hits(rows: readonly SampleRow[]): CanaryHit[] {
    const byPhone = new Map<number, { canary: string; row: SampleRow }[]>();
    for (const one of this.#rows)
      for (const code of one.row.cells[roleAt.mobile] ?? []) byPhone.set(code, [...(byPhone.get(code) ?? []), one]);
    const found = new Map<string, CanaryHit>();
    for (const row of rows) {
      for (const code of row.cells[roleAt.mobile] ?? []) {
        for (const { canary, row: planted } of byPhone.get(code) ?? []) {
          const same = agreeing(row, planted);
          if (same.length < 2) continue;
          const p = same.reduce((product, role) => product * chanceOf[role]!, 1);
          found.set(canary, { canary, fields: same.length, chance: Math.min(1, rows.length * this.#rows.length * p) });
        }
      }
    }
    return [...found.values()];
  }
}

function agreeing(row: SampleRow, planted: SampleRow): Role[] {
  return (Object.keys(chanceOf) as Role[]).filter((role) => {
    if (role === "name")
      return row.name !== undefined && planted.name !== undefined && namesAreClose(row.name, planted.name);
    return row.cells[roleAt[role]]?.some((code) => planted.cells[roleAt[role]]?.includes(code)) ?? false;
  });
}
