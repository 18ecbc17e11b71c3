// Revoked SMART Health Cards, as their issuers publish them: per key a list of "rid" values, each with an optional time
// from which earlier cards count as revoked (specification, "Revocation").
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject } from "./json.js";

/** By key id. */
export type ShcRevocations = ReadonlyMap<string, ReadonlyMap<string, Date | undefined>>;

export const ridShape = /^[A-Za-z0-9_-]{1,24}$/;

/** Reads one list (kid, method "rid", ctr, rids); undefined if any entry is not understood. */
export function readShcRevocations(lists: readonly unknown[]): ShcRevocations | undefined {
  const revocations = new Map<string, Map<string, Date | undefined>>();
  for (const list of lists) {
    if (!isJsonObject(list) || list["method"] !== "rid" || typeof list["kid"] !== "string") return undefined;
    if (!isJsonArray(list["rids"]) || !Number.isSafeInteger(list["ctr"])) return undefined;
    const rids = new Map<string, Date | undefined>();
    for (const entry of list["rids"]) {
      const match = typeof entry === "string" ? /^([^.]+)(?:\.(\d{1,12}))?$/.exec(entry) : null;
      if (!match || !ridShape.test(match[1]!)) return undefined;
      rids.set(match[1]!, match[2] === undefined ? undefined : new Date(Number(match[2]) * 1000));
    }
    revocations.set(list["kid"], rids);
  }
  return revocations;
}

export function isRidRevoked(revocations: ShcRevocations, keyId: string, rid: string, issuedAt: Date): boolean {
  const rids = revocations.get(keyId);
  if (!rids?.has(rid)) return false;
  const before = rids.get(rid);
  return before === undefined || issuedAt < before;
}
