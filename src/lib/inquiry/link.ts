// Who a leaked row is about: Fellegi-Sunter with term frequencies (Fellegi & Sunter 1969; u of a value is its frequency,
// so a rare name weighs more). W = log2 λ/(1-λ) + Σ log2 m/u over the columns; linked from posterior .99 on.
// Candidates come from blocks: phone, last four and birth year, name and birth year, name alone, centre and date.
// SPDX-License-Identifier: Apache-2.0
import type { SampleRow } from "./columns.js";
import { namesAreClose, roleAt, versionRoles } from "./normalise.js";
import { nothing, type Registry, type State } from "./registry.js";

export interface Link {
  readonly person: number;
  readonly states: readonly State[];
}

/** No more candidates than this come from one block: a block that large tells little. */
const largestBlock = 200;

const blocks: readonly (readonly number[])[] = [
  [roleAt.mobile],
  [roleAt.idLast4, roleAt.birthYear],
  [roleAt.name, roleAt.birthYear],
  [roleAt.name],
  [roleAt.facility, roleAt.lastOn],
];

export class Linker {
  readonly #registry: Registry;
  readonly #index = blocks.map(() => new Map<number, number[]>());

  constructor(registry: Registry) {
    this.#registry = registry;
    for (let person = 0; person < registry.people.length; person++) {
      for (const { codes } of registry.statesOf(person)) this.#enter(person, codes);
    }
  }

  #enter(person: number, codes: Int32Array): void {
    blocks.forEach((block, b) => {
      const key = keyOf(block.map((role) => codes[role]!));
      if (key === undefined) return;
      const entry = this.#index[b]!.get(key);
      if (!entry) this.#index[b]!.set(key, [person]);
      else if (entry.at(-1) !== person && entry.length <= largestBlock) entry.push(person);
    });
  }

  link(row: SampleRow): Link | undefined {
    let [best, second, odds] = [undefined as Link | undefined, 0, 0];
    const prior = -Math.log2(this.#registry.people.length);
    for (const person of this.#candidates(row)) {
      const states = this.#registry.statesOf(person);
      const weight = 2 ** (prior + Math.max(...states.map(({ codes }) => this.#weight(row, codes))));
      if (weight > odds) [best, second, odds] = [{ person, states }, second + odds, weight];
      else second += weight;
    }
    return odds / (1 + odds + second) >= 0.99 ? best : undefined;
  }

  /** All people who ever had this phone. */
  peopleWithPhone(code: number): readonly number[] {
    return this.#index[0]!.get(code) ?? [];
  }

  #candidates(row: SampleRow): Set<number> {
    const found = new Set<number>();
    blocks.forEach((block, b) => {
      for (const codes of choices(block.map((role) => row.cells[role] ?? []))) {
        const people = this.#index[b]!.get(keyOf(codes)!) ?? [];
        if (people.length <= largestBlock) for (const person of people) found.add(person);
      }
    });
    return found;
  }

  #weight(row: SampleRow, codes: Int32Array): number {
    let weight = 0;
    let doses = 0;
    row.cells.forEach((cell, role) => {
      const held = codes[role]!;
      if (cell === undefined || held === nothing) return;
      const bits = this.#bits(row, role, cell, held);
      if (role < versionRoles) weight += bits;
      else doses = Math.abs(bits) > Math.abs(doses) ? bits : doses;
    });
    return weight + doses;
  }

  #bits(row: SampleRow, role: number, cell: readonly number[], held: number): number {
    const { counts, values } = this.#registry.dictionaries[role]!;
    const u = Math.min(0.9, (counts[held]! + 1) / (this.#registry.people.length + 2));
    if (cell.includes(held)) return Math.log2(0.85 / u);
    if (role === roleAt.name && row.name !== undefined && namesAreClose(row.name, values[held]!)) return 6;
    return Math.log2(0.15 / (1 - u));
  }
}

/** One number for one or two codes: exact up to 2^53. */
function keyOf(codes: readonly number[]): number | undefined {
  if (codes.some((code) => code === nothing)) return undefined;
  return codes.length === 1 ? codes[0]! : codes[0]! * 2 ** 26 + codes[1]!;
}

function choices(cells: readonly (readonly number[])[]): number[][] {
  return cells.reduce<number[][]>(
    (sofar, cell) => sofar.flatMap((codes) => cell.map((code) => [...codes, code])),
    [[]],
  );
}
