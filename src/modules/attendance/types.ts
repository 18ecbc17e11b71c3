// What staff see of a session's day before anybody's record is open: ids, times, numbers. No personal data.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";

/** Where a person stands in the queue. `identified`: photo id compared and right; `refused`: compared and wrong. */
export type Stage = "booked" | "checked-in" | "identified" | "refused" | "done";

export interface DayCounts {
  readonly booked: number;
  readonly checkedIn: number;
  readonly done: number;
  /** Free places for people who walk in. */
  readonly walkInLeft: number;
}

export interface DaySession extends DayCounts {
  readonly sessionId: string;
  readonly product: string;
  readonly heldOn: IsoDate;
  readonly minAge: number;
  readonly maxAge: number | null;
  readonly feeRupees: number;
  readonly feeType: "Free" | "Paid";
  /** Cancelled during its day: nobody is admitted any more. */
  readonly isCancelled: boolean;
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface DayLine {
  readonly appointmentId: string;
  readonly beneficiaryId: string;
  readonly startsAt: string;
  readonly endsAt: string;
  /** Last four digits of the 14-digit reference id. */
  readonly referenceLast4: string;
  readonly doseNumber: number;
  readonly channel: "online" | "walk-in";
  readonly bookedAt: Date;
  readonly stage: Stage;
  /** The valid dose given on this appointment's day at this session, once there is one. */
  readonly vaccinationId: string | null;
  readonly recordedAt: Date | null;
  readonly observeUntil: Date | null;
}

export interface SessionDay {
  readonly session: DaySession;
  readonly lines: readonly DayLine[];
  /** True when more lines follow: ask again with a larger `skip`. */
  readonly more: boolean;
}

export const identityReasons = ["no-document", "other-person", "details-differ", "document-unreadable"] as const;
export type IdentityReason = (typeof identityReasons)[number];

export const facilitationReasons = ["has-no-phone", "phone-not-here", "no-network"] as const;
export type FacilitationReason = (typeof facilitationReasons)[number];
