// Sessions: a facility gives one product on one day, to an age range, in slots with places sold by pool.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { FacilityView } from "../facilities/index.js";

/** Places are kept apart: for people who walk in, and online for each kind of dose. */
export const pools = ["walk-in", "dose1", "dose2", "precaution"] as const;
export type Pool = (typeof pools)[number];
export type PlacesByPool = Readonly<Record<Pool, number>>;

export type SessionStatus = "draft" | "published" | "cancelled";

export interface SlotView {
  readonly slotNumber: number;
  /** "HH:MM" in Asia/Kolkata. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** Places still free, by pool. */
  readonly left: PlacesByPool;
  readonly capacity: PlacesByPool;
}

/** A session as everybody may see it. Nothing here is about a person. */
export interface SessionView {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly heldOn: IsoDate;
  readonly product: string;
  readonly minAge: number;
  readonly maxAge: number | null;
  readonly feeRupees: number;
  readonly facility: FacilityView;
  readonly slots: readonly SlotView[];
  /** Sums over the slots. */
  readonly left: PlacesByPool;
  readonly capacity: PlacesByPool;
}

export interface SessionSearch {
  /** Six digits, or a district: one of the two. */
  readonly pincode?: number | undefined;
  readonly districtId?: number | undefined;
  readonly from: IsoDate;
  /** 1 to 7. */
  readonly days: number;
  readonly product?: string | undefined;
  readonly feeType?: "Free" | "Paid" | undefined;
  readonly age?: number | undefined;
  /** How many to skip and to return; at most 50 a page, 10 when absent. */
  readonly skip?: number | undefined;
  readonly limit?: number | undefined;
}

export interface SessionsFound {
  readonly sessions: readonly SessionView[];
  /** True when there are more than were returned: ask again with a larger `skip`. */
  readonly more: boolean;
}

export interface OfferedSlot {
  /** "HH:MM" in Asia/Kolkata. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** Places still free online. */
  readonly dose1: number;
  readonly dose2: number;
  readonly precaution: number;
}

/** A published session, with no more than search answers need: hundreds of thousands of them lie in memory. */
export interface OfferedSession
  extends Pick<SessionView, "sessionId" | "heldOn" | "product" | "minAge" | "maxAge" | "feeRupees" | "facility"> {
  readonly slots: readonly OfferedSlot[];
}

/** What an admin says of a session to be. */
export interface SessionPlan {
  readonly heldOn: IsoDate;
  readonly product: string;
  readonly minAge: number;
  readonly maxAge: number | null;
  readonly feeRupees: number;
  readonly slots: readonly { readonly startsAt: string; readonly endsAt: string }[];
  /** Places in each slot, by pool. */
  readonly capacity: PlacesByPool;
}

export interface BatchView {
  readonly batchId: string;
  readonly facilityId: string;
  readonly product: string;
  readonly lotNumber: string;
  readonly expiresOn: IsoDate;
  readonly dosesReceived: number;
  readonly dosesLeft: number;
  readonly withdrawnAt: Date | null;
  readonly state: "usable" | "used-up" | "expired" | "withdrawn";
}

/** A session as typed in the form; field names are those of the form, capacities are "capacity-<pool>". */
export interface SessionInput {
  readonly heldOn: string;
  readonly product: string;
  readonly minAge: string;
  /** "" for no upper age. */
  readonly maxAge: string;
  readonly feeRupees: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly stepMinutes: string;
  readonly capacity: Readonly<Record<Pool, string>>;
}

export interface BatchInput {
  readonly product: string;
  readonly lotNumber: string;
  readonly expiresOn: string;
  readonly dosesReceived: string;
}

/** Why a session is cancelled; told to the booked in their language. */
export const cancelReasons = ["no-stock", "staff-absent", "site-closed", "weather", "other"] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** What an admin sees first. */
export interface Overview {
  readonly sessionsToday: number;
  readonly sessionsAhead: number;
  readonly drafts: number;
  /** Places of published sessions today and in the next seven days, and how many of them are taken. */
  readonly places: number;
  readonly taken: number;
  readonly dosesToday: number;
  /** Usable batches with few doses left or close to expiry, with the name of the facility. */
  readonly lowStock: readonly (BatchView & { readonly facilityName: string })[];
}
