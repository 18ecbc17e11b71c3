// The lines of the world format sakshi-inquiry-world/1: what a registry holds, to whom it disclosed it, and the leaked
// samples. Described in docs/inquiry.md. Types only.
// SPDX-License-Identifier: Apache-2.0

export const worldFormat = "sakshi-inquiry-world/1";

export interface WorldHead {
  readonly format: string;
  readonly asOf: string;
  readonly population: number;
  readonly logComplete: boolean;
  readonly logGaps?: readonly { readonly facility: string; readonly missingAbout: number }[];
  readonly fieldsHeld: Readonly<Record<string, string>>;
}

export interface VersionLine {
  readonly from: string;
  readonly to: string | null;
  readonly name?: string;
  readonly birthYear?: number;
  readonly gender?: string;
  readonly mobile?: string;
  readonly idType?: string;
  readonly idLast4?: string;
  readonly district?: number | string;
}

export interface DoseLine {
  readonly dose: number;
  readonly on: string;
  readonly recordedAt: string;
  readonly vaccine?: string;
  readonly batch?: string;
  readonly facility?: string;
}

export interface PersonLine {
  readonly person: string;
  readonly versions: readonly VersionLine[];
  readonly doses: readonly DoseLine[];
}

export interface FacilityLine {
  readonly facility: string;
  readonly district: number | string;
  readonly name: string;
}

export interface ActorLine {
  readonly actor: string;
  readonly kind: string;
  readonly facility?: string | null;
}

export interface DisclosureLine {
  readonly at: string;
  readonly actor: string;
  readonly person: string;
  readonly fields: readonly string[];
  readonly recipientId?: string | null;
}

export type Row = Readonly<Record<string, string>>;

export interface EarlierLeakLine {
  readonly leak: string;
  readonly knownOn: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface CanaryLine {
  readonly canary: string;
  readonly class: string;
  readonly of: string | null;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface Probe {
  readonly mobile: string;
  readonly changedAt: string;
  readonly askedAt: string;
  readonly answer: string;
}

export interface Intake {
  readonly receivedAt: string;
  readonly how: "dump" | "bot";
  readonly columns?: Readonly<Record<string, string>>;
  readonly asked?: readonly { readonly mobile: string; readonly answered: boolean }[];
  readonly live?: { readonly probes: readonly Probe[] } | null;
}

/** A leaked sample as it was received: headers as written, one record a row. */
export interface Sample {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Only each so-manieth row of a very large file is here. */
  readonly every?: number;
}

export interface Truth {
  readonly case: string;
  readonly truth: string;
  readonly actors: readonly string[];
  readonly asOf: string | null;
  readonly to: string | null;
  readonly leak: string | null;
  readonly joined: readonly string[];
  readonly factors: Readonly<Record<string, unknown>>;
}
