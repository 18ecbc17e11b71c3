// Turns a right code into a sign-in. A code works once; the account is made at the first sign-in of a number.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type CodeRefusal, type CodeTry, checkCode } from "./check-code.js";
import { consume, findOrMakeAccount, insertSignIn, setLocale } from "./store.js";
import { type SignIn, signInHours } from "./types.js";

export interface NewSignedIn extends SignIn {
  /** The bearer token; it is stored only as a hash. */
  readonly token: string;
  readonly isNewAccount: boolean;
}

export async function verifyOtp(
  deps: Deps,
  input: CodeTry & { readonly locale: string },
): Promise<Outcome<NewSignedIn, CodeRefusal>> {
  const checked = await checkCode(deps, "sign-in", input);
  if (!checked.ok) return checked;
  const { phone_index: phoneIndex, contact_box: contactBox } = checked.value;
  const now = deps.clock();
  const token = randomToken();
  const signInId = uuidv7(now.getTime());
  return deps.db.transaction(async (tx) => {
    if (!(await consume(tx, input.challengeId, now))) return refused("OTP_EXPIRED");
    const account = await findOrMakeAccount(tx, phoneIndex, uuidv7(now.getTime()), input.locale, now);
    if (!account.isNew) await setLocale(tx, account.accountId, input.locale);
    await insertSignIn(tx, {
      signInId,
      tokenHash: tokenHash(token),
      accountId: account.accountId,
      contactBox,
      at: now,
      expiresAt: new Date(now.getTime() + signInHours * 3_600_000),
    });
    return done({ token, signInId, accountId: account.accountId, isNewAccount: account.isNew });
  });
}
