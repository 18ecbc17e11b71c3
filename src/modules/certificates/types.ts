// Words of certificates: what is issued for which dose, and what a person downloads.
// SPDX-License-Identifier: Apache-2.0

/** A row of registry.certificates: ids and states, nothing about the person. */
export interface CertificateRow {
  readonly certificateId: string;
  readonly vaccinationId: string;
  readonly status: "valid" | "revoked";
  readonly issuedAt: Date;
}

export type Stage = "provisional" | "final" | "precaution";

export interface DownloadedCertificate {
  readonly pdf: Uint8Array;
  /** Name for the file; says nothing about the person. */
  readonly fileName: string;
}
