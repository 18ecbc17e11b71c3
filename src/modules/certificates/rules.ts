// What a certificate says about a dose: its stage, its codes, how long its signature stands. Pure decisions.
// SPDX-License-Identifier: Apache-2.0
import { productNames } from "../../lib/certificate/index.js";
import type { DoseDetails } from "../disclosure/index.js";
import type { Product } from "../vaccines/index.js";
import type { Stage } from "./types.js";

/** Names in certificates. "SAKSHI" is the issuing authority inside the certificate id. */
export const issuer = { country: "IN", name: "Sakshi vaccination registry", authority: "SAKSHI" } as const;

/** A dose is a fact for ever; a signature is not. After this a certificate is issued anew (ADR 0030). */
const signatureYears = 5;

export function expiryOf(issuedAt: Date): Date {
  const expiry = new Date(issuedAt);
  expiry.setUTCFullYear(expiry.getUTCFullYear() + signatureYears);
  return expiry;
}

export interface ProductCodes {
  readonly vaccine: string;
  readonly product: string;
  readonly manufacturer: string;
}

/** Codes that stand in for those which the EU value sets lack, by product id (data/valuesets/in-additional.json). */
export type AdditionalCodes = Readonly<
  Record<string, { readonly vp: string; readonly mp: string; readonly ma: string }>
>;

/** The rule file's EU codes; where one is missing, the additional ones. Undefined if neither knows the product. */
export function codesOf(product: Product, additional: AdditionalCodes): ProductCodes | undefined {
  const { euMp, euMa, sct } = product.codes;
  const [vaccine] = Array.isArray(sct) ? (sct as readonly string[]) : [];
  if (typeof euMp === "string" && typeof euMa === "string" && vaccine)
    return { vaccine, product: euMp, manufacturer: euMa };
  const codes = additional[product.id];
  return codes && { vaccine: codes.vp, product: codes.mp, manufacturer: codes.ma };
}

/** The product's name as the QR code's code stands for, so that paper and code say the same. */
export function printedName(product: Product | undefined, additional: AdditionalCodes): string | undefined {
  const codes = product && codesOf(product, additional);
  return codes && productNames[codes.product];
}

/** The doses that count, oldest first. */
export function validDoses(doses: readonly DoseDetails[]): DoseDetails[] {
  return doses.filter((dose) => !dose.enteredInError).sort((a, b) => a.doseNumber - b.doseNumber);
}

/** How many doses the primary series of this history has: decided by the product that began it. */
export function primaryDosesOf(doses: readonly DoseDetails[], products: ReadonlyMap<string, Product>): number {
  const primary = validDoses(doses).filter((dose) => dose.kind === "primary");
  const planned = primary[0] ? (products.get(primary[0].product)?.primaryDoses ?? 0) : 0;
  return Math.max(planned, primary.length, 1);
}

export function stageOf(dose: Pick<DoseDetails, "kind" | "doseNumber">, primaryDoses: number): Stage {
  if (dose.kind === "precaution") return "precaution";
  return dose.doseNumber < primaryDoses ? "provisional" : "final";
}
