// Staff of the programme: their roles, and the place each role is tied to.
// SPDX-License-Identifier: Apache-2.0

export const roles = [
  "verifier",
  "vaccinator",
  "facility-admin",
  "district-admin",
  "state-admin",
  "national-admin",
  "privacy-officer",
] as const;
export type Role = (typeof roles)[number];

/** A jurisdiction: the levels above the role's own are filled too (a vaccinator has facility, district and state). */
export interface Place {
  readonly stateId: number | null;
  readonly districtId: number | null;
  readonly facilityId: string | null;
}

export interface Staff extends Place {
  readonly staffId: string;
  readonly role: Role;
  readonly displayName: string;
  /** Name of the facility, district or state; null for the whole country. */
  readonly placeName: string | null;
}

export interface StaffActor {
  readonly kind: "staff";
  readonly signInId: string;
}

/** A member of staff with a live sign-in. */
export interface StaffSignIn {
  readonly signInId: string;
  readonly staff: Staff;
}

/** How far a member of staff has come: a link waits, the link ran out, a passkey is there, or removed. */
export type StaffState = "invited" | "invitation-expired" | "enrolled" | "removed";

export interface StaffLine extends Staff {
  readonly state: StaffState;
  readonly lastSignInAt: Date | null;
}

/** The one-time link of an invitation. The token is shown once and stored only as a hash. */
export interface Invitation {
  readonly staffId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Where passkeys belong: WebAuthn's relying party. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}
