// Certificates: encode, sign and verify them, with nothing but CBOR and what is handed in. Runs in Node and in browsers
// (node-primitives.ts and web-primitives.ts lend inflating and signature checks). Does no I/O and knows no database.
// SPDX-License-Identifier: Apache-2.0
export { diseases as diseaseNames, products as productNames, vaccines as vaccineNames } from "./codes.js";
export { courseContext, courseCredential, coursePath } from "./course-credential.js";
export { type DosePayload, dccPayload, type PersonPayload } from "./dcc-payload.js";
export { hardenedContext, hardenedPath, unsignedHardened } from "./divoc-hardened.js";
export { readRevocationList } from "./divoc-revocation.js";
export { type CourseFacts, type DoseFacts, lastDose, type PersonFacts } from "./facts.js";
export { type IssueOptions, unsignedHcert } from "./hcert.js";
export { type JsonObject, parseJsonObject } from "./json.js";
export { thumbprintOfJwk } from "./jwk.js";
export { unsignedJws } from "./jws.js";
export type { HolderBinding, VerifyOptions } from "./options.js";
export {
  type IssuerNames,
  issuerNames,
  keyThumbprint,
  type OwnKey,
  ownDidDocument,
  ownKeySet,
  ownTrustList,
  proofMethod,
} from "./own-keys.js";
export { textInPdf } from "./pdf-text.js";
export type { Primitives } from "./primitives.js";
export { icaoName } from "./romanise.js";
export { statementOfCourse, unsignedSdJwt, type WalletStatement, walletStatement } from "./sd-jwt-issue.js";
export { shcCode, unsignedShc } from "./shc-issue.js";
export { readShcRevocations } from "./shc-revocation.js";
export type { StatusList, StatusReference } from "./status.js";
export { bitstringStatusCredential, readStatusList, readStatusLists, tokenStatusClaims } from "./status-list.js";
export { readTrustList, type TrustedKey, type TrustList } from "./trust.js";
export { type Part, signedBy, together, type Unsigned } from "./unsigned.js";
export { makeUvci } from "./uvci.js";
export { unsignedVc2 } from "./vc2.js";
export {
  type Check,
  type Format,
  type Holder,
  type Reason,
  type ReasonCode,
  type Statement,
  type Verdict,
} from "./verdict.js";
export { verifyCertificate } from "./verify.js";
export { readWalletProof, type WalletProof } from "./wallet-proof.js";
export { zipCertificate } from "./zip.js";
