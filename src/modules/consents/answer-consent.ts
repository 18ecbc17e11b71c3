// The person answers: lets the partner see one person of the account on the terms asked for, refuses, or ends it later.
// Granting is written into the person's list and signed before it holds; ending holds at once.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid, tokenHash } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import { signArtefact } from "./artefact.js";
import type { ConsentCode } from "./errors.js";
import { codeTyped } from "./rules.js";
import * as store from "./store.js";
import type { Consent } from "./types.js";

type Citizen = Extract<Actor, { kind: "citizen" }>;

/** The request that waits for an answer under this code. Whoever has the code may read what is asked. */
export async function findRequest(
  deps: Deps,
  typed: string,
): Promise<Outcome<Consent & { readonly code: string }, ConsentCode>> {
  const code = codeTyped(typed);
  const consent = code && (await store.findByCode(deps.db, deps.clock(), tokenHash(code)));
  if (!code || !consent) return refused("CONSENT_CODE_UNKNOWN");
  return consent.state === "REQUESTED" ? done({ ...consent, code }) : refused("CONSENT_ANSWERED");
}

export async function grantConsent(
  deps: Deps,
  actor: Citizen,
  { code, beneficiaryId }: { readonly code: string; readonly beneficiaryId: string },
): Promise<Outcome<undefined, ConsentCode | GateError | "NOT_SIGNED_IN">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const request = await findRequest(deps, code);
  if (!request.ok) return request;
  const people = await listBeneficiaries(deps, holder.accountId);
  if (!people.some((one) => one.beneficiaryId === beneficiaryId)) return refused("CONSENT_PERSON_MISSING");
  const granted = await signArtefact(deps, actor, request.value, beneficiaryId);
  if (!granted.ok) return granted;
  const isAnswered = await store.putAnswer(deps.db, {
    consentId: request.value.consentId,
    accountId: holder.accountId,
    at: deps.clock(),
    granted: { beneficiaryId, ...granted.value },
  });
  return isAnswered ? done(undefined) : refused("CONSENT_ANSWERED");
}

export async function denyConsent(
  deps: Deps,
  actor: Citizen,
  code: string,
): Promise<Outcome<undefined, ConsentCode | "NOT_SIGNED_IN">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const request = await findRequest(deps, code);
  if (!request.ok) return request;
  const answer = { consentId: request.value.consentId, accountId: holder.accountId, at: deps.clock() };
  return (await store.putAnswer(deps.db, answer)) ? done(undefined) : refused("CONSENT_ANSWERED");
}

/** The partner's next look is refused. */
export async function revokeConsent(
  deps: Deps,
  actor: Citizen,
  consentId: string,
): Promise<Outcome<undefined, "CONSENT_UNKNOWN" | "NOT_SIGNED_IN">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const isRevoked = isUuid(consentId) && (await store.markRevoked(deps.db, consentId, holder.accountId, deps.clock()));
  return isRevoked ? done(undefined) : refused("CONSENT_UNKNOWN");
}

/** What the account answered, newest first; at most 100. */
export function listConsents(deps: Pick<Deps, "db" | "clock">, accountId: string): Promise<Consent[]> {
  return store.selectOfAccount(deps.db, deps.clock(), accountId);
}
