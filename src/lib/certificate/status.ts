// Where a certificate says that its state stands, and what the status lists at hand say about it.
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import type { TrustedKey } from "./trust.js";
import type { Progress, Reason } from "./verdict.js";

/** Where a certificate's bit stands. */
export interface StatusReference {
  readonly uri: string;
  readonly index: number;
}
export interface StatusList {
  readonly uri: string;
  readonly signer: TrustedKey;
  readonly expiresAt: Date | undefined;
  /** Undefined for a place that the list does not have. */
  isRevoked(index: number): boolean | undefined;
}

/**
 * What the lists at hand say: revoked, not revoked, or undefined when none of them can tell. A list counts for a
 * certificate of the same issuer, until its time is over.
 */
function isRevokedByList(
  { uri, index }: StatusReference,
  key: TrustedKey,
  { statusLists = [], at }: Pick<VerifyOptions, "statusLists" | "at">,
): boolean | undefined {
  const list = statusLists.find(({ uri: own, signer, expiresAt }) => {
    const isSameIssuer = key.issuer === undefined ? signer.keyId === key.keyId : signer.issuer === key.issuer;
    return own === uri && isSameIssuer && (expiresAt === undefined || expiresAt >= at);
  });
  return list?.isRevoked(index);
}

/** Joins what the lists say to a verdict: nothing where they cannot tell. A malformed reference is the caller's to refuse. */
export function checkStatus(
  reference: StatusReference | undefined | "malformed",
  key: TrustedKey,
  options: Pick<VerifyOptions, "statusLists" | "at">,
  progress: Progress,
  reasons: Reason[],
): void {
  if (reference === undefined || reference === "malformed") return;
  progress.know({ status: reference });
  const revoked = isRevokedByList(reference, key, options);
  if (revoked !== undefined) progress.check("revocation", revoked ? [{ code: "CERTIFICATE_REVOKED" }] : [], reasons);
}

/** The `status` claim of a JWT or CWT: absent, a reference, or "malformed". */
export function statusClaim(status: unknown): StatusReference | undefined | "malformed" {
  if (status === undefined) return undefined;
  const list = memberOf(status, "status_list");
  if (list === undefined) return undefined;
  return referenceOf(memberOf(list, "uri"), memberOf(list, "idx"));
}

/** The `credentialStatus` of a W3C credential: its first entry for revocation in a bitstring list. */
export function credentialStatus(status: unknown): StatusReference | undefined | "malformed" {
  const entries = isJsonArray(status) ? status : [status];
  const entry = entries.find(
    (each) =>
      isJsonObject(each) && each["type"] === "BitstringStatusListEntry" && each["statusPurpose"] === "revocation",
  );
  if (!isJsonObject(entry)) return undefined;
  const index = entry["statusListIndex"];
  const isNumber = typeof index === "string" && /^\d{1,9}$/.test(index);
  return referenceOf(entry["statusListCredential"], isNumber ? Number(index) : undefined);
}

function memberOf(value: unknown, name: string): unknown {
  if (value instanceof Map) return value.get(name);
  return isJsonObject(value) ? value[name] : undefined;
}

function referenceOf(uri: unknown, index: unknown): StatusReference | "malformed" {
  const isSound = typeof uri === "string" && Number.isSafeInteger(index) && (index as number) >= 0;
  return isSound ? { uri, index: index as number } : "malformed";
}
