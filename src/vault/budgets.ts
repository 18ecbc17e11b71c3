// How often an actor may look, by kind of explanation, an hour and a day, and how many misses end it: policy/budgets.json,
// read once. The numbers leave room for a site with 600 people a day and one desk; what they stop is a program behind
// a sign-in. The database counts (db/migrations/0130_budgets.sql).
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../platform/root.js";

/** Looks are people × openings: ten people opened twice are twenty. */
export interface Budget {
  readonly hour: number;
  readonly day: number;
}
export interface Budgets {
  /** Undefined for the house's own services, whose looks are bound to one dose, appointment or case each. */
  of(actorKind: string, explanation: string): Budget | undefined;
  /** After how many refused attempts a day a sign-in is stopped; undefined when nobody is behind it. */
  missesOf(actorKind: string): number | undefined;
  /** How many refused attempts of an actor a day are written down; more are counted. Undefined: each is. */
  writtenOf(actorKind: string): number | undefined;
  /** For the page that people read. */
  readonly table: BudgetTable;
}
export interface BudgetTable {
  /** Kind of actor → kind of explanation → budget; "other" is for every kind that has no line. */
  readonly looks: Readonly<Record<string, Readonly<Record<string, Budget>>>>;
  readonly misses: Readonly<Record<string, number>>;
  readonly written: Readonly<Record<string, number>>;
}

const unbounded = "system";

export function budgetsText(): string {
  return readFileSync(join(projectRoot, "policy", "budgets.json"), "utf8");
}

/** Throws when the file is not sound: then nothing is disclosed. */
export function loadBudgets(text = budgetsText()): Budgets {
  const table = JSON.parse(text) as BudgetTable;
  for (const [actorKind, kinds] of Object.entries(table.looks)) {
    for (const [kind, { hour, day }] of Object.entries(kinds)) {
      if (!isCount(hour) || !isCount(day) || hour > day) throw new Error(`no sound budget: ${actorKind} ${kind}`);
    }
  }
  for (const [actorKind, most] of [...Object.entries(table.misses), ...Object.entries(table.written)]) {
    if (!isCount(most)) throw new Error(`no sound number of misses: ${actorKind}`);
  }
  return {
    of(actorKind, explanation) {
      if (actorKind === unbounded) return undefined;
      const kinds = own(table.looks, actorKind) ?? {};
      return own(kinds, explanation) ?? own(kinds, "other") ?? { hour: 0, day: 0 };
    },
    missesOf: (actorKind) => own(table.misses, actorKind),
    writtenOf: (actorKind) => own(table.written, actorKind),
    table,
  };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
