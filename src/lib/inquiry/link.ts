// Who a leaked row is about: Fellegi-Sunter with term frequencies (Fellegi & Sunter 1969; u of a value is its frequency,
// so a rare name weighs more). W = log2 λ/(1-λ) + Σ log2 m/u over the columns; linked from posterior .99 on.
// Candidates come from blocks: phone, last four and birth year, name and birth year; where these find nobody for sure,
// name alone, centre and date.
// SPDX-License-Identifier: Apache-2.0
import { NumbersByKey } from "./ints.js";
import { namesAreClose, type Role, roleAt, versionRoles } from "./normalise.js";
import { nothing, type Registry, type State } from "./registry.js";
import type { SampleRow } from "./sample-rows.js";

export interface Link {
  readonly person: number;
  readonly states: readonly State[];
}

/** No more candidates than this come from one block: a block that large tells little. */
const largestBlock = 200;
/** Posterior odds from which the weaker blocks are not asked: who is there by name alone has far less. */
const sureOdds = 1e4;

const strong: readonly (readonly Role[])[] = [["mobile"], ["idLast4", "birthYear"], ["name", "birthYear"]];
const weak: readonly (readonly Role[])[] = [["name"], ["facility", "lastOn"]];

export class Linker {
  readonly #registry: Registry;
  readonly #index = new Map([...strong, ...weak].map((block) => [block, new NumbersByKey()]));

  constructor(registry: Registry) {
    this.#registry = registry;
    for (let person = 0; person < registry.people.length; person++) {
      for (const [block, index] of this.#index) {
        const columns = block.map((role) => registry.codesOf(person, role));
        columns[0]!.forEach((_, i) => {
          const key = keyOf(columns.map((column) => column[i]!));
          if (key !== undefined) index.add(key, person);
        });
      }
    }
    for (const index of this.#index.values()) index.close();
  }

  link(row: SampleRow): Link | undefined {
    const seen = new Set<number>();
    const best = { link: undefined as Link | undefined, odds: 0, others: 0 };
    this.#weigh(row, strong, seen, best);
    if (best.odds < sureOdds) this.#weigh(row, weak, seen, best);
    return best.odds / (1 + best.odds + best.others) >= 0.99 ? best.link : undefined;
  }

  /** All people who ever had this phone. */
  peopleWithPhone(code: number): readonly number[] {
    return this.#index.get(strong[0]!)!.of(code, Number.POSITIVE_INFINITY);
  }

  #weigh(
    row: SampleRow,
    blocks: readonly (readonly Role[])[],
    seen: Set<number>,
    best: { link: Link | undefined; odds: number; others: number },
  ): void {
    const prior = -Math.log2(this.#registry.people.length);
    for (const block of blocks) {
      for (const codes of choices(block.map((role) => row.cells[roleAt[role]] ?? []))) {
        for (const person of this.#index.get(block)!.of(keyOf(codes)!, largestBlock)) {
          if (seen.has(person)) continue;
          seen.add(person);
          const states = this.#registry.statesOf(person);
          const odds = 2 ** (prior + Math.max(...states.map(({ codes: held }) => this.#weight(row, held))));
          best.others += Math.min(odds, best.odds);
          if (odds > best.odds) [best.link, best.odds] = [{ person, states }, odds];
        }
      }
    }
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
