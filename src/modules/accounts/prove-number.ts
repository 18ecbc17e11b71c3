// A code that proves a number for one change, not for a sign-in: moving a person, showing that a second number is one's
// own. Bound to the sign-in that asked, so that nobody else can use it.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { type CodeRefusal, type CodeTry, checkCode } from "./check-code.js";
import { type OtpRequest, type OtpRequestCode, requestOtp } from "./request-otp.js";
import { mobileFrom } from "./rules.js";
import { consume, findAccountByPhone } from "./store.js";
import type { Challenge } from "./types.js";

type CitizenActor = Extract<Actor, { kind: "citizen" }>;

export function requestNumberProof(
  deps: Deps,
  actor: CitizenActor,
  { mobile, address }: Pick<OtpRequest, "mobile" | "address">,
): Promise<Outcome<Challenge, OtpRequestCode>> {
  return requestOtp(deps, { mobile, address, device: actor.signInId, purpose: "number-proof" });
}

export interface ProvedNumber {
  readonly challengeId: string;
  readonly phoneIndex: Buffer;
  readonly contactBox: Buffer;
  /** Undefined when the number has none. */
  readonly accountId: string | undefined;
}

/** The code is right; it counts once `useProofs` has used it in the transaction of the change. */
export async function checkNumberProof(
  deps: Deps,
  actor: CitizenActor,
  input: Omit<CodeTry, "device">,
): Promise<Outcome<ProvedNumber, CodeRefusal>> {
  const checked = await checkCode(deps, "number-proof", { ...input, device: actor.signInId });
  if (!checked.ok) return checked;
  const { phone_index: phoneIndex, contact_box: contactBox } = checked.value;
  const accountId = await findAccountByPhone(deps.db, phoneIndex);
  return done({ challengeId: input.challengeId, phoneIndex, contactBox, accountId });
}

/** False when one of the codes was used in the meantime. */
export async function useProofs(tx: Queryable, proofs: readonly ProvedNumber[], now: Date): Promise<boolean> {
  for (const { challengeId } of proofs) if (!(await consume(tx, challengeId, now))) return false;
  return true;
}

/** Whether a typed number is the account's own. Says nothing about any other number. */
export async function isNumberOf(
  deps: Deps,
  accountId: string,
  typed: string,
): Promise<Outcome<boolean, "MOBILE_INVALID">> {
  const mobile = mobileFrom(typed);
  if (!mobile) return refused("MOBILE_INVALID");
  return done((await findAccountByPhone(deps.db, await deps.gate.phoneIndex(mobile))) === accountId);
}
