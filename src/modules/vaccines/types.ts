// The words of the dose rules: what is asked, what is answered, and the one form that every rule file is brought
// into before it is used. Nothing here knows a country, a disease or a product by name.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { DoseCode } from "./errors.js";

// ── The question ────────────────────────────────────────────────────────────────────────────────────────────────

/** What is known of a person. An absent list means "not known", an empty one means "none". */
export interface PersonFacts {
  readonly birthYear: number;
  /** The full date, when a document shows it. Without it the year alone must decide. */
  readonly bornOn?: IsoDate | undefined;
  /** Groups of the rule file that the person belongs to, for instance "HCW". */
  readonly groups?: readonly string[] | undefined;
  /** Conditions of the rule file that hold for the person today, for instance "comorbidity". */
  readonly conditions?: readonly string[] | undefined;
  readonly permits?: readonly Permit[] | undefined;
  /** Days that deferrals count from, for instance { "recovered": "2021-06-01", "other-vaccine": "2021-06-20" }. */
  readonly events?: Readonly<Record<string, IsoDate>> | undefined;
}

/** A permit on record: who gave it and for what reason, in the words of the rule file. */
export interface Permit {
  readonly permit: string;
  readonly reason: string;
}

/** A dose that was given (never one entered in error). */
export interface GivenDose {
  readonly product: string;
  readonly givenOn: IsoDate;
  readonly bookedOn?: IsoDate | undefined;
  readonly component?: string | undefined;
}

export interface DoseQuestion {
  readonly on: IsoDate;
  readonly product: string;
  /** "gov-online", "private-walk-in", …: not given means not checked. */
  readonly channel?: string | undefined;
  /** Facts of the place, for instance that its state opted in to walk-ins. */
  readonly circumstances?: readonly string[] | undefined;
  /** When the appointment was booked: a change of rules may honour bookings made before it. */
  readonly bookedOn?: IsoDate | undefined;
  readonly component?: string | undefined;
}

// ── The answer ──────────────────────────────────────────────────────────────────────────────────────────────────

export type DoseKind = "primary" | "precaution";

/** Where a rule comes from. Confidence: A several reports of the official text, B one, C not confirmed. */
export interface RuleRef {
  readonly id: string;
  readonly source: string;
  readonly confidence: "A" | "B" | "C";
}

export interface MayGive {
  readonly may: true;
  /** Which dose of the rule file it is, for instance "COVAXIN/2" or "OPV-1". */
  readonly doseId: string;
  /** 1 for the first valid dose of the series. */
  readonly doseNumber: number;
  readonly kind: DoseKind;
  /** For products whose doses differ: which one it must be. */
  readonly component?: string;
  readonly rules: readonly RuleRef[];
  /** Conditions of the person that ask for care but do not forbid. */
  readonly cautions: readonly RuleRef[];
}
export interface MayNotGive {
  readonly may: false;
  readonly code: DoseCode;
  readonly rule?: RuleRef;
  /** The first later day on which the same question would be answered yes, if there is one. */
  readonly earliestOn?: IsoDate;
}
export type DoseAnswer = MayGive | MayNotGive;

export interface DueWindow {
  readonly state: "due";
  readonly from: IsoDate;
  readonly recommendedFrom?: IsoDate;
  readonly recommendedTo?: IsoDate;
  /** Products that may be given on the first day. */
  readonly products: readonly string[];
  readonly doseId: string;
  readonly doseNumber: number;
  readonly kind: DoseKind;
  readonly rules: readonly RuleRef[];
}
export type NextDue = DueWindow | { readonly state: "complete" } | { readonly state: "none-now" };

export interface EvaluatedDose {
  readonly dose: GivenDose;
  readonly valid: boolean;
  /** False when the answer rests on a fact that is not known, such as the day of birth; the person gets the benefit. */
  readonly certain: boolean;
  readonly doseId?: string;
  readonly doseNumber?: number;
  readonly kind?: DoseKind;
  readonly code?: DoseCode;
  readonly rules: readonly RuleRef[];
}

