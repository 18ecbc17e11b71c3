// What every form of a certificate is made from: a person, their doses, and what the issuer says of itself.
// SPDX-License-Identifier: Apache-2.0
import { manufacturers, products, vaccines } from "./codes.js";
import type { DosePayload } from "./dcc-payload.js";
import type { IssuerNames } from "./own-keys.js";
import type { StatusReference } from "./status.js";

export interface PersonFacts {
  readonly name: string;
  readonly birthYear: number;
  readonly gender: "Male" | "Female" | "Others";
  /** For other countries: both, or neither. */
  readonly birthDate?: string;
  readonly passportNumber?: string;
}

export interface DoseFacts extends Omit<DosePayload, "certificateId" | "issuer"> {
  readonly batch: string;
  readonly place: string;
  /** CDC's code of the vaccine, which SMART Health Cards use. */
  readonly cvx: string | undefined;
}

export type Stage = "provisional" | "final" | "precaution";

export interface CourseFacts {
  readonly person: PersonFacts;
  /** In the order they were given; the last is the one that the certificate is issued for. */
  readonly doses: readonly [DoseFacts, ...DoseFacts[]];
  readonly stage: Stage;
  readonly certificateId: string;
  readonly issuer: IssuerNames & { readonly name: string };
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** In the list that the form can name: a token's or a credential's. */
  readonly status: StatusReference;
}

export function lastDose({ doses }: Pick<CourseFacts, "doses">): DoseFacts {
  return doses.at(-1)!;
}

/** Names for codes, the code where there is none. */
export function namesOf(dose: DoseFacts): { vaccine: string; product: string; manufacturer: string } {
  return {
    vaccine: vaccines[dose.vaccine] ?? dose.vaccine,
    product: products[dose.product] ?? dose.product,
    manufacturer: manufacturers[dose.manufacturer] ?? dose.manufacturer,
  };
}

/** Whole seconds: the precision that signed times have here. */
export function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
export function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** The course in plain words of ours, for SD-JWT VC and W3C credentials. */
export function courseClaims({ person, doses, stage }: CourseFacts) {
  return {
    name: person.name,
    birthYear: person.birthYear,
    gender: person.gender,
    ...(person.birthDate !== undefined && { birthDate: person.birthDate }),
    ...(person.passportNumber !== undefined && { passportNumber: person.passportNumber }),
    stage,
    vaccinations: doses.map((dose) => ({
      dose: dose.doseNumber,
      kind: dose.kind,
      ...namesOf(dose),
      batch: dose.batch,
      givenOn: dose.givenOn,
      place: dose.place,
      country: dose.country,
    })),
  };
}
