// What a verifier answers: valid, invalid, or unknown ("cannot tell"), with stable reason codes and what was checked.
// Nothing of a certificate's content is handed out unless its signature held.
// SPDX-License-Identifier: Apache-2.0
import type { StatusReference } from "./status.js";
import type { TrustedKey } from "./trust.js";

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
  CERTIFICATE_KEY_REVOKED: "invalid",
  CERTIFICATE_KEY_USE_REFUSED: "invalid",
  CERTIFICATE_CONTENT_INVALID: "invalid",
  CERTIFICATE_CODE_UNKNOWN: "unknown",
  CERTIFICATE_CONTAINER_INVALID: "invalid",
  CERTIFICATE_JSON_INVALID: "invalid",
  CERTIFICATE_CONTEXT_UNKNOWN: "invalid",
  CERTIFICATE_PROOF_INVALID: "invalid",
  CERTIFICATE_JWS_INVALID: "invalid",
  CERTIFICATE_DISCLOSURE_INVALID: "invalid",
  CERTIFICATE_HOLDER_UNPROVEN: "invalid",
  CERTIFICATE_REVOKED: "invalid",
  CERTIFICATE_PARTS_MISSING: "unknown",
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
  "holder",
  "revocation",
] as const;
export type Check = (typeof checks)[number];

/** "divoc" is Co-WIN's, "shc" a SMART Health Card, "vc-2.0" a W3C credential with a JCS proof. */
export const formatNames = ["hcert", "divoc", "shc", "sd-jwt-vc", "vc-2.0", "vds-nc"] as const;
export type Format = (typeof formatNames)[number];

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
  /** In years on the day of the dose, in formats that say this instead of a date of birth. */
  readonly age?: string;
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
  /** Who issued it, as the certificate itself says, once the signature held. */
  readonly issuer?: string;
  readonly issuedAt?: Date;
  readonly validFrom?: Date;
  readonly expiresAt?: Date;
  /** Where its issuer says whether it was revoked: the list to hand in. */
  readonly status?: StatusReference;
  readonly holder?: Holder;
  readonly statement?: Statement;
  /** All signed claims, in formats that may say other things than one dose. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Builds a verdict step by step: what passed, what is known by now, and where it ended. */
export class Progress {
  readonly passed: Check[] = [];
  private known: Partial<Verdict> = {};
  private readonly format: Format;
  constructor(format: Format) {
    this.format = format;
  }

  know(more: Partial<Verdict>): void {
    this.known = { ...this.known, ...more };
  }
  signedBy({ keyId, country, name, algorithm }: TrustedKey): void {
    this.passed.push("key", "signature");
    this.know({ keyId, signer: { country, name, algorithm } });
  }
  /** Counts a check as passed if it found nothing; what it found joins the reasons. */
  check(check: Check, found: readonly Reason[], reasons: Reason[]): void {
    if (found.length === 0) this.passed.push(check);
    reasons.push(...found);
  }
  stop(code: ReasonCode, at?: string): Verdict {
    return this.finish([{ code, ...(at !== undefined && { at }) }]);
  }
  finish(found: readonly Reason[]): Verdict {
    return { ...this.known, outcome: outcomeOf(found), format: this.format, reasons: found, passed: this.passed };
  }
}

/** The outcome that a list of reasons comes to: one "invalid" outweighs any number of "unknown". */
export function outcomeOf(found: readonly Reason[]): Verdict["outcome"] {
  if (found.length === 0) return "valid";
  return found.some((reason) => reasons[reason.code] === "invalid") ? "invalid" : "unknown";
}
