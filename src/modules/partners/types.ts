// The words of partners: organisations whose programs use the API, and the keys by which they are known.
// SPDX-License-Identifier: Apache-2.0

/** Families of the API that a key is good for; "records" asks people for their consent and reads what they share. */
export const partnerScopes = ["protected", "vaccinator", "records"] as const;
export type PartnerScope = (typeof partnerScopes)[number];

export interface Partner {
  readonly partnerId: string;
  readonly name: string;
}

export interface IssuedKey {
  readonly keyId: string;
  readonly partnerId: string;
  /** Shown once, stored nowhere. */
  readonly key: string;
  readonly expiresAt: Date;
}

export interface KeyWish {
  /** A partner of this name is made if there is none. */
  readonly partnerName: string;
  readonly scopes: readonly string[];
  /** The partner's budget from now on; as it is, or 600, when absent. */
  readonly requestsAMinute?: number | undefined;
}

/** A key is changed without a gap: the old one goes on for some days beside the new one. */
export interface KeyRotation {
  readonly keyId: string;
  readonly overlapDays: number;
}
