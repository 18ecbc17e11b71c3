// Accounts: whoever holds a phone. One-time codes prove it; a sign-in follows, or, before staff, a proof of presence.
// A number is never stored in clear and never answers whether it is known.
// SPDX-License-Identifier: Apache-2.0
export type { CodeRefusal, CodeTry } from "./check-code.js";
export {
  accountOfPhone,
  confirmPresenceCode,
  findPresentHolder,
  openAccountWithoutPhone,
  type PresentHolder,
  requestPresenceCode,
} from "./confirm-presence.js";
export { confirmStatusCode, type StatusSignIn } from "./confirm-status-code.js";
export { type AccountCode, accountErrors } from "./errors.js";
export { endOwnSignIn, findAccountHolder, findSignIn, type Holder, signOut } from "./find-sign-in.js";
export { forgetExpired } from "./forget-expired.js";
export { checkNumberProof, isNumberOf, type ProvedNumber, requestNumberProof, useProofs } from "./prove-number.js";
export { type OtpRequest, type OtpRequestCode, requestOtp } from "./request-otp.js";
export { challengeState, resendOtp } from "./resend-otp.js";
export { codeSeconds, mobileFrom } from "./rules.js";
export { type Challenge, idleMinutes, type OtpPurpose, type SignIn, signInHours, type TypedCode } from "./types.js";
export { type NewSignedIn, provedNumber, type SignInTry, verifyOtp } from "./verify-otp.js";
