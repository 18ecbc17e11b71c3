// Products: which product may be the next dose, given those before. Equality is of products, not of code systems:
// two products can share one CVX code.
// SPDX-License-Identifier: Apache-2.0

import { isChannelOpen, type Reading } from "./eligibility.js";
import type { DoseCode } from "./errors.js";
import type { CountedDose } from "./intervals.js";
import { addOffset, isInForce } from "./offsets.js";
import type { DoseQuestion, ProductRule, Programme, RuleRef, ScheduledDose } from "./types.js";

export type ProductAnswer =
  | { readonly ok: true; readonly rule?: RuleRef }
  | { readonly ok: false; readonly code: DoseCode; readonly rule?: RuleRef };

/** True when the primary doses of the product that began the series have all been given. */
export function isPrimaryComplete(programme: Programme, doses: readonly CountedDose[]): boolean {
  const first = doses[0];
  if (!first) return false;
  const wanted = programme.products.get(first.product)?.primaryDoses ?? null;
  return wanted !== null && doses.filter((dose) => dose.kind === "primary").length >= wanted;
}

export function checkProduct(
  programme: Programme,
  dose: ScheduledDose,
  doses: readonly CountedDose[],
  reading: Reading,
  question: DoseQuestion,
): ProductAnswer {
  if (dose.place === null || doses.length === 0) return { ok: true };
  const inForce = programme.productRules.filter((rule) => isInForce(rule.inForce, question.on));
  return dose.kind === "primary"
    ? checkPrimary(inForce, doses, question)
    : checkPrecaution(inForce, doses, reading, question);
}

function checkPrimary(rules: ProductRule[], doses: readonly CountedDose[], question: DoseQuestion): ProductAnswer {
  const same = rules.find((rule) => rule.rule === "primary-series-same-product");
  if (!same) return { ok: true };
  const isSame = doses.every((dose) => dose.product === question.product);
  return isSame ? { ok: true, rule: same.ref } : { ok: false, code: "DOSE_PRODUCT_NOT_FOR_DOSE", rule: same.ref };
}

/** A rule that names the product wins; then the same product; then the mixes that a rule allows. */
function checkPrecaution(
  rules: ProductRule[],
  doses: readonly CountedDose[],
  reading: Reading,
  question: DoseQuestion,
): ProductAnswer {
  const last = doses.findLast((dose) => dose.kind === "primary")?.product ?? "";
  const named = rules.find((rule) => rule.rule === "precaution-product" && rule.primary.includes(last));
  if (named) return checkMix(named, reading, question);
  const sameOnly = rules.find((rule) => rule.rule === "precaution-same-product-as-primary");
  if (question.product === last) return sameOnly ? { ok: true, rule: sameOnly.ref } : { ok: true };
  if (sameOnly) return { ok: false, code: "DOSE_PRODUCT_NOT_FOR_DOSE", rule: sameOnly.ref };
  const mixes = rules.filter((rule) => rule.rule === "precaution-heterologous-allowed" && rule.primary.includes(last));
  const mix = mixes.find((rule) => rule.booster.includes(question.product));
  return mix ? checkMix(mix, reading, question) : { ok: false, code: "DOSE_PRODUCT_NOT_FOR_DOSE" };
}

function checkMix(rule: ProductRule, reading: Reading, question: DoseQuestion): ProductAnswer {
  if (!rule.booster.includes(question.product)) {
    return { ok: false, code: "DOSE_PRODUCT_NOT_FOR_DOSE", rule: rule.ref };
  }
  if (rule.minAge && question.on < addOffset(reading.bornOn, rule.minAge)) {
    return { ok: false, code: "DOSE_TOO_YOUNG", rule: rule.ref };
  }
  if (reading.judging === "question" && !isChannelOpen(rule.channels, question)) {
    return { ok: false, code: "DOSE_CHANNEL_CLOSED", rule: rule.ref };
  }
  return { ok: true, rule: rule.ref };
}
