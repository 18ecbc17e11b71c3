// The words between the house and the inquirer, the vault process that compares a leaked sample with the register. Only what
// is released crosses over: counts, times and masked sources, never a row and never a name.
// SPDX-License-Identifier: Apache-2.0

/** A leaked list as a table: headers as written, one record a row. */
export interface SampleTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Of a bot: which numbers it was asked for, and whether it answered. */
  readonly asked?: readonly { readonly mobile: string; readonly answered: boolean }[];
}

export interface ReleasedSource {
  /** Stands for one account in this case only. */
  readonly mask: string;
  readonly kind: string;
  readonly tier: string;
  readonly log10LR: number;
  readonly share: readonly [number, number];
}

/** What an inquiry says. `null` for a count stands for fewer than ten. */
export interface ReleasedAnswer {
  readonly format: "sakshi-inquiry-answer/1";
  readonly inquiry: string;
  readonly run: string;
  readonly engine: string;
  /** What was compared: re-running on the same gives the same bytes. */
  readonly inputs: {
    readonly asOf: string;
    readonly logSize: number;
    readonly sampleSha256: string;
    /** What officers said of columns; the others were guessed. */
    readonly columns: Readonly<Record<string, string>>;
    readonly people: number;
    readonly disclosures: number;
    readonly knownLeaks: readonly string[];
    readonly canaries: number;
  };
  readonly verdict: string;
  readonly rows: number;
  readonly linked: number | null;
  readonly share: readonly [number, number] | null;
  readonly log10LR: number | null;
  /** With the posterior itself: the day each stretch begins, and its probability to hundredths. Absent in the oldest answers. */
  readonly asOf: {
    readonly median: string;
    readonly low: string;
    readonly high: string;
    readonly curve?: readonly (readonly [string, number])[];
  } | null;
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly sources: readonly ReleasedSource[];
  readonly notDistinguishable: readonly string[];
  readonly alternatives: readonly { readonly name: string; readonly log10LR: number }[];
  readonly recycled: readonly { readonly leak: string; readonly share: readonly [number, number] }[];
  readonly columns: readonly { readonly column: string; readonly role: string; readonly verdict: string }[];
  readonly canaries: { readonly hits: number; readonly chance: number };
  readonly need: readonly string[];
  /** Everybody disclosed to the sources in the time in question; null where no source or the whole register. */
  readonly affected: number | null;
}

export interface CaseView {
  readonly sample: {
    readonly name: string;
    readonly rows: number;
    readonly asked: number;
    readonly columns: readonly { readonly name: string; readonly role: string }[];
  } | null;
  readonly drafts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Newest first. */
  readonly answers: readonly ReleasedAnswer[];
}

export type RunStage = "waiting" | "people" | "disclosures" | "answer" | "log" | "finished" | "stopped" | "failed";
export interface RunProgress {
  readonly stage: RunStage;
  /** Of the stage, 0 to 1. */
  readonly done: number;
}
