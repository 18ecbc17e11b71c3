// A code that proves a number for one answer, how far somebody is vaccinated, to whoever was told it. It opens a sign-in
// that is good for that answer only. A number that nobody is registered with goes the same way, to an account of nobody.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type CodeRefusal, type CodeTry, checkCode } from "./check-code.js";
import { consume, findAccountByPhone, insertSignIn } from "./store.js";

export interface StatusSignIn {
  readonly signInId: string;
  /** As it was given when the code was asked for. */
  readonly nameMac: Buffer;
}

export async function confirmStatusCode(
  deps: Deps,
  input: Omit<CodeTry, "device"> & { readonly lifetimeSeconds: number },
): Promise<Outcome<StatusSignIn, CodeRefusal>> {
  const checked = await checkCode(deps, "status", input);
  if (!checked.ok) return checked;
  const { phone_index: phoneIndex, name_mac: nameMac } = checked.value;
  const now = deps.clock();
  const signInId = uuidv7(now.getTime());
  return deps.db.transaction(async (tx) => {
    if (!nameMac || !(await consume(tx, input.challengeId, now))) return refused("OTP_EXPIRED");
    await insertSignIn(tx, {
      signInId,
      // Nobody holds this token: the sign-in is reached by its id, inside the API's own token.
      tokenHash: tokenHash(randomToken()),
      accountId: (await findAccountByPhone(tx, phoneIndex)) ?? uuidv7(now.getTime()),
      contactBox: Buffer.alloc(0),
      at: now,
      expiresAt: new Date(now.getTime() + input.lifetimeSeconds * 1_000),
    });
    return done({ signInId, nameMac });
  });
}
