// The first shape of a rule file: a campaign against one disease. Several products, who may come from when, gaps
// between dose 1, dose 2 and the precaution dose. All products are one series.
// SPDX-License-Identifier: Apache-2.0
import type { Static } from "typebox";
import type { CampaignFile, Channels, Effective } from "./campaign-schema.js";
import { parseOffset, years } from "./offsets.js";
import type {
  AgeTest,
  ChannelRule,
  Contraindication,
  Deferral,
  Eligibility,
  InForce,
  Interval,
  Product,
  ProductRule,
  Programme,
  RuleRef,
  ScheduledDose,
} from "./types.js";

/** The normal form of a campaign file that has passed its schema. */
export function normaliseCampaign(file: CampaignFile): Programme {
  const products = new Map(file.products.map((row) => [row.id, productOf(row, file.programme.id)]));
  const doses = [...products.values()].flatMap(dosesOf);
  return {
    id: file.programme.id,
    products,
    doses,
    eligibility: file.eligibility.map(eligibilityOf),
    intervals: file.intervals.map((row) => intervalOf(row, doses)),
    productRules: file.productRules.map(productRuleOf),
    deferrals: file.deferrals.map(deferralOf),
    contraindications: file.contraindications.map(contraindicationOf),
    observationMinutes: file.site.observationMinutes,
  };
}

type Row<Key extends keyof CampaignFile> = CampaignFile[Key] extends (infer One)[] ? One : never;

export function refOf(row: { id: string; source: string; confidence: "A" | "B" | "C" }): RuleRef {
  return { id: row.id, source: row.source, confidence: row.confidence };
}
export function inForceOf(effective: Static<typeof Effective> | undefined): InForce {
  return { from: effective?.[0] ?? null, to: effective?.[1] ?? null };
}

function productOf(row: Row<"products">, series: string): Product {
  const { id, primaryDoses, components, $comment: _comment, ...rest } = row;
  const codes = Object.entries(rest).filter(([, value]) => typeof value === "string" || isTexts(value));
  return {
    id,
    series,
    primaryDoses,
    components: components ?? [],
    codes: Object.fromEntries(codes) as Record<string, string | string[]>,
  };
}
function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function dosesOf(product: Product): ScheduledDose[] {
  const primary = Array.from({ length: product.primaryDoses ?? 0 }, (_, index) => ({
    id: `${product.id}/${index + 1}`,
    product: product.id,
    kind: "primary" as const,
    place: index + 1,
    needs: [],
  }));
  const id = `${product.id}/precaution`;
  return [...primary, { id, product: product.id, kind: "precaution", place: "after-primary", needs: [] }];
}

function channelsOf(rows: Static<typeof Channels>): ChannelRule[] {
  return rows.map((row) =>
    typeof row === "string"
      ? { channel: row, inForce: { from: null, to: null } }
      : {
          channel: row.channel,
          inForce: { from: row.from ?? null, to: row.to ?? null },
          ...(row.if ? { requires: row.if } : {}),
        },
  );
}

function eligibilityOf(row: Row<"eligibility">): Eligibility {
  const age: AgeTest = {
    on: row.ageAt ?? "vaccination",
    ...(row.ageMinY === undefined ? {} : { min: years(row.ageMinY) }),
    ...(row.ageMaxY === undefined ? {} : { below: years(row.ageMaxY + 1) }),
  };
  const birthYears = {
    ...(row.birthYearMax === undefined ? {} : { max: row.birthYearMax }),
    ...(row.birthYearIn ? { oneOf: row.birthYearIn } : {}),
  };
  return {
    ref: refOf(row),
    inForce: { from: row.from, to: row.to ?? null },
    kind: row.doseKind,
    age,
    ...(Object.keys(birthYears).length > 0 ? { birthYears } : {}),
    ...(row.anyOfGroups ? { anyOfGroups: row.anyOfGroups } : {}),
    requires: row.requires ?? [],
    closedBy: [],
    ...(row.products ? { products: row.products } : {}),
    ...(row.channels ? { channels: channelsOf(row.channels) } : {}),
  };
}

function intervalOf(row: Row<"intervals">, doses: readonly ScheduledDose[]): Interval {
  const place = row.toDose === "precaution" ? "after-primary" : row.toDose;
  const to = doses.filter((dose) => (row.product === "*" || dose.product === row.product) && dose.place === place);
  return {
    ref: refOf(row),
    inForce: inForceOf(row.effective),
    to: new Set(to.map((dose) => dose.id)),
    from: "latest",
    minDays: row.minDays,
    ...(row.recDays ? { recommendedDays: row.recDays } : {}),
    ...(row.enforcedByPortalFrom ? { enforcedFrom: row.enforcedByPortalFrom } : {}),
    ...(row.grandfather ? { honoursBookingsBefore: row.grandfather.date } : {}),
    ...(row.exception ? { exception: { permit: row.exception.permit, reasons: row.exception.reasons } } : {}),
  };
}

function productRuleOf(row: Row<"productRules">): ProductRule {
  return {
    ref: refOf(row),
    inForce: inForceOf(row.effective),
    rule: row.rule,
    primary: row.primary ?? [],
    booster: row.booster ?? [],
    ...(row.ageMinY === undefined ? {} : { minAge: years(row.ageMinY) }),
    ...(row.channels ? { channels: channelsOf(row.channels) } : {}),
  };
}

function deferralOf(row: Row<"deferrals">): Deferral {
  const wait = parseOffset(row.wait)!;
  return {
    ref: refOf(row),
    inForce: inForceOf(row.effective),
    event: row.event,
    wait,
    whileConditions: row.while ?? [],
  };
}

function contraindicationOf(row: Row<"contraindications">): Contraindication {
  const absolute = row.severity === "absolute";
  return { ref: refOf(row), inForce: inForceOf(row.effective), condition: row.condition, absolute };
}
