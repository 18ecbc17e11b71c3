// The words of consents, in the shape of ABDM's consent artefact. What is asked for are terms; the person accepts them
// whole or not at all.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";

/** ABDM's purposes. BTG, breaking the glass, is no consent and is not offered to partners. */
export const purposeCodes = ["CAREMGT", "PUBHLTH", "HPAYMT", "DSRCH", "PATRQT"] as const;
export type PurposeCode = (typeof purposeCodes)[number];

/** ABDM's ImmunizationRecord: name, birth year, gender, doses. Ours, VaccinationStatus: no more than 0, 1 or 2. */
export const hiTypes = ["ImmunizationRecord", "VaccinationStatus"] as const;
export type HiType = (typeof hiTypes)[number];

export const accessModes = ["VIEW", "STORE", "QUERY"] as const;
export type AccessMode = (typeof accessModes)[number];

export const frequencyUnits = ["HOUR", "DAY", "WEEK", "MONTH", "YEAR"] as const;
export type FrequencyUnit = (typeof frequencyUnits)[number];

export interface ConsentTerms {
  readonly purpose: PurposeCode;
  readonly hiTypes: readonly HiType[];
  readonly accessMode: AccessMode;
  /** Doses given from the first to the last of these days. */
  readonly dosesFrom: IsoDate;
  readonly dosesTo: IsoDate;
  /** The end of the consent; by then the partner has erased what it kept. */
  readonly eraseAt: Date;
  /** At most 1 + `repeats` looks in each stretch of `value` units. */
  readonly frequency: { readonly unit: FrequencyUnit; readonly value: number; readonly repeats: number };
}

export type ConsentState = "REQUESTED" | "GRANTED" | "DENIED" | "EXPIRED" | "REVOKED";

export interface Consent {
  readonly consentId: string;
  readonly partnerId: string;
  readonly partnerName: string;
  readonly terms: ConsentTerms;
  readonly state: ConsentState;
  readonly createdAt: Date;
  /** A request that nobody answered until then is over. */
  readonly answerBy: Date;
  readonly answeredAt: Date | null;
  readonly revokedAt: Date | null;
  /** When the partner said that it erased what it had. */
  readonly erasedAt: Date | null;
  readonly beneficiaryId: string | null;
  /** The person's id towards this partner under this consent: random, and known to nobody else. */
  readonly pairwiseId: string | null;
  /** The signed artefact, a JWS. */
  readonly signature: string | null;
}

/** A consent as it is looked up for its partner. */
export interface ConsentOfPartner extends Consent {
  /** Until then the looks of its frequency are used up; null when there are some left. */
  readonly usedUpUntil: Date | null;
}

/** The partner behind a key that was used. */
export interface PartnerCaller {
  readonly partnerId: string;
  readonly keyId: string;
}
