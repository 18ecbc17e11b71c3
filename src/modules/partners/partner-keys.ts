// Keys of partners: issued by the operator, shown once, rotated with an overlap, revoked at once: every use looks the key
// up, so a revoked one is refused from the next request on.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import type { Queryable } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { takeLimits, usesLeft } from "../../platform/limits/index.js";
import { isUuid, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import type { PartnerCode } from "./errors.js";
import * as store from "./store.js";
import {
  type IssuedKey,
  type KeyRotation,
  type KeyWish,
  type Partner,
  type PartnerScope,
  partnerScopes,
} from "./types.js";

type PartnerDeps = Pick<Deps, "db" | "clock" | "macs">;
const keyBytes = 30;
const day = 86_400_000;
const keyDays = 365;
const usualBudget = 600;
const largestBudget = 1_000_000;
const longestOverlapDays = 90;

const newKey = () => randomBytes(keyBytes).toString("base64url");

export async function issuePartnerKey(
  deps: PartnerDeps,
  wish: KeyWish,
): Promise<Outcome<IssuedKey, PartnerCode | "INPUT_INVALID">> {
  return keepPartnerKey(deps, wish, newKey());
}

/** As above with a key that is known already: for the demo, whose key stands in Co-WIN's public documents. */
export async function keepPartnerKey(
  deps: PartnerDeps,
  { partnerName, scopes, requestsAMinute }: KeyWish,
  key: string,
): Promise<Outcome<IssuedKey, PartnerCode | "INPUT_INVALID">> {
  const name = partnerName.normalize("NFC").trim();
  if (name === "" || [...name].length > 120) return invalid([{ field: "name", code: "PARTNER_NAME_WRONG" }]);
  const known: readonly string[] = partnerScopes;
  if (scopes.length === 0 || !scopes.every((scope) => known.includes(scope)))
    return invalid([{ field: "scope", code: "PARTNER_SCOPE_UNKNOWN" }]);
  if (requestsAMinute !== undefined && !isWhole(requestsAMinute, 1, largestBudget))
    return invalid([{ field: "budget", code: "PARTNER_BUDGET_WRONG" }]);
  const at = deps.clock();
  return deps.db.transaction(async (tx) => {
    const wanted = { partnerId: uuidv7(at.getTime()), name, requestsAMinute: requestsAMinute ?? usualBudget };
    const partnerId = await store.findOrMakePartner(tx, wanted, at);
    if (requestsAMinute !== undefined) await store.setBudget(tx, partnerId, requestsAMinute);
    return done(await keepKey(tx, { partnerId, scopes, key, at }));
  });
}

async function keepKey(
  tx: Queryable,
  { partnerId, scopes, key, at }: { partnerId: string; scopes: readonly string[]; key: string; at: Date },
): Promise<IssuedKey> {
  const keyId = uuidv7(at.getTime());
  const expiresAt = new Date(at.getTime() + keyDays * day);
  await store.insertKey(tx, { keyId, keyHash: tokenHash(key), partnerId, scopes, at, expiresAt });
  return { keyId, partnerId, key, expiresAt };
}

const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

/** A new key with the scopes of an old one, which ends when the overlap does; 0 days end it at once. */
export async function rotatePartnerKey(
  deps: PartnerDeps,
  { keyId, overlapDays }: KeyRotation,
): Promise<Outcome<IssuedKey, PartnerCode | "INPUT_INVALID">> {
  if (!isWhole(overlapDays, 0, longestOverlapDays))
    return invalid([{ field: "overlap", code: "PARTNER_OVERLAP_WRONG" }]);
  const at = deps.clock();
  const endsAt = new Date(at.getTime() + overlapDays * day);
  return deps.db.transaction(async (tx) => {
    const old = isUuid(keyId) ? await store.endKeyAt(tx, keyId, at, endsAt) : undefined;
    if (!old) return refused("PARTNER_KEY_UNKNOWN");
    return done(await keepKey(tx, { ...old, key: newKey(), at }));
  });
}

export async function revokePartnerKey(
  deps: PartnerDeps,
  keyId: string,
): Promise<Outcome<undefined, "PARTNER_KEY_UNKNOWN">> {
  const isRevoked = isUuid(keyId) && (await store.markRevoked(deps.db, keyId, deps.clock()));
  return isRevoked ? done(undefined) : refused("PARTNER_KEY_UNKNOWN");
}

export interface UsedKey extends Partner {
  readonly keyId: string;
  /** The partner's requests a minute, and how many of them are left now. */
  readonly budget: number;
  readonly left: number;
}

/** Whose key it is, if it is good for this; takes one request of the partner's budget. */
export async function usePartnerKey(
  deps: PartnerDeps,
  key: string,
  scope: PartnerScope,
): Promise<Outcome<UsedKey, "PARTNER_KEY_UNKNOWN" | "PARTNER_BUDGET_USED">> {
  const partner = await store.findByKey(deps.db, tokenHash(key), scope, deps.clock());
  if (!partner) return refused("PARTNER_KEY_UNKNOWN");
  const limit = { name: "partner", who: partner.partnerId, windowSeconds: 60, most: partner.requestsAMinute };
  const seconds = await takeLimits(deps, [limit]);
  if (seconds > 0) return refused("PARTNER_BUDGET_USED", { seconds });
  const { partnerId, name, keyId, requestsAMinute: budget } = partner;
  return done({ partnerId, name, keyId, budget, left: await usesLeft(deps, limit) });
}
