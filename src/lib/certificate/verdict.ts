// What a verifier answers: valid, invalid, or unknown ("cannot tell"), with stable reason codes and what was checked.
// Nothing of a certificate's content is handed out unless its signature held.
// SPDX-License-Identifier: Apache-2.0

/** Stable codes. "unknown" means: this text proves nothing either way; "invalid" means: do not accept. */
export const reasons = {
  CERTIFICATE_TEXT_TOO_LARGE: "unknown",
  CERTIFICATE_FORMAT_UNKNOWN: "unknown",
  CERTIFICATE_BASE45_INVALID: "unknown",
  CERTIFICATE_COMPRESSION_INVALID: "unknown",
  CERTIFICATE_CONTENT_TOO_LARGE: "invalid",
  CERTIFICATE_COSE_INVALID: "invalid",
  CERTIFICATE_ALGORITHM_REFUSED: "invalid",
  CERTIFICATE_KEY_ID_INVALID: "invalid",
  CERTIFICATE_KEY_UNKNOWN: "unknown",
  CERTIFICATE_SIGNATURE_INVALID: "invalid",
  CERTIFICATE_CLAIMS_INVALID: "invalid",
  CERTIFICATE_ISSUER_MISMATCH: "invalid",
  CERTIFICATE_NOT_YET_VALID: "invalid",
  CERTIFICATE_EXPIRED: "invalid",
  CERTIFICATE_KEY_NOT_IN_FORCE: "invalid",
  CERTIFICATE_KEY_USE_REFUSED: "invalid",
  CERTIFICATE_CONTENT_INVALID: "invalid",
  CERTIFICATE_CODE_UNKNOWN: "unknown",
} as const satisfies Record<string, "invalid" | "unknown">;
export type ReasonCode = keyof typeof reasons;

/** In the order they are made. A check that never ran is absent from the verdict. */
export const checks = [
  "encoding",
  "compression",
  "envelope",
  "key",
  "signature",
  "claims",
  "time",
  "use",
  "content",
] as const;
export type Check = (typeof checks)[number];

export type Format = "hcert";

export interface Reason {
  readonly code: ReasonCode;
  /** Where in the content, for experts: "v[0].dt". Never a value. */
  readonly at?: string;
}

export interface Holder {
  /** As typed when the person registered. */
  readonly name: string;
  /** In the letters of ICAO Doc 9303. */
  readonly latinName: string;
  /** "1980", "1980-05", "1980-05-17" or "". */
  readonly born: string;
}

export interface VaccinationStatement {
  readonly kind: "vaccination";
  readonly disease: string;
  readonly vaccine: string;
  readonly product: string;
  readonly manufacturer: string;
  readonly dose: number;
  readonly doses: number;
  readonly givenOn: string;
  readonly country: string;
  readonly issuer: string;
  readonly certificateId: string;
}
/** A negative test or a recovery: signed and read, but no statement about a dose. */
export interface OtherStatement {
  readonly kind: "test" | "recovery";
  readonly disease: string;
  readonly country: string;
  readonly issuer: string;
  readonly certificateId: string;
}
export type Statement = VaccinationStatement | OtherStatement;

export interface Verdict {
  readonly outcome: "valid" | "invalid" | "unknown";
  readonly format: Format | undefined;
  readonly reasons: readonly Reason[];
  readonly passed: readonly Check[];
  /** Hex of the key id that the certificate names. */
  readonly keyId?: string;
  /** Who the trust list says holds the key, once the signature held. */
  readonly signer?: { readonly country: string; readonly name: string; readonly algorithm: string };
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
  readonly holder?: Holder;
  readonly statement?: Statement;
}

/** The outcome that a list of reasons comes to: one "invalid" outweighs any number of "unknown". */
export function outcomeOf(found: readonly Reason[]): Verdict["outcome"] {
  if (found.length === 0) return "valid";
  return found.some((reason) => reasons[reason.code] === "invalid") ? "invalid" : "unknown";
}
