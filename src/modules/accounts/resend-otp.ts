// Asks for another code on the device that asked for the first: the number waits sealed with the challenge, so that
// neither page nor cookie needs to carry it.
// SPDX-License-Identifier: Apache-2.0
import { type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type OtpRequestCode, requestOtp } from "./request-otp.js";
import { resendWait } from "./rules.js";
import { findChallenge } from "./store.js";
import type { Challenge } from "./types.js";

interface Asking {
  readonly challengeId: string;
  readonly device: string;
}

async function findOwn(deps: Deps, { challengeId, device }: Asking) {
  if (!isUuid(challengeId)) return undefined;
  const since = new Date(deps.clock().getTime() - 3_600_000);
  return findChallenge(deps.db, challengeId, deps.macs.mac("device", device), since);
}

/** How the device's challenge stands: seconds that the code still holds, and until another may be asked for. */
export async function challengeState(
  deps: Deps,
  asking: Asking,
): Promise<{ validSeconds: number; resendSeconds: number } | undefined> {
  const found = await findOwn(deps, asking);
  if (!found) return undefined;
  const now = deps.clock().getTime();
  const secondsTo = (at: number) => Math.max(0, Math.ceil((at - now) / 1000));
  return {
    validSeconds: secondsTo(found.expiresAt.getTime()),
    resendSeconds: secondsTo(found.lastSentAt.getTime() + resendWait(found.sent) * 1000),
  };
}

export async function resendOtp(
  deps: Deps,
  asking: Asking & { readonly address: string },
): Promise<Outcome<Challenge, OtpRequestCode | "OTP_EXPIRED">> {
  const found = await findOwn(deps, asking);
  const content = found && (await deps.gate.openTransit(found.contactBox));
  if (!content) return refused("OTP_EXPIRED");
  const { address, device } = asking;
  return requestOtp(deps, { mobile: content.mobile, address, device, purpose: "sign-in" });
}
