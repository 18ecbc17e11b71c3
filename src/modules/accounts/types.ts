// The words of accounts: who holds a phone, the codes that prove it, the sign-ins that follow.
// SPDX-License-Identifier: Apache-2.0

/**
 * Why a code is sent: to sign in, to show staff that the holder of the phone stands there, to show somebody a status, or
 * to prove a number for one change.
 */
export type OtpPurpose = "sign-in" | "presence" | "status" | "number-proof";

/** What the person typed, or, from programs that never send it in clear, its SHA-256 in lower-case hex. */
export type TypedCode = { readonly digits: string } | { readonly sha256: string };

export interface Challenge {
  readonly challengeId: string;
  readonly expiresAt: Date;
  /** Seconds until another code may be asked for. */
  readonly resendAfterSeconds: number;
}

/** A sign-in that is in force. */
export interface SignIn {
  readonly signInId: string;
  readonly accountId: string;
}

export const idleMinutes = 10;
export const signInHours = 12;
