// Turns a right code into a sign-in. A code works once; the account is made at the first sign-in of a number.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type CodeRefusal, type CodeTry, checkCode } from "./check-code.js";
import { consume, findOrMakeAccount, insertSignIn, rememberDevice, setLocale } from "./store.js";
import { type SignIn, signInHours } from "./types.js";

export interface SignInTry extends CodeTry {
  /** The language of messages from now on; absent where nobody chose one. */
  readonly locale?: string | undefined;
  /** A program's sign-in holds shorter than a browser's. */
  readonly lifetimeSeconds?: number | undefined;
}

export interface NewSignedIn extends SignIn {
  /** The bearer token; it is stored only as a hash. */
  readonly token: string;
  readonly isNewAccount: boolean;
  /** The number that the code proved, sealed; `provedNumber` opens it. */
  readonly contactBox: Buffer;
}

export async function verifyOtp(deps: Deps, input: SignInTry): Promise<Outcome<NewSignedIn, CodeRefusal>> {
  const checked = await checkCode(deps, "sign-in", input);
  if (!checked.ok) return checked;
  const { phone_index: phoneIndex, contact_box: contactBox } = checked.value;
  const now = deps.clock();
  const token = randomToken();
  const signInId = uuidv7(now.getTime());
  const { locale, lifetimeSeconds = signInHours * 3_600 } = input;
  return deps.db.transaction(async (tx) => {
    if (!(await consume(tx, input.challengeId, now))) return refused("OTP_EXPIRED");
    const account = await findOrMakeAccount(tx, phoneIndex, uuidv7(now.getTime()), locale ?? "en", now);
    if (!account.isNew && locale !== undefined) await setLocale(tx, account.accountId, locale);
    await insertSignIn(tx, {
      signInId,
      tokenHash: tokenHash(token),
      accountId: account.accountId,
      contactBox,
      at: now,
      expiresAt: new Date(now.getTime() + lifetimeSeconds * 1_000),
    });
    if (input.device !== undefined) await rememberDevice(tx, phoneIndex, deps.macs.mac("device", input.device), now);
    return done({ token, signInId, accountId: account.accountId, isNewAccount: account.isNew, contactBox });
  });
}

/** The number that was proved a moment ago, for whoever proved it: Co-WIN's tokens carry it. */
export async function provedNumber(
  deps: Pick<Deps, "gate">,
  signedIn: Pick<NewSignedIn, "contactBox">,
): Promise<string | undefined> {
  return (await deps.gate.openTransit(signedIn.contactBox))?.mobile;
}
