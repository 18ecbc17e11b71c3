// Adverse events following immunisation: the first note, made at the session site. What happened lies sealed.
// SPDX-License-Identifier: Apache-2.0

/** National guideline: minor; severe (intense, no hospital stay); serious (death, hospital, disability, cluster). */
export const severities = ["minor", "severe", "serious"] as const;
export type Severity = (typeof severities)[number];

export interface AefiInput {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
  readonly severity: string;
  readonly note: string;
  /** Becomes the report's id, so that a second click makes no second report. */
  readonly requestKey: string;
}

export interface AefiCounts {
  readonly since: string;
  readonly minor: number;
  readonly severe: number;
  readonly serious: number;
}

export const noteLimit = 2000;
