// Codes of certificates.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const certificateErrors = {
  /** No valid dose, or its certificate is not made yet (that takes seconds after a dose). */
  CERTIFICATE_NOT_ISSUED: { status: 404, retry: true },
  /** The dose is not in the record, or was entered in error. */
  CERTIFICATE_DOSE_NOT_VALID: { status: 409, retry: false },
  /** The product stands in no rule file, so it has no code that a certificate could carry. */
  CERTIFICATE_PRODUCT_UNKNOWN: { status: 409, retry: false },
  /** The person was corrected, or the key stolen, while the certificate was being made. */
  CERTIFICATE_RECORD_CHANGED: { status: 409, retry: true },
  /** Nothing to verify was given. */
  CERTIFICATE_INPUT_MISSING: { status: 422, retry: false },
  /** The picture shows no QR code that can be read, or is no picture. */
  CERTIFICATE_PHOTO_UNREADABLE: { status: 422, retry: false },
  CERTIFICATE_PHOTO_TOO_LARGE: { status: 413, retry: false },
} as const satisfies ErrorTable;
export type CertificateCode = keyof typeof certificateErrors;
