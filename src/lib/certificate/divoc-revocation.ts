// Revoked Co-WIN certificates: rows as DIVOC keeps them (RevokedCertificate). A certificate is looked up by its id, the
// beneficiary's reference and the dose, after the content rules made sure that none of the three was swapped.
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject } from "./json.js";

export interface RevocationRow {
  readonly preEnrollmentCode: string;
  readonly previousCertificateId: string;
  readonly dose: number;
}
export type RevocationList = ReadonlySet<string>;

/** Reads `{ "rows": [...] }` strictly; undefined if one row is not understood. */
export function readRevocationList(json: unknown): RevocationList | undefined {
  const rows = isJsonObject(json) ? json["rows"] : undefined;
  if (!isJsonArray(rows)) return undefined;
  const keys = new Set<string>();
  for (const row of rows) {
    if (!isJsonObject(row)) return undefined;
    const { preEnrollmentCode, previousCertificateId, dose } = row;
    if (typeof preEnrollmentCode !== "string" || typeof previousCertificateId !== "string") return undefined;
    if (typeof dose !== "number") return undefined;
    keys.add(keyOf({ preEnrollmentCode, previousCertificateId, dose }));
  }
  return keys;
}

export function isRevoked(list: RevocationList, row: RevocationRow): boolean {
  return list.has(keyOf(row));
}

function keyOf({ previousCertificateId, preEnrollmentCode, dose }: RevocationRow): string {
  return JSON.stringify([previousCertificateId, preEnrollmentCode, dose]);
}
