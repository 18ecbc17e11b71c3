// The words of appointments: a place in a slot of a session, for one or several people of one account.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { DoseCode, DoseKind } from "../vaccines/index.js";

export type AppointmentStatus = "booked" | "checked-in" | "completed" | "cancelled" | "moved";
export type BookingPool = "dose1" | "dose2" | "precaution";

export interface AppointedPerson {
  readonly beneficiaryId: string;
  readonly status: AppointmentStatus;
  readonly checkedInAt: Date | null;
}

export interface AppointmentView {
  readonly appointmentId: string;
  readonly sessionId: string;
  readonly slotNumber: number;
  readonly heldOn: IsoDate;
  /** "HH:MM" in Asia/Kolkata. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly product: string;
  readonly pool: string;
  readonly doseNumber: number;
  /** Co-WIN's number of the centre. */
  readonly centerId: number;
  readonly facilityName: string;
  readonly facilityAddress: string;
  readonly blockName: string;
  readonly districtName: string;
  readonly stateName: string;
  readonly pincode: number;
  /** Hours of the facility, "HH:MM". */
  readonly opensAt: string;
  readonly closesAt: string;
  readonly feeRupees: number;
  readonly bookedAt: Date;
  readonly sessionCancelled: boolean;
  readonly people: readonly AppointedPerson[];
}

/** Whether one person may come to a session, and as what. */
export type BookingChoice =
  | { readonly may: true; readonly doseNumber: number; readonly kind: DoseKind; readonly pool: BookingPool }
  | { readonly may: false; readonly code: DoseCode | "APPOINTMENT_AGE_OUTSIDE"; readonly earliestOn?: IsoDate };

/** What a person shows at the session site. */
export interface Slip {
  readonly beneficiaryId: string;
  /** Four digits that only the person knows. */
  readonly securityCode: string;
  /** The text of the slip's QR. */
  readonly token: string;
}
