// "Know your customer's vaccination status" (KYC-VS): a business types number and name, the person tells it the code from
// the phone, and it hears 0, 1 or 2, signed. Whoever is not registered is a 0 like any other, as fast and as long.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from "node:timers/promises";
import { confirmStatusCode, requestOtp } from "../modules/accounts/index.js";
import { nameMac, tellStatus } from "../modules/vaccinations/index.js";
import { answerOf, sendAnswer } from "./answer.js";
import { type ApiDoor, bodyOf } from "./door.js";
import { textOf } from "./read-input.js";
import { sendRefused, sendWireError } from "./refusals.js";
import { makeToken, tokenSeconds } from "./token.js";

/** An answer waits this long, whatever was looked at for it. */
const answerMs = 250;

export function statusRoutes(door: ApiDoor): void {
  const { deps, options } = door;

  door.post("/v3/vaccination/generateOTP", async (request, reply) => {
    const body = bodyOf(request);
    const [mobile, name] = [textOf(body, "mobile_number"), textOf(body, "full_name")];
    if (mobile === "") return sendWireError(reply, "mobileRequired");
    if (name === "") return sendWireError(reply, "parameterMissing");
    const asked = { mobile, address: request.ip, purpose: "status", nameMac: nameMac(deps.macs, name) } as const;
    const outcome = await requestOtp(deps, asked);
    return outcome.ok ? reply.send({ txnId: outcome.value.challengeId }) : sendRefused(reply, outcome);
  });

  door.post("/v3/vaccination/confirmOTP", async (request, reply) => {
    const body = bodyOf(request);
    const [otp, txnId] = [textOf(body, "otp").toLowerCase(), textOf(body, "txnId").toLowerCase()];
    if (otp === "") return sendWireError(reply, "otpRequired");
    if (txnId === "") return sendWireError(reply, "txnIdRequired");
    const outcome = await confirmStatusCode(deps, {
      challengeId: txnId,
      code: { sha256: otp },
      address: request.ip,
      lifetimeSeconds: tokenSeconds,
    });
    // Here a wrong code is 401, unlike at signing in.
    if (!outcome.ok) {
      return outcome.code === "OTP_WRONG" ? sendWireError(reply, "unauthenticated") : sendRefused(reply, outcome);
    }
    const { signInId, nameMac: name } = outcome.value;
    const token = makeToken(deps.macs, deps.clock(), {
      user_name: txnId,
      user_id: txnId,
      user_type: "STATUS",
      txnId,
      jti: signInId,
      name: name.toString("base64url"),
    });
    return reply.send({ token });
  });

  door.getWithToken("/v3/vaccination/status", async (_request, reply, claims) => {
    if (claims?.user_type !== "STATUS" || !claims.jti || !claims.name) return sendWireError(reply, "unauthenticated");
    const actor = { kind: "citizen", signInId: claims.jti } as const;
    const [told] = await Promise.all([tellStatus(deps, actor, Buffer.from(claims.name, "base64url")), wait(answerMs)]);
    if (!told.ok) return sendRefused(reply, told);
    const statement = { status: told.value, id: claims.txnId!, issuer: options.origin };
    return reply.send({ vaccination_status: told.value, jws: await deps.gate.signStatus(statement) });
  });

  // An embedded page asked for codes inside the pages of strangers: the person's own pages show the status instead.
  door.get("/v3/vaccination/status/knowYourStatus", (_request, reply) => reply.redirect("/", 303));

  // The key does not change while this process runs.
  let keys: Promise<ReturnType<typeof answerOf>> | undefined;
  door.get("/v3/vaccination/keys", async (request, reply) => {
    keys ??= deps.gate.statusKey().then((jwk) => answerOf({ keys: [jwk] }));
    keys.catch(() => (keys = undefined));
    return sendAnswer(request, reply, await keys, "public, max-age=3600");
  });
}
