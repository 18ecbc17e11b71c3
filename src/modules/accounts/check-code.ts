// Compares a typed code with a challenge. Each look costs one of three tries, counted before the comparison.
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from "node:crypto";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { codeHash, triesPerCode, tryLimits } from "./rules.js";
import { isUsedUp, type StoredChallenge, takeTry } from "./store.js";
import type { OtpPurpose, TypedCode } from "./types.js";

export interface CodeTry {
  readonly challengeId: string;
  readonly code: TypedCode;
  readonly address: string;
  readonly device?: string | undefined;
}
export type CodeRefusal = "OTP_WRONG" | "OTP_EXPIRED" | "OTP_TOO_MANY_TRIES" | "OTP_TOO_MANY_REQUESTS";

export async function checkCode(
  deps: Deps,
  purpose: OtpPurpose,
  input: CodeTry,
): Promise<Outcome<StoredChallenge, CodeRefusal>> {
  const seconds = await takeLimits(deps, tryLimits({ address: subscriberOf(input.address), device: input.device }));
  if (seconds > 0) return refused("OTP_TOO_MANY_REQUESTS", { seconds });
  const hash = codeHash(input.code);
  // What cannot be a code is a slip of the hand and costs no try.
  if (!hash) return refused("OTP_WRONG", { left: triesPerCode });
  if (!isUuid(input.challengeId)) return refused("OTP_EXPIRED");
  const challenge = await takeTry(deps.db, input.challengeId, purpose, triesPerCode);
  if (!challenge)
    return refused((await isUsedUp(deps.db, input.challengeId, purpose)) ? "OTP_TOO_MANY_TRIES" : "OTP_EXPIRED");
  if (challenge.expires_at <= deps.clock()) return refused("OTP_EXPIRED");
  const isSameDevice =
    challenge.device_hash === null ||
    (input.device !== undefined && timingSafeEqual(challenge.device_hash, deps.macs.mac("device", input.device)));
  const isRight = timingSafeEqual(challenge.code_mac, deps.macs.mac("otp", input.challengeId, hash));
  if (isRight && isSameDevice) return done(challenge);
  return challenge.tries >= triesPerCode
    ? refused("OTP_TOO_MANY_TRIES")
    : refused("OTP_WRONG", { left: triesPerCode - challenge.tries });
}
