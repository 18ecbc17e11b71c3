// Keys of partners: issued by the operator, shown once, changed by issuing the next before revoking the last. A revoked
// key is refused from the next request on: every use looks it up.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { takeLimits } from "../../platform/limits/index.js";
import { isUuid, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import type { PartnerCode } from "./errors.js";
import * as store from "./store.js";
import { type IssuedKey, type KeyWish, type Partner, type PartnerScope, partnerScopes } from "./types.js";

type PartnerDeps = Pick<Deps, "db" | "clock" | "macs">;
const keyBytes = 30;
const keyDays = 365;
const requestsAMinute = 600;

export async function issuePartnerKey(
  deps: PartnerDeps,
  wish: KeyWish,
): Promise<Outcome<IssuedKey, PartnerCode | "INPUT_INVALID">> {
  return keepPartnerKey(deps, wish, randomBytes(keyBytes).toString("base64url"));
}

/** As above with a key that is known already: for the demo, whose key stands in Co-WIN's public documents. */
export async function keepPartnerKey(
  deps: PartnerDeps,
  { partnerName, scopes }: KeyWish,
  key: string,
): Promise<Outcome<IssuedKey, PartnerCode | "INPUT_INVALID">> {
  const name = partnerName.normalize("NFC").trim();
  if (name === "" || [...name].length > 120) return invalid([{ field: "name", code: "PARTNER_NAME_WRONG" }]);
  const known: readonly string[] = partnerScopes;
  if (scopes.length === 0 || !scopes.every((scope) => known.includes(scope)))
    return invalid([{ field: "scope", code: "PARTNER_SCOPE_UNKNOWN" }]);
  const at = deps.clock();
  const keyId = uuidv7(at.getTime());
  const expiresAt = new Date(at.getTime() + keyDays * 86_400_000);
  return deps.db.transaction(async (tx) => {
    const wanted = { partnerId: uuidv7(at.getTime()), name, requestsAMinute };
    const partnerId = await store.findOrMakePartner(tx, wanted, at);
    await store.insertKey(tx, { keyId, keyHash: tokenHash(key), partnerId, scopes, at, expiresAt });
    return done({ keyId, partnerId, key, expiresAt });
  });
}

export async function revokePartnerKey(
  deps: PartnerDeps,
  keyId: string,
): Promise<Outcome<undefined, "PARTNER_KEY_UNKNOWN">> {
  const isRevoked = isUuid(keyId) && (await store.markRevoked(deps.db, keyId, deps.clock()));
  return isRevoked ? done(undefined) : refused("PARTNER_KEY_UNKNOWN");
}

/** Whose key it is, if it is good for this; takes one request of the partner's budget. */
export async function usePartnerKey(
  deps: PartnerDeps,
  key: string,
  scope: PartnerScope,
): Promise<Outcome<Partner, "PARTNER_KEY_UNKNOWN" | "PARTNER_BUDGET_USED">> {
  const partner = await store.findByKey(deps.db, tokenHash(key), scope, deps.clock());
  if (!partner) return refused("PARTNER_KEY_UNKNOWN");
  const limit = { name: "partner", who: partner.partnerId, windowSeconds: 60, most: partner.requestsAMinute };
  const seconds = await takeLimits(deps, [limit]);
  if (seconds > 0) return refused("PARTNER_BUDGET_USED", { seconds });
  return done({ partnerId: partner.partnerId, name: partner.name });
}
