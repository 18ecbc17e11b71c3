// Signing in as Co-WIN's clients do: a code to the phone, its SHA-256 back, a token for fifteen minutes. Public, protected
// and portal forms differ in paths and in what comes with the token. Asking for a code never says who is registered.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { endOwnSignIn, type NewSignedIn, provedNumber, requestOtp, verifyOtp } from "../modules/accounts/index.js";
import { listBeneficiaries } from "../modules/beneficiaries/index.js";
import { makeCaptcha } from "../modules/captchas/index.js";
import { isUuid } from "../platform/random.js";
import { type ApiDoor, type ApiHandler, type ApiRequest, bodyOf } from "./door.js";
import { asPartner } from "./partner.js";
import { textOf } from "./read-input.js";
import { sendRefused, sendWireError } from "./refusals.js";
import { makeToken, type TokenClaims, tokenSeconds } from "./token.js";

type Form = "public" | "protected" | "portal";

export function signInRoutes(door: ApiDoor): void {
  const { deps } = door;

  const generate: ApiHandler = async (request, reply) => {
    const mobile = textOf(bodyOf(request), "mobile");
    const outcome = await requestOtp(deps, { mobile, address: request.ip, purpose: "sign-in" });
    return outcome.ok ? reply.send({ txnId: outcome.value.challengeId }) : sendRefused(reply, outcome);
  };

  function confirm(form: Form): ApiHandler {
    return async (request, reply) => {
      const body = bodyOf(request);
      const [otp, txnId] = [textOf(body, "otp").toLowerCase(), textOf(body, "txnId").toLowerCase()];
      if (otp === "") return sendWireError(reply, "otpRequired");
      if (txnId === "") return sendWireError(reply, "txnIdRequired");
      const outcome = await verifyOtp(deps, {
        challengeId: txnId,
        code: { sha256: otp },
        address: request.ip,
        locale: languageOf(request),
        lifetimeSeconds: tokenSeconds,
      });
      if (!outcome.ok) return sendRefused(reply, outcome);
      return sendToken(request, reply, form, txnId, outcome.value);
    };
  }

  /** The number is proved now, so that its holder may hear that nobody is registered with it. */
  async function sendToken(
    request: ApiRequest,
    reply: FastifyReply,
    form: Form,
    txnId: string,
    signedIn: NewSignedIn,
  ): Promise<FastifyReply> {
    const [people, mobile] = await Promise.all([
      listBeneficiaries(deps, signedIn.accountId),
      provedNumber(deps, signedIn),
    ]);
    if (form === "public" && people.length === 0) {
      await endOwnSignIn(deps, { kind: "citizen", signInId: signedIn.signInId });
      return sendWireError(reply, "notRegistered");
    }
    const claims: Omit<TokenClaims, "iat" | "exp"> = {
      user_name: signedIn.accountId,
      user_type: "BENEFICIARY",
      user_id: signedIn.accountId,
      mobile_number: mobile === undefined ? undefined : Number(mobile),
      beneficiary_reference_id: people.at(-1)?.referenceId,
      ...(form === "portal" ? { secret_key: "", ua: (request.headers["user-agent"] ?? "").slice(0, 200) } : {}),
      txnId,
      jti: signedIn.signInId,
    };
    const token = makeToken(deps.macs, deps.clock(), claims);
    return reply.send(form === "public" ? { token } : { token, isNewAccount: people.length === 0 ? "Y" : "N" });
  }

  door.post("/v2/auth/public/generateOTP", generate);
  door.post("/v2/auth/public/confirmOTP", confirm("public"));
  door.post("/v2/auth/generateOTP", asPartner(door, "protected", generate));
  door.post("/v2/auth/confirmOTP", asPartner(door, "protected", confirm("protected")));
  door.post("/v2/auth/generateMobileOTP", generate);
  door.post("/v2/auth/validateMobileOtp", confirm("portal"));
  // Also where bookings ask for none: clients that solve them go on working.
  door.postWithBearer("/v2/auth/getRecaptcha", async (_request, reply, { actor }) => {
    const made = await makeCaptcha(deps, actor.signInId);
    return made.ok ? reply.send({ captcha: made.value.svg }) : sendRefused(reply, made);
  });
  door.postWithBearer("/v2/auth/logout", async (_request, reply, { actor }) => {
    await endOwnSignIn(deps, actor);
    return reply.status(204).send();
  });

  door.post("/v1/auth/guest/login", (request, reply) => {
    const id = textOf(bodyOf(request), "user_name").toLowerCase();
    if (!isUuid(id)) return sendWireError(reply, "unauthenticated");
    const token = makeToken(deps.macs, deps.clock(), { user_name: id, user_id: id, user_type: "GUEST" });
    return reply.type("text/plain; charset=utf-8").send(token);
  });
}

/** Messages come in the language a client asks for, if it is one of ours; English is what programs send by habit. */
function languageOf(request: ApiRequest): string | undefined {
  return /^hi\b|^hi_/i.test(request.headers["accept-language"] ?? "") ? "hi" : undefined;
}
