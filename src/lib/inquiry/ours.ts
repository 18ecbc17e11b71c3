// Is the content ours? People are registered everywhere; so only columns count that few other lists hold. For each of
// them: how often it agrees with our record of the linked person, against how often it would by chance, measured by
// agreement with other people of the same sample (the permutation null). Bayes factor over the rate of agreement.
// SPDX-License-Identifier: Apache-2.0
import type { ColumnRole } from "./columns.js";
import type { LinkedRow } from "./content.js";
import { type Role, roleAt } from "./normalise.js";
import { nothing, type Registry } from "./registry.js";
import { logSum } from "./statistics.js";

export interface ColumnVerdict {
  readonly column: string;
  readonly role: ColumnRole;
  readonly verdict: "OURS" | "JOINED" | "EITHER";
}

/** Columns of one group follow from one another; the strongest speaks for the group. */
const exclusive: readonly (readonly Role[])[] = [
  ["lastOn", "dose1On", "dose2On", "batch", "facility", "vaccine", "doseNo"],
  ["idLast4"],
];

interface Agreement {
  readonly n: number;
  readonly agree: number;
  readonly chance: number;
}

export function agreementOf(role: Role, rows: readonly LinkedRow[], registry: Registry): Agreement {
  const at = roleAt[role];
  const written = rows.filter(
    ({ row, states }) => row.cells[at] !== undefined && states.some(({ codes }) => codes[at] !== nothing),
  );
  const agrees = (row: LinkedRow, person: LinkedRow) =>
    person.states.some(({ codes }) => row.row.cells[at]!.includes(codes[at]!));
  const agree = written.filter((row) => agrees(row, row)).length;
  let [pairs, hits] = [0, 0];
  for (let step = 1; step < Math.min(written.length, 6); step++) {
    written.forEach((row, i) => {
      pairs++;
      if (agrees(row, written[(i + step * 7) % written.length]!)) hits++;
    });
  }
  const common = mostCommonShare(role, registry);
  return { n: written.length, agree, chance: Math.min(0.98, (hits + 5 * common + 0.05) / (pairs + 5)) };
}

/** Chance that two people of the registry agree, at most; few rows lean on it. */
function mostCommonShare(role: Role, registry: Registry): number {
  const { counts } = registry.dictionary(role);
  let squares = 0;
  for (const count of counts) squares += (count / registry.people.length) ** 2;
  return Math.min(1, squares * 3);
}

const rates = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** log10 of P(agreements | ours) / P(agreements | by chance), the rate of agreement averaged out. */
function log10BayesFactor({ n, agree, chance }: Agreement): number {
  if (n === 0) return 0;
  const under = (p: number) => agree * Math.log(p) + (n - agree) * Math.log1p(-p);
  const ours = rates.filter((rate) => rate > chance).map(under);
  return ours.length === 0 ? 0 : (logSum(ours) - Math.log(ours.length) - under(chance)) / Math.LN10;
}

/** log10 of how much likelier so few linked rows are by chance than of a sample of ours; never evidence for us. */
export function log10OfLinking(linked: number, rows: number): number {
  const ours = rates.map((rate) => linked * Math.log(rate) + (rows - linked) * Math.log1p(-rate));
  const anyShare = Array.from(
    { length: 50 },
    (_, i) => linked * Math.log((i + 0.5) / 50) + (rows - linked) * Math.log1p(-(i + 0.5) / 50),
  );
  return Math.min(0, (logSum(ours) - Math.log(ours.length) - logSum(anyShare) + Math.log(50)) / Math.LN10);
}

export interface Ours {
  readonly log10LR: number;
  readonly columns: readonly ColumnVerdict[];
  readonly exclusiveColumns: number;
}

export function isItOurs(
  columns: readonly string[],
  columnRoles: readonly ColumnRole[],
  rows: readonly LinkedRow[],
  registry: Registry,
): Ours {
  const factors = new Map<ColumnRole, number>();
  const verdicts = columns.map((column, i): ColumnVerdict => {
    const role = columnRoles[i]!;
    if (role === "token") return { column, role, verdict: "EITHER" };
    if (role === "birthDate" || role === "other") return { column, role, verdict: "JOINED" };
    const agreement = agreementOf(role, rows, registry);
    factors.set(role, log10BayesFactor(agreement));
    return { column, role, verdict: ledgerOf(role, agreement, factors.get(role)!) };
  });
  const groups = exclusive
    .map((group) => group.filter((role) => factors.has(role)).map((role) => factors.get(role)!))
    .filter((group) => group.length > 0);
  const log10LR = groups.reduce((sum, group) => sum + group.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)), 0);
  return { log10LR, columns: verdicts, exclusiveColumns: groups.flat().length };
}

function ledgerOf(role: Role, { n, agree }: Agreement, factor: number): ColumnVerdict["verdict"] {
  if (n < 5) return "EITHER";
  if (factor < -1 && agree < 0.4 * n) return "JOINED";
  return factor > 2 && exclusive.flat().includes(role) ? "OURS" : "EITHER";
}
