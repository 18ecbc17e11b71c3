// What a review is: lines, each with a promise, what was tried and what came back.
// SPDX-License-Identifier: Apache-2.0

export interface ReviewResult {
  readonly id: string;
  /** Which promise of the product it belongs to, 1 to 10. */
  readonly promise: number;
  readonly what: string;
  /** DPDP Rules 2025, CERT-In Directions 2022, ISO/IEC 27001:2022 Annex A. */
  readonly maps: { readonly dpdp: string; readonly certIn: string; readonly iso: string };
  readonly outcome: "pass" | "fail" | "not checked";
  readonly found: string;
  /** A failure that every demo has, and that production refuses to start with. */
  readonly isOfDemo?: boolean;
}

export interface ReviewReport {
  readonly format: "sakshi-review/1";
  readonly at: string;
  readonly installation: string;
  readonly results: readonly ReviewResult[];
}

export interface ReviewSummary {
  readonly reviewId: string;
  readonly startedAt: Date;
  /** Null while it runs, or when it was broken off. */
  readonly finishedAt: Date | null;
  readonly passed: number | null;
  readonly failed: number | null;
  readonly notChecked: number | null;
}

export interface WholeReview extends ReviewSummary {
  readonly report: ReviewReport;
  /** The report as it was signed (c2sp.org/signed-note). */
  readonly note: string;
}
