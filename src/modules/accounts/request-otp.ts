// Sends a one-time code to a number. Never looks whether the number is known: the answer is the same for all.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { randomDigits, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { codeMessage, codeSeconds, mobileFrom, requestLimits, resendWait } from "./rules.js";
import { insertChallenge, isKnownDevice, recentCodes } from "./store.js";
import { type Challenge, type OtpPurpose, signInHours } from "./types.js";

export interface OtpRequest {
  /** As typed. */
  readonly mobile: string;
  readonly address: string;
  /** The device cookie's token; absent for programs. */
  readonly device?: string | undefined;
  readonly purpose: OtpPurpose;
  /** For presence: the staff sign-in that the code will prove it to. */
  readonly staffSignInId?: string | undefined;
  /** For a status: whose it is asked for, as a keyed hash. */
  readonly nameMac?: Buffer | undefined;
}
export type OtpRequestCode = "MOBILE_INVALID" | "OTP_WAIT" | "OTP_TOO_MANY_REQUESTS";

export async function requestOtp(deps: Deps, request: OtpRequest): Promise<Outcome<Challenge, OtpRequestCode>> {
  const mobile = mobileFrom(request.mobile);
  if (!mobile) return { ok: false, code: "MOBILE_INVALID", problems: [{ field: "mobile", code: "MOBILE_INVALID" }] };
  const now = deps.clock();
  const phoneIndex = await deps.gate.phoneIndex(mobile);
  const deviceHash = request.device ? deps.macs.mac("device", request.device) : null;
  // A device that signed in with this number before does not wait for what others asked for.
  const ofDevice = deviceHash && (await isKnownDevice(deps.db, phoneIndex, deviceHash)) ? deviceHash : null;
  const sent = await recentCodes(deps.db, phoneIndex, new Date(now.getTime() - 3_600_000), ofDevice);
  const wait = resendWait(sent.length);
  const left = sent[0] ? Math.ceil((sent[0].getTime() + wait * 1000 - now.getTime()) / 1000) : 0;
  if (left > 0) return refused("OTP_WAIT", { seconds: left });

  const challengeId = uuidv7(now.getTime());
  const code = randomDigits(6);
  const [contactBox, message] = await Promise.all([
    deps.gate.sealForTransit({ mobile }, signInHours * 3600 + codeSeconds),
    deps.gate.sealForTransit({ mobile, text: codeMessage(code, request.purpose) }, 600),
  ]);
  const who = {
    number: phoneIndex.toString("base64"),
    address: subscriberOf(request.address),
    device: request.device,
    isKnown: ofDevice !== null,
  };
  return deps.db.transaction(async (tx) => {
    const seconds = await takeLimits({ ...deps, db: tx }, requestLimits(who));
    if (seconds > 0) return refused("OTP_TOO_MANY_REQUESTS", { seconds });
    // The limit's row is locked now: of two requests at once the second sees the first one's challenge.
    const isMade = await insertChallenge(tx, {
      challengeId,
      phoneIndex,
      purpose: request.purpose,
      codeMac: deps.macs.mac("otp", challengeId, createHash("sha256").update(code).digest("hex")),
      contactBox,
      deviceHash,
      staffSignInId: request.staffSignInId ?? null,
      nameMac: request.nameMac ?? null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + codeSeconds * 1000),
      notAfter: new Date(now.getTime() - Math.max(wait, 1) * 1000),
      ofDevice,
    });
    if (!isMade) return refused("OTP_WAIT", { seconds: resendWait(1) });
    await enqueue(tx, "send-typed-message", { box: message.toString("base64") }, `otp-${challengeId}`);
    return done({
      challengeId,
      expiresAt: new Date(now.getTime() + codeSeconds * 1000),
      resendAfterSeconds: resendWait(sent.length + 1),
    });
  });
}
