// Enrolment: whoever holds a one-time link makes a passkey on their own device. The challenge lives on the
// server, for five minutes and one answer; the link is used up together with the passkey, or not at all.
// SPDX-License-Identifier: Apache-2.0
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { brokenConstraint } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./store.js";
import type { RelyingParty, Staff } from "./types.js";

export const challengeMinutes = 5;
type Needed = Pick<Deps, "db" | "clock">;
type StartError = "STAFF_INVITATION_INVALID";
type FinishError = StartError | "STAFF_CHALLENGE_EXPIRED" | "STAFF_PASSKEY_REFUSED";
export type RegistrationOptions = Awaited<ReturnType<typeof generateRegistrationOptions>>;

/** Whom a link is for; nothing when it was used, ran out, or never was. */
export async function findInvitedStaff(deps: Needed, token: string): Promise<Staff | undefined> {
  return store.findInvited(deps.db, tokenHash(token), deps.clock());
}

export async function startEnrolment(
  deps: Needed,
  party: RelyingParty,
  token: string,
): Promise<Outcome<{ challengeId: string; options: RegistrationOptions }, StartError>> {
  const staff = await findInvitedStaff(deps, token);
  if (!staff) return refused("STAFF_INVITATION_INVALID");
  const options = await generateRegistrationOptions({
    rpName: "Sakshi",
    rpID: party.id,
    userName: staff.placeName ? `${staff.displayName} (${staff.placeName})` : staff.displayName,
    userDisplayName: staff.displayName,
    userID: new TextEncoder().encode(staff.staffId),
    attestationType: "none",
    excludeCredentials: (await store.passkeyIdsOf(deps.db, staff.staffId)).map((id) => ({ id })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  const challengeId = await keepChallenge(deps, options.challenge, tokenHash(token));
  return done({ challengeId, options });
}

export async function finishEnrolment(
  deps: Needed,
  party: RelyingParty,
  input: { token: string; challengeId: string; response: unknown },
): Promise<Outcome<{ staff: Staff }, FinishError>> {
  const now = deps.clock();
  const hash = tokenHash(input.token);
  const staff = await store.findInvited(deps.db, hash, now);
  if (!staff) return refused("STAFF_INVITATION_INVALID");
  const challenge = isUuid(input.challengeId)
    ? await store.useChallenge(deps.db, input.challengeId, hash, now)
    : undefined;
  if (!challenge) return refused("STAFF_CHALLENGE_EXPIRED");
  const credential = await verified(input.response, challenge, party);
  if (!credential) return refused("STAFF_PASSKEY_REFUSED");
  try {
    const isUsed = await deps.db.transaction(async (tx) => {
      if (!(await store.useInvitation(tx, hash, now))) return false;
      // One passkey a person: two people behind one name would make the disclosure log name the wrong one.
      await store.retirePasskeys(tx, staff.staffId, now);
      await store.insertPasskey(tx, { ...credential, staffId: staff.staffId }, now);
      return true;
    });
    return isUsed ? done({ staff }) : refused("STAFF_INVITATION_INVALID");
  } catch (error) {
    if (brokenConstraint(error) === "passkeys_pkey") return refused("STAFF_PASSKEY_REFUSED");
    throw error;
  }
}

/** The new passkey, or nothing. The library throws on malformed answers: to us all of them are refusals. */
async function verified(
  response: unknown,
  challenge: string,
  party: RelyingParty,
): Promise<Omit<store.Passkey, "staffId"> | undefined> {
  try {
    const result = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    });
    if (!result.verified) return undefined;
    const { credential } = result.registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey),
      signCount: credential.counter,
      transports: (credential.transports ?? []).filter((each) => /^[a-z-]{1,20}$/.test(each)).slice(0, 8),
    };
  } catch {
    return undefined;
  }
}

export async function keepChallenge(deps: Needed, challenge: string, invitationHash: Buffer | null): Promise<string> {
  const now = deps.clock();
  const challengeId = uuidv7(now.getTime());
  await store.insertChallenge(deps.db, {
    challengeId,
    challenge,
    invitationHash,
    now,
    expiresAt: new Date(now.getTime() + challengeMinutes * 60_000),
  });
  return challengeId;
}
