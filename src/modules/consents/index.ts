// Consents: a partner asks to see a record; the person lets it, refuses, or ends it. In the shape of ABDM's consent
// artefact, signed in the vault. Each look under a consent is decided and counted by the recorder.
// SPDX-License-Identifier: Apache-2.0
export { denyConsent, findRequest, grantConsent, listConsents, revokeConsent } from "./answer-consent.js";
export { type ConsentArtefact, signedArtefact } from "./artefact.js";
export { type ConsentCode, consentErrors } from "./errors.js";
export { confirmErasure, findConsent } from "./follow-consent.js";
export {
  type SharedDose,
  type SharedForecast,
  type SharedIdentity,
  type SharedRecord,
  sharedDoses,
  sharedForecast,
  sharedIdentity,
  sharedRecord,
  sharedStatus,
} from "./open-shared.js";
export { forgetUnanswered, type RequestedConsent, requestConsent } from "./request-consent.js";
export {
  accessModes,
  type Consent,
  type ConsentState,
  type ConsentTerms,
  frequencyUnits,
  hiTypes,
  type PartnerCaller,
  purposeCodes,
} from "./types.js";
