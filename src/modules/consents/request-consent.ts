// A partner asks to see a record. It names nobody: it gets a code, which it shows to the person it deals with, and the
// person who types it, signed in, sees the request. So there is nothing to find out about who is registered.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import type { ConsentCode } from "./errors.js";
import { codeFrom, isSameTerms, termsFaults } from "./rules.js";
import * as store from "./store.js";
import type { Consent, ConsentTerms, PartnerCaller } from "./types.js";

const answerHours = 24;
const keptUnansweredMs = 7 * 86_400_000;

export interface RequestedConsent {
  readonly consent: Consent;
  /** For the person; the same whenever the request is repeated under its key. */
  readonly code: string;
}

export async function requestConsent(
  deps: Pick<Deps, "db" | "clock" | "macs">,
  { partnerId }: Pick<PartnerCaller, "partnerId">,
  { terms, requestKey }: { readonly terms: ConsentTerms; readonly requestKey: string },
): Promise<Outcome<RequestedConsent, ConsentCode | "INPUT_INVALID">> {
  const now = deps.clock();
  const faults = termsFaults(terms, now);
  if (faults.length > 0) return invalid(faults);
  const code = codeFrom(deps.macs.mac("consent-code", partnerId, requestKey));
  await store.insertRequest(deps.db, {
    consentId: uuidv7(now.getTime()),
    partnerId,
    requestKey,
    codeHash: tokenHash(code),
    terms,
    createdAt: now,
    answerBy: new Date(now.getTime() + answerHours * 3_600_000),
  });
  const consent = await store.findByRequestKey(deps.db, now, partnerId, requestKey);
  return isSameTerms(consent.terms, terms) ? done({ consent, code }) : refused("CONSENT_KEY_REUSED");
}

/** Forgets requests that nobody answered, a week after they ran out. */
export function forgetUnanswered(deps: Pick<Deps, "db" | "clock">): Promise<void> {
  return store.deleteUnanswered(deps.db, new Date(deps.clock().getTime() - keptUnansweredMs));
}
