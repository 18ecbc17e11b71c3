// How well a leaked row fits what the registry held on the person at some time: the likelihood of its cells given a state.
// P(cell | state) = (1-η)·[equal] + η·u(cell), u the value's frequency; an empty cell where a dose stood is a slip too.
// Relative to the person's best state and mixed with ρ ("of ours, but of another time"), so that one odd row never decides.
// SPDX-License-Identifier: Apache-2.0

import type { Link } from "./link.js";
import { namesAreClose, roleAt, versionRoles } from "./normalise.js";
import { nothing, type Registry } from "./registry.js";
import type { SampleRow } from "./sample-rows.js";

export const otherTime = 0.03;

export interface LinkedRow extends Link {
  readonly row: SampleRow;
  /** Place in the sample. */
  readonly index: number;
  /** Log likelihood of the cells in each state. */
  readonly ofStates: readonly number[];
  readonly best: number;
  /** Of 0 to 1: how well the row fits each state, against the best. */
  readonly fits: readonly number[];
}

export class Content {
  readonly #registry: Registry;
  readonly #noise: number;
  readonly #written: readonly boolean[];

  /** `written`: roles that the sample has a column for; only there does an empty cell say something. */
  constructor(registry: Registry, written: readonly boolean[], noise: number) {
    this.#registry = registry;
    this.#written = written;
    this.#noise = Math.min(0.5, Math.max(0.02, noise));
  }

  linked(row: SampleRow, index: number, link: Link): LinkedRow {
    const ofStates = link.states.map(({ codes }) => this.logLikelihood(row, codes));
    const best = Math.max(...ofStates);
    return { ...link, row, index, ofStates, best, fits: ofStates.map((log) => relative(log, best)) };
  }

  logLikelihood(row: SampleRow, codes: Int32Array): number {
    let sum = 0;
    for (let role = 0; role < codes.length; role++) {
      if (this.#written[role]) sum += Math.log(this.#cell(row, role, codes[role]!));
    }
    return sum;
  }

  /** At most 1: how well a state fits, against the person's best. */
  relative(row: LinkedRow, codes: Int32Array): number {
    return relative(this.logLikelihood(row.row, codes), row.best);
  }

  #cell(row: SampleRow, role: number, held: number): number {
    const cell = row.cells[role];
    if (cell === undefined) return role >= versionRoles && held !== nothing ? Math.max(0.03, this.#noise * 0.5) : 1;
    const { counts, values } = this.#registry.dictionaries[role]!;
    const common = cell.length > 0 ? (counts[cell[0]!]! + 1) / (this.#registry.people.length + 2) : 1e-4;
    const chance = this.#noise * Math.max(common, 1e-4);
    if (held === nothing) return chance;
    if (cell.includes(held)) return 1 - this.#noise + chance;
    const close = role === roleAt.name && row.name !== undefined && namesAreClose(row.name, values[held]!);
    return close ? this.#noise * 0.5 : chance;
  }
}

const relative = (log: number, best: number): number => (1 - otherTime) * Math.exp(Math.min(0, log - best)) + otherTime;

/** Share of written version cells that differ from the best state: the sample's rate of slips. */
export function noiseOf(rows: readonly { row: SampleRow; link: Link }[], registry: Registry): number {
  let [cells, wrong] = [2, 0.1];
  for (const { row, link } of rows) {
    const misses = link.states.map(({ codes }) => {
      let [seen, off] = [0, 0];
      for (let role = 0; role < versionRoles; role++) {
        const cell = row.cells[role];
        if (cell === undefined || codes[role] === nothing) continue;
        seen++;
        const close =
          role === roleAt.name &&
          row.name !== undefined &&
          namesAreClose(row.name, registry.dictionaries[role]!.values[codes[role]!]!);
        if (!cell.includes(codes[role]!) && !close) off++;
      }
      return { seen, off };
    });
    const least = misses.reduce((a, b) => (b.off < a.off ? b : a));
    cells += least.seen;
    wrong += least.off;
  }
  return wrong / cells;
}
