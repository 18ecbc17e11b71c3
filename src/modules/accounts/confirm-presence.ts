// A code sent to a phone and read out to staff shows that its holder stands there. It opens no sign-in: it binds the
// challenge to the staff sign-in that asked, and the recorder accepts it as an explanation for that day.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { type CodeRefusal, type CodeTry, checkCode } from "./check-code.js";
import { type OtpRequest, type OtpRequestCode, requestOtp } from "./request-otp.js";
import { consume, findAccountByPhone, findOrMakeAccount, findPresence, insertAccount } from "./store.js";
import type { Challenge } from "./types.js";

type StaffActor = Extract<Actor, { kind: "staff" }>;

export function requestPresenceCode(
  deps: Deps,
  actor: StaffActor,
  input: Pick<OtpRequest, "mobile" | "address">,
): Promise<Outcome<Challenge, OtpRequestCode>> {
  return requestOtp(deps, { ...input, purpose: "presence", staffSignInId: actor.signInId });
}

/** After this, explanation { kind: "presence-code", challengeId } holds for the account's people until the day ends. */
export async function confirmPresenceCode(
  deps: Deps,
  actor: StaffActor,
  input: Omit<CodeTry, "device">,
): Promise<Outcome<{ challengeId: string; accountId: string | undefined }, CodeRefusal>> {
  const checked = await checkCode(deps, "presence", input);
  if (!checked.ok) return checked;
  if (checked.value.staff_sign_in_id !== actor.signInId) return refused("OTP_EXPIRED");
  if (!(await consume(deps.db, input.challengeId, deps.clock()))) return refused("OTP_EXPIRED");
  return done({
    challengeId: input.challengeId,
    accountId: await findAccountByPhone(deps.db, checked.value.phone_index),
  });
}

export interface PresentHolder {
  readonly phoneIndex: Buffer;
  readonly contactBox: Buffer;
  readonly accountId: string | undefined;
}

/** Who stands before this member of staff, by a code confirmed today; undefined when there is no such code. */
export async function findPresentHolder(
  deps: Deps,
  actor: StaffActor,
  challengeId: string,
): Promise<PresentHolder | undefined> {
  const presence = isUuid(challengeId) ? await findPresence(deps.db, challengeId) : undefined;
  if (!presence || presence.staffSignInId !== actor.signInId) return undefined;
  if (dateInIndia(presence.consumedAt) !== dateInIndia(deps.clock())) return undefined;
  return { ...presence, accountId: await findAccountByPhone(deps.db, presence.phoneIndex) };
}

/** The account of the phone that was shown to be present; made if it has none. In the caller's transaction. */
export async function accountOfPhone(tx: Queryable, phoneIndex: Buffer, locale: string, at: Date): Promise<string> {
  return (await findOrMakeAccount(tx, phoneIndex, uuidv7(at.getTime()), locale, at)).accountId;
}

/** An account without a phone, under an id that the caller chose. In the caller's transaction. */
export async function openAccountWithoutPhone(
  tx: Queryable,
  accountId: string,
  locale: string,
  at: Date,
): Promise<void> {
  await insertAccount(tx, accountId, locale, at);
}
