// Sign-in with a passkey that the device itself finds; the user is verified by the device (finger, face or PIN).
// A challenge serves one answer. A counter that does not grow means a copied key, and is refused.
// SPDX-License-Identifier: Apache-2.0
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from "@simplewebauthn/server";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { isUuid, randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { keepChallenge } from "./enrol-passkey.js";
import { shiftHours } from "./find-staff-sign-in.js";
import * as store from "./store.js";
import type { RelyingParty, Staff } from "./types.js";

type Needed = Pick<Deps, "db" | "clock">;
type FinishError = "STAFF_CHALLENGE_EXPIRED" | "STAFF_PASSKEY_REFUSED" | "STAFF_STOPPED";
export type AuthenticationOptions = Awaited<ReturnType<typeof generateAuthenticationOptions>>;

/** Anybody may ask for a challenge, so an address gets only so many. */
export async function startPasskeySignIn(
  deps: Needed & Pick<Deps, "macs">,
  party: RelyingParty,
  { address }: { address: string },
): Promise<Outcome<{ challengeId: string; options: AuthenticationOptions }, "TOO_MANY_REQUESTS">> {
  const limit = { name: "passkey-by-address", who: subscriberOf(address), windowSeconds: 600, most: 120 };
  const seconds = await takeLimits(deps, [limit]);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const options = await generateAuthenticationOptions({ rpID: party.id, userVerification: "required" });
  return done({ challengeId: await keepChallenge(deps, options.challenge, null), options });
}

export interface NewSignIn {
  token: string;
  signInId: string;
  staff: Staff;
}

export async function finishPasskeySignIn(
  deps: Needed,
  party: RelyingParty,
  input: { challengeId: string; response: unknown },
): Promise<Outcome<NewSignIn, FinishError>> {
  const now = deps.clock();
  const challenge = isUuid(input.challengeId)
    ? await store.useChallenge(deps.db, input.challengeId, null, now)
    : undefined;
  if (!challenge) return refused("STAFF_CHALLENGE_EXPIRED");
  const credentialId = (input.response as { id?: unknown } | null)?.id;
  const passkey = typeof credentialId === "string" ? await store.findPasskey(deps.db, credentialId) : undefined;
  const staff = passkey && (await store.find(deps.db, passkey.staffId));
  if (!passkey || !staff) return refused("STAFF_PASSKEY_REFUSED");
  const counter = await verifiedCounter(input.response as AuthenticationResponseJSON, challenge, party, passkey);
  if (counter === undefined) return refused("STAFF_PASSKEY_REFUSED");
  // Only whoever holds the passkey learns that its holder is stopped.
  if (await store.isStopped(deps.db, staff.staffId)) return refused("STAFF_STOPPED");
  const token = randomToken();
  const signInId = uuidv7(now.getTime());
  return deps.db.transaction(async (tx) => {
    if (!(await store.advancePasskey(tx, passkey.credentialId, passkey.signCount, counter, now)))
      return refused("STAFF_PASSKEY_REFUSED");
    const expiresAt = new Date(now.getTime() + shiftHours * 3_600_000);
    await store.insertSignIn(tx, { signInId, tokenHash: tokenHash(token), staffId: staff.staffId, now, expiresAt });
    return done({ token, signInId, staff });
  });
}

/** The passkey's new counter, or nothing when the answer does not hold. */
async function verifiedCounter(
  response: AuthenticationResponseJSON,
  challenge: string,
  party: RelyingParty,
  passkey: store.Passkey,
): Promise<number | undefined> {
  try {
    const { userHandle } = response.response;
    if (userHandle !== undefined && Buffer.from(userHandle, "base64url").toString() !== passkey.staffId)
      return undefined;
    const result = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.signCount,
      },
    });
    return result.verified ? result.authenticationInfo.newCounter : undefined;
  } catch {
    return undefined;
  }
}
