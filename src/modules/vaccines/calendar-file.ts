// The second shape of a rule file: a calendar of doses by age, as routine immunisation has it. Each vaccine is a
// series of its own; which dose a visit gives follows from age and from the doses before.
// SPDX-License-Identifier: Apache-2.0
import { type Static, Type } from "typebox";
import { daysBetween } from "../../platform/clock.js";
import { inForceOf } from "./campaign-file.js";
import { Confidence, Effective } from "./campaign-schema.js";
import { addOffset, parseOffset } from "./offsets.js";
import type { Eligibility, Interval, Product, Programme, RuleRef, ScheduledDose } from "./types.js";

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Age = Type.String({ format: "offset" });
const Ages = Type.Record(Text, Age);

const DoseRow = Type.Object(
  {
    id: Text,
    product: Text,
    due: Type.Optional(Age),
    after: Type.Optional(Ages),
    startBy: Type.Optional(Ages),
    /** An age, or a condition that ends the window. */
    latest: Type.Optional(Text),
    recUntil: Type.Optional(Age),
    trigger: Type.Optional(Text),
    scope: Type.Optional(Text),
    if: Type.Optional(Text),
    preferBefore: Type.Optional(Text),
    effective: Type.Optional(Effective),
    source: Type.Optional(Text),
    confidence: Type.Optional(Confidence),
    antigens: Type.Optional(Type.Array(Text)),
    dose: Type.Optional(Type.Array(Type.Object({ untilAge: Type.Optional(Age), ml: Type.Number() }, closed))),
    ml: Type.Optional(Type.Number()),
    drops: Type.Optional(Type.Integer()),
    route: Type.Optional(Text),
    site: Type.Optional(Text),
    $comment: Type.Optional(Text),
  },
  closed,
);

export const CalendarFile = Type.Object(
  {
    $comment: Type.Optional(Text),
    shape: Type.Literal("calendar"),
    programme: Type.Object(
      { id: Text, source: Text, confidence: Confidence, observationMinutes: Type.Integer({ minimum: 0 }) },
      closed,
    ),
    doses: Type.Array(DoseRow, { minItems: 1 }),
    openVial: Type.Optional(Type.Array(Type.Object({ vaccines: Type.Array(Text) }))),
  },
  closed,
);
export type CalendarFile = Static<typeof CalendarFile>;
type Row = CalendarFile["doses"][number];

/** The normal form of a calendar file that has passed its schema. */
export function normaliseCalendar(file: CalendarFile): Programme {
  // A dose for an occasion (pregnancy) comes before the doses of the same vaccine that age alone makes due.
  const rows = [...file.doses].sort((a, b) => Number(b.trigger !== undefined) - Number(a.trigger !== undefined));
  const ref = (row: Row): RuleRef => ({
    id: row.id,
    source: row.source ?? file.programme.source,
    confidence: row.confidence ?? file.programme.confidence,
  });
  return {
    id: file.programme.id,
    products: productsOf(file.doses),
    doses: rows.map(doseOf),
    eligibility: rows.map((row) => eligibilityOf(row, ref(row))),
    intervals: rows.flatMap((row) => intervalsOf(row, ref(row))),
    productRules: [],
    deferrals: [],
    contraindications: [],
    observationMinutes: file.programme.observationMinutes,
  };
}

function productsOf(rows: readonly Row[]): Map<string, Product> {
  const ids = [...new Set(rows.map((row) => row.product))];
  const count = (id: string) => rows.filter((row) => row.product === id).length;
  return new Map(ids.map((id) => [id, { id, series: id, primaryDoses: count(id), components: [], codes: {} }]));
}

function doseOf(row: Row): ScheduledDose {
  const needed = new Set([...Object.keys(row.after ?? {}), ...Object.keys(row.startBy ?? {})]);
  const needs = [...needed].map((dose) => {
    const givenBy = row.startBy?.[dose];
    return givenBy ? { dose, givenBy: parseOffset(givenBy)! } : { dose };
  });
  return { id: row.id, product: row.product, kind: "primary", place: null, needs };
}

function eligibilityOf(row: Row, ref: RuleRef): Eligibility {
  const until = row.latest ? parseOffset(row.latest) : undefined;
  return {
    ref,
    inForce: inForceOf(row.effective),
    doseId: row.id,
    age: {
      on: "vaccination",
      ...(row.due ? { min: parseOffset(row.due)! } : {}),
      ...(until ? { until } : {}),
    },
    requires: [row.trigger, row.scope, row.if].filter((one) => one !== undefined),
    closedBy: row.latest && !until ? [row.latest] : [],
    ...(row.recUntil ? { recommendedUntil: parseOffset(row.recUntil)! } : {}),
  };
}

function intervalsOf(row: Row, ref: RuleRef): Interval[] {
  return Object.entries(row.after ?? {}).map(([from, gap]) => ({
    ref,
    inForce: inForceOf(row.effective),
    to: new Set([row.id]),
    from,
    minDays: inDays(gap),
  }));
}

/** Gaps are written in days or weeks; the schema of the file leaves months to ages. */
function inDays(gap: string): number {
  const offset = parseOffset(gap)!;
  return daysBetween("2001-01-01", addOffset("2001-01-01", offset));
}
