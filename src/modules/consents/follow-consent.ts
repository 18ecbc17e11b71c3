// What a partner may know of its own requests: their state, the signed artefact once granted; and its word that it has
// erased what it kept, once a consent is over.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./store.js";
import type { Consent, PartnerCaller } from "./types.js";

type Caller = Pick<PartnerCaller, "partnerId">;

export async function findConsent(
  deps: Pick<Deps, "db" | "clock">,
  { partnerId }: Caller,
  consentId: string,
): Promise<Outcome<Consent, "CONSENT_UNKNOWN">> {
  const consent = isUuid(consentId)
    ? await store.findOfPartner(deps.db, deps.clock(), partnerId, "consent_id", consentId)
    : undefined;
  return consent ? done(consent) : refused("CONSENT_UNKNOWN");
}

/** The partner says that it has erased its copy. The person sees it. */
export async function confirmErasure(
  deps: Pick<Deps, "db" | "clock">,
  caller: Caller,
  consentId: string,
): Promise<Outcome<Consent, "CONSENT_UNKNOWN" | "CONSENT_STILL_IN_FORCE">> {
  const found = await findConsent(deps, caller, consentId);
  if (!found.ok) return found;
  const hadAccess = found.value.beneficiaryId !== null;
  if (!hadAccess) return refused("CONSENT_UNKNOWN");
  if (found.value.state === "GRANTED") return refused("CONSENT_STILL_IN_FORCE");
  await store.markErased(deps.db, consentId, caller.partnerId, deps.clock());
  return findConsent(deps, caller, consentId);
}
