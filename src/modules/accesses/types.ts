// Looks that somebody has to look at: emergencies at a session site, what stands out about an actor, and what a
// person is told of looks at their record.
// SPDX-License-Identifier: Apache-2.0
import type { Decision, PersonRecord } from "../disclosure/index.js";

/** Why a record is opened without a code. The words beside it lie sealed. */
export const emergencyReasons = ["collapsed", "reaction", "cannot-speak", "nothing-to-show"] as const;
export type EmergencyReason = (typeof emergencyReasons)[number];

/** Asked: a second person has 15 minutes. `unanswered`: nobody came, and it is over. */
export type EmergencyState = "asked" | "confirmed" | "denied" | "unanswered";

/** One emergency as colleagues and reviewers see it: nobody's name but the staff's. */
export interface Emergency {
  readonly grantId: string;
  readonly beneficiaryId: string;
  readonly askedBy: string;
  readonly facilityName: string;
  readonly reason: EmergencyReason;
  readonly askedAt: Date;
  readonly state: EmergencyState;
  readonly answeredBy: string | null;
  readonly referenceLast4: string;
}

export interface OpenedEmergency extends Emergency {
  readonly person: Pick<PersonRecord, "name" | "birthYear" | "gender" | "doses" | "aefi">;
}

export type NoticeKind = "break-glass" | "new-organisation";
/** What the holder of a record is told on the page; the message says less. */
export interface AccessNotice {
  readonly beneficiaryId: string;
  readonly kind: NoticeKind;
  readonly organisation: string | null;
  readonly at: Date;
}

/** Sums over the last 30 days that have ended. `misses` are attempts that nothing explained. */
export interface AccessMonth {
  readonly looks: number;
  readonly misses: number;
  readonly emergencies: number;
}

export type FindingKind = "misses" | "budget" | "break-glass" | "unusual" | "canary";
/** A reason in closed words and numbers, as the recorder wrote it. */
export interface FindingReason {
  readonly reason: string;
  readonly [fact: string]: string | number;
}
export interface Finding {
  readonly findingId: string;
  readonly kind: FindingKind;
  /** A member of staff: role and place, and the name once it was escalated. Other actors have none. */
  readonly who: { readonly name: string | null; readonly role: string; readonly place: string | null } | null;
  readonly actorKind: "staff" | "account" | "partner" | "system";
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
  readonly reasons: readonly FindingReason[];
  /** Its actor is kept out until it is found to be explained. */
  readonly stops: boolean;
  readonly decision: Decision | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly grantId: string | null;
}
