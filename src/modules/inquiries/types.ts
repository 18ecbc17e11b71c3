// Breach inquiries: cases, their events, runs, and the words that doors use of them.
// SPDX-License-Identifier: Apache-2.0
import type { Deps, Inquirer } from "../disclosure/index.js";

export interface InquiryDeps extends Deps {
  readonly inquirer: Inquirer;
}

export const toldByKinds = [
  "journalist",
  "researcher",
  "police",
  "cert-in",
  "citizen",
  "own-monitoring",
  "other",
] as const;
export type ToldBy = (typeof toldByKinds)[number];

export interface InquiryCase {
  readonly inquiryId: string;
  readonly number: number;
  readonly toldAt: Date;
  readonly toldBy: ToldBy;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly secondedBy: string | null;
  readonly secondedAt: Date | null;
  readonly awareAt: Date | null;
  readonly closedAt: Date | null;
}

/** A person is told: their record had been shown to the source that a case found. */
export interface LeakNotice {
  readonly beneficiaryId: string;
  /** Of the case. */
  readonly number: number;
  readonly toldAt: Date;
  readonly awareAt: Date;
}

export type EventKind =
  | "told"
  | "seconded"
  | "sample-received"
  | "columns-corrected"
  | "run-started"
  | "run-stopped"
  | "aware"
  | "unmasking"
  | "notices-queued"
  | "draft-saved"
  | "report-signed"
  | "bundle-signed"
  | "closed";

export type EventFacts = Readonly<Record<string, string | number>>;
export interface CustodyEvent {
  readonly n: number;
  readonly at: Date;
  readonly what: EventKind;
  readonly staffId: string;
  readonly by: string;
  readonly facts: EventFacts;
  /** SHA-256 of the event's canonical text, hex; the next event holds it, and the disclosure log too. */
  readonly hash: string;
  readonly logIndex: number;
}

export interface InquiryRun {
  readonly runId: string;
  readonly startedAt: Date;
  readonly state: "running" | "finished" | "stopped" | "failed";
  readonly finishedAt: Date | null;
  readonly asOf: Date;
  readonly logSize: number;
  /** Of a re-run: the run whose answer has to come out again. */
  readonly rerunOf: string | null;
  readonly people: number | null;
  readonly disclosures: number | null;
  readonly affected: number | null;
  readonly answerHash: string | null;
}
