// The words of beneficiaries. A person is an id here; who it is lies sealed in the vault.
// SPDX-License-Identifier: Apache-2.0
import type { PersonRecord } from "../disclosure/index.js";

/** Co-WIN allowed four people a mobile, and six from 21 January 2022. */
export const mostPeople = 6;
export const consentVersion = 1;

export type Gender = PersonRecord["gender"];
export const genders = ["Male", "Female", "Others"] as const satisfies readonly Gender[];

/** Photo ids that Co-WIN took, with its numbers; the last two came in 2022 under numbers of our own. */
export const photoIdTypes = [
  { id: 1, type: "Aadhaar Card" },
  { id: 2, type: "Driving License" },
  { id: 3, type: "Health Insurance Smart Card issued under the scheme of Ministry of Labour" },
  { id: 4, type: "MNREGA Job Card" },
  { id: 5, type: "Official identity cards issued to MPs/MLAs/MLCs" },
  { id: 6, type: "PAN Card" },
  { id: 7, type: "Passbooks issued by Bank/Post Office" },
  { id: 8, type: "Passport" },
  { id: 9, type: "Pension Document" },
  { id: 10, type: "Service Identity Card issued to employees by Central/ State Govt./ PSUs/ Public Limited Companies" },
  { id: 11, type: "Smart Card issued by RGI under NPR" },
  { id: 12, type: "Voter ID" },
  { id: 13, type: "Others(Local Authority)" },
  { id: 14, type: "Unique Disability ID" },
  { id: 15, type: "Ration Card with photo" },
] as const;
export type PhotoIdTypeId = (typeof photoIdTypes)[number]["id"];

/** As typed in a form; checked by the command. */
export interface PersonInput {
  readonly name: string;
  readonly birthYear: string;
  readonly gender: string;
  /** Number of a photo id type. */
  readonly photoIdType: string;
  readonly photoIdLast4: string;
  /** "yes" when the notice was agreed to. */
  readonly consent: string;
}

export interface Identity {
  readonly name: string;
  readonly birthYear: number;
  readonly gender: Gender;
  readonly photoIdType: string;
  readonly photoIdLast4: string;
}

export interface Beneficiary {
  readonly beneficiaryId: string;
  /** Fourteen digits, as Co-WIN's beneficiary_reference_id. */
  readonly referenceId: number;
  readonly createdAt: Date;
}

export interface Registered {
  readonly beneficiaryId: string;
  readonly referenceId: number;
  readonly accountId: string;
}
