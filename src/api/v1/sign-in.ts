// Signing in with a code to the phone. Asking for a code answers alike for every number.
// SPDX-License-Identifier: Apache-2.0
import * as T from "typebox";
import { endOwnSignIn, requestOtp, verifyOtp } from "../../modules/accounts/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { makeToken, tokenSeconds } from "../token.js";
import { type Api, bearerIn, describe, Id, Instant, json, nothing, person, strict } from "./door.js";
import { sendProblem } from "./problems.js";

export function signInRoutes(api: Api, deps: Deps): void {
  const signIn = { tag: "Signing in" } as const;

  api.post(
    "/sign-in/codes",
    {
      schema: describe(
        { ...signIn, summary: "Have a code sent to a phone", description: "The answer is the same for every number." },
        { body: strict({ mobile: T.String({ pattern: "^[6-9][0-9]{9}$" }) }) },
        { 201: json(T.Object({ challengeId: Id, expiresAt: Instant, resendAfterSeconds: T.Integer() })) },
      ),
    },
    async (request, reply) => {
      const { mobile } = request.body;
      const outcome = await requestOtp(deps, { mobile, address: request.ip, purpose: "sign-in" });
      return outcome.ok ? reply.status(201).send(outcome.value) : sendProblem(request, reply, outcome);
    },
  );

  api.post(
    "/sign-in",
    {
      schema: describe(
        { ...signIn, summary: "Turn a code into a token", description: "The token holds for fifteen minutes." },
        { body: strict({ challengeId: Id, code: T.String({ pattern: "^[0-9]{6}$" }) }) },
        { 201: json(T.Object({ token: T.String(), expiresInSeconds: T.Integer() })) },
      ),
    },
    async (request, reply) => {
      const { challengeId, code } = request.body;
      const outcome = await verifyOtp(deps, {
        challengeId,
        code: { digits: code },
        address: request.ip,
        lifetimeSeconds: tokenSeconds,
      });
      if (!outcome.ok) return sendProblem(request, reply, outcome);
      const { accountId, signInId } = outcome.value;
      const token = makeToken(deps.macs, deps.clock(), {
        user_name: accountId,
        user_id: accountId,
        user_type: "BENEFICIARY",
        jti: signInId,
      });
      return reply.status(201).send({ token, expiresInSeconds: tokenSeconds });
    },
  );

  api.delete(
    "/sign-in",
    {
      preValidation: person(deps),
      schema: describe({ ...signIn, summary: "Sign out", caller: "person" }, {}, { 204: nothing }),
    },
    async (request, reply) => {
      await endOwnSignIn(deps, bearerIn(request).actor);
      return reply.status(204).send();
    },
  );
}