// ── The normal form of a rule file ──────────────────────────────────────────────────────────────────────────────

/** Calendar months and days, added in that order. */
export interface Offset {
  readonly months: number;
  readonly days: number;
}
/** First and last day, both included; null is open. */
export interface InForce {
  readonly from: IsoDate | null;
  readonly to: IsoDate | null;
}

export interface Product {
  readonly id: string;
  /** Doses of one series count together. */
  readonly series: string;
  /** Null for a product that only follows others. */
  readonly primaryDoses: number | null;
  readonly components: readonly string[];
  /** Code systems as the file gives them (cvx, euMp, sct, …). */
  readonly codes: Readonly<Record<string, string | readonly string[]>>;
}

/** A dose of the schedule: a place in a history that a given dose can fill. */
export interface ScheduledDose {
  readonly id: string;
  readonly product: string;
  readonly kind: DoseKind;
  /** Its number in the series; "after-primary"; or null when age and needs alone decide. */
  readonly place: number | "after-primary" | null;
  /** Doses that must be there, the first of them given while the person was no older than `givenBy`. */
  readonly needs: readonly { readonly dose: string; readonly givenBy?: Offset }[];
}

/** An age clock: how old on which day. `below` is exclusive ("59 completed"), `until` inclusive ("up to 1 year"). */
export interface AgeTest {
  readonly on: "vaccination" | IsoDate;
  readonly min?: Offset;
  readonly below?: Offset;
  readonly until?: Offset;
}
export interface ChannelRule {
  readonly channel: string;
  readonly inForce: InForce;
  readonly requires?: string;
}
/** Who may have which dose from when. One window that says yes is enough. */
export interface Eligibility {
  readonly ref: RuleRef;
  readonly inForce: InForce;
  readonly kind?: DoseKind;
  readonly doseId?: string;
  readonly age: AgeTest;
  readonly birthYears?: { readonly max?: number; readonly oneOf?: readonly number[] };
  readonly anyOfGroups?: readonly string[];
  readonly requires: readonly string[];
  readonly closedBy: readonly string[];
  readonly products?: readonly string[];
  readonly channels?: readonly ChannelRule[];
  readonly recommendedUntil?: Offset;
}

/** A least gap before a dose, counted from a named dose or from the last one of the series. */
export interface Interval {
  readonly ref: RuleRef;
  readonly inForce: InForce;
  readonly to: ReadonlySet<string>;
  readonly from: string | "latest";
  readonly minDays: number;
  readonly recommendedDays?: readonly [number, number];
  readonly enforcedFrom?: IsoDate;
  readonly honoursBookingsBefore?: IsoDate;
  readonly exception?: { readonly permit: string; readonly reasons: readonly string[] };
}

export interface ProductRule {
  readonly ref: RuleRef;
  readonly inForce: InForce;
  readonly rule:
    | "primary-series-same-product"
    | "precaution-same-product-as-primary"
    | "precaution-heterologous-allowed"
    | "precaution-product";
  readonly primary: readonly string[];
  readonly booster: readonly string[];
  readonly minAge?: Offset;
  readonly channels?: readonly ChannelRule[];
}
export interface Deferral {
  readonly ref: RuleRef;
  readonly inForce: InForce;
  readonly event: string;
  readonly wait: Offset;
  /** Conditions that defer for as long as they last. */
  readonly whileConditions: readonly string[];
}
export interface Contraindication {
  readonly ref: RuleRef;
  readonly inForce: InForce;
  readonly condition: string;
  readonly absolute: boolean;
}

export interface Programme {
  readonly id: string;
  readonly products: ReadonlyMap<string, Product>;
  readonly doses: readonly ScheduledDose[];
  readonly eligibility: readonly Eligibility[];
  readonly intervals: readonly Interval[];
  readonly productRules: readonly ProductRule[];
  readonly deferrals: readonly Deferral[];
  readonly contraindications: readonly Contraindication[];
  /** Minutes that a person stays under observation. */
  readonly observationMinutes: number;
}
