// Certificates: issued after a dose, signed in the vault, downloaded as a PDF by the account that holds the person,
// revoked when the dose is voided, verified by anyone with the public keys.
// SPDX-License-Identifier: Apache-2.0
export { certificateForms } from "./certificate-text.js";
export { type DownloadOptions, downloadCertificate } from "./download-certificate.js";
export { type CertificateCode, certificateErrors } from "./errors.js";
export { findCertificateHolders, newestCertificate } from "./find-holders.js";
export { type IssueInput, issueCertificate } from "./issue-certificate.js";
export { additionalCodes } from "./product-codes.js";
export { didDocument, keySet, signingKeys, trustList } from "./published-keys.js";
export { reissueSome } from "./reissue-after-theft.js";
export { type PreparedReissue, prepareReissue, revokeAllCertificates, writeReissue } from "./reissue-certificates.js";
export { revokeCertificate } from "./revoke-certificate.js";
export { listReissues, type Reissue, revokeCertificateKeys } from "./revoke-key.js";
export { codesOf } from "./rules.js";
export { revokedCards, type StatusLists, statusListsOf } from "./status-lists.js";
export type { DownloadedCertificate } from "./types.js";
export { type VerifierDeps, verifyText } from "./verify-text.js";
