// The legal clocks of a case. Which there are, from when they are in force and how long they give is data
// (data/breach-deadlines.json); each runs from a fact of the case that nobody can move later.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dateInIndia } from "../../platform/clock.js";
import { projectRoot } from "../../platform/root.js";
import type { ReportKind } from "./reports.js";

export interface DeadlineRule {
  readonly id: string;
  /** told: an allegation reached us or we noticed. aware: an answer said that it is ours. */
  readonly clock: "told" | "aware";
  readonly hours: number;
  /** yyyy-mm-dd, in India. */
  readonly inForceFrom: string;
  readonly to: string;
  readonly report: ReportKind;
  readonly basis: string;
}
export interface Deadline extends DeadlineRule {
  /** Null while its clock has not started. */
  readonly dueAt: Date | null;
  /** Whether the law asks for it on the day the clock started; before that it is our own wish. */
  readonly isInForce: boolean;
  readonly state: "waiting" | "running" | "late" | "signed";
}

let known: readonly DeadlineRule[] | undefined;
export function deadlineRules(): readonly DeadlineRule[] {
  known ??= JSON.parse(readFileSync(join(projectRoot, "data", "breach-deadlines.json"), "utf8")) as DeadlineRule[];
  return known;
}

export function deadlinesOf(
  { toldAt, awareAt }: { readonly toldAt: Date; readonly awareAt: Date | null },
  signed: ReadonlySet<string>,
  now: Date,
  rules = deadlineRules(),
): Deadline[] {
  return rules.map((rule) => {
    const from = rule.clock === "told" ? toldAt : awareAt;
    const dueAt = from && new Date(from.getTime() + rule.hours * 3_600_000);
    const isInForce = dateInIndia(from ?? now) >= rule.inForceFrom;
    if (signed.has(rule.report)) return { ...rule, dueAt, isInForce, state: "signed" };
    if (!dueAt) return { ...rule, dueAt, isInForce, state: "waiting" };
    return { ...rule, dueAt, isInForce, state: now > dueAt ? "late" : "running" };
  });
}
