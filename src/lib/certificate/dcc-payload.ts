// Builds the EU DCC 1.3 payload of one dose. The whole name stands as the surname: Indian names have no sure split into
// surname and forename, and Doc 9303-3 (section 3.4) puts an undivided name into the primary identifier.
// SPDX-License-Identifier: Apache-2.0
import { diseases } from "./codes.js";
import { icaoName } from "./romanise.js";

export interface PersonPayload {
  readonly name: string;
  readonly birthYear: number;
  /** yyyy-mm-dd; in certificates for other countries. */
  readonly birthDate?: string;
}

export interface DosePayload {
  /** SNOMED CT or value set code of the kind of vaccine. */
  readonly vaccine: string;
  readonly product: string;
  readonly manufacturer: string;
  readonly kind: "primary" | "precaution";
  /** 1 for the first dose ever, counted on through precaution doses. */
  readonly doseNumber: number;
  /** How many doses the person's primary series has. */
  readonly primaryDoses: number;
  /** yyyy-mm-dd */
  readonly givenOn: string;
  readonly country: string;
  readonly issuer: string;
  readonly certificateId: string;
}

const schemaVersion = "1.3.0";
const covid19 = Object.keys(diseases)[0]!;
const longestName = 80;

export function dccPayload(person: PersonPayload, dose: DosePayload): Map<string, unknown> {
  const { dn, sd } = doseOfSeries(dose);
  const entry = new Map<string, unknown>([
    ["tg", covid19],
    ["vp", dose.vaccine],
    ["mp", dose.product],
    ["ma", dose.manufacturer],
    ["dn", dn],
    ["sd", sd],
    ["dt", dose.givenOn],
    ["co", dose.country],
    ["is", dose.issuer],
    ["ci", dose.certificateId],
  ]);
  return new Map<string, unknown>([
    ["ver", schemaVersion],
    [
      "nam",
      new Map([
        ["fn", shortened(person.name)],
        ["fnt", icaoName(person.name, longestName)],
      ]),
    ],
    ["dob", person.birthDate ?? String(person.birthYear)],
    ["v", [entry]],
  ]);
}

/**
 * Dose number and doses of the series as the EU rules of 2022-01 write them (Commission Implementing Decision 2021/2301):
 * 1/2 and 2/2 for a primary series, 3/3 for a dose after a series of two, 2/1 for a dose after a series of one.
 */
export function doseOfSeries(dose: Pick<DosePayload, "kind" | "doseNumber" | "primaryDoses">): {
  dn: number;
  sd: number;
} {
  if (dose.kind === "primary") return { dn: dose.doseNumber, sd: Math.max(dose.primaryDoses, dose.doseNumber) };
  return { dn: dose.doseNumber, sd: dose.primaryDoses === 1 ? 1 : dose.doseNumber };
}

/** The schema allows 80 characters; a longer name is cut between two whole characters as readers see them. */
function shortened(name: string): string {
  const whole = name.normalize("NFC");
  if ([...whole].length <= longestName) return whole.trim();
  let text = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(whole)) {
    if ([...text, ...segment].length > longestName) break;
    text += segment;
  }
  return text.trim();
}
