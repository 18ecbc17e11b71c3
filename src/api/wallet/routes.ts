// The issuer's side of OpenID4VCI 1.0 for wallets: token, nonce, credential. Requests and refusals as that specification
// and OAuth name them; what is decided, src/modules/wallets decides.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import {
  configurationId,
  credentialOffer,
  isOffered,
  issueToWallet,
  makeNonce,
  offersPath,
  preAuthorizedGrant,
  redeemCode,
  tokenSeconds,
} from "../../modules/wallets/index.js";
import { refused } from "../../platform/errors.js";
import { UnreadableRequest } from "../../platform/http/form.js";
import { crossOrigin } from "../cross-origin.js";
import { type JsonBody, readJsonBody } from "../json-body.js";
import { endpoints, issuerMetadata, keyMetadata, serverMetadata } from "./metadata.js";
import { sendWalletError, sendWalletRefusal } from "./refusals.js";

const largestBody = 16 * 1024;

export async function walletApi(app: FastifyInstance, deps: Deps): Promise<void> {
  const files = {
    "/.well-known/openid-credential-issuer": issuerMetadata(deps.origin),
    "/.well-known/oauth-authorization-server": serverMetadata(deps.origin),
    "/.well-known/jwt-vc-issuer": keyMetadata(deps.origin),
  };
  for (const [path, content] of Object.entries(files))
    app.get(path, (_request, reply) =>
      reply.headers({ ...crossOrigin, "Cache-Control": "public, max-age=300" }).send(content),
    );

  await app.register(async (api) => {
    api.addHook("onRequest", async (_request, reply) => {
      reply.headers(crossOrigin);
    });
    api.addContentTypeParser(
      "application/json",
      { bodyLimit: largestBody, parseAs: "string" },
      (_request, body, ready) => {
        const read = body === "" ? {} : readJsonBody(body as string);
        ready(read ? null : new UnreadableRequest("not a plain JSON object"), read);
      },
    );
    api.get<{ Params: { code: string } }>(`${offersPath}:code`, (request, reply) => {
      const { code } = request.params;
      if (!isOffered(deps, code)) return sendWalletRefusal(request, reply, refused("NOT_FOUND"));
      return reply.send(credentialOffer(deps.origin, code));
    });
    api.post(endpoints.token, (request, reply) => token(deps, request, reply));
    api.post(endpoints.nonce, (_request, reply) => reply.send({ c_nonce: makeNonce(deps) }));
    api.post(endpoints.credential, (request, reply) => credential(deps, request, reply));
  });
}

async function token(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { form } = request;
  const grantType = form.text("grant_type");
  if (grantType === "") return sendWalletError(reply, 400, "invalid_request", "grant_type is missing");
  if (grantType !== preAuthorizedGrant) return sendWalletError(reply, 400, "unsupported_grant_type");
  const [code, digits] = [form.text("pre-authorized_code"), form.text("tx_code")];
  if (code === "" || digits === "")
    return sendWalletError(reply, 400, "invalid_request", "pre-authorized_code and tx_code are needed");
  const redeemed = await redeemCode(deps, { code, digits, address: request.ip });
  if (!redeemed.ok) return sendWalletRefusal(request, reply, redeemed);
  return reply.send({ access_token: redeemed.value.token, token_type: "Bearer", expires_in: tokenSeconds });
}

async function credential(deps: Deps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const held = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (held === undefined) return sendWalletError(reply, 401, "invalid_token");
  const asked = (request.body ?? {}) as JsonBody;
  if (asked["credential_identifier"] !== undefined) return sendWalletError(reply, 400, "unknown_credential_identifier");
  if (asked["credential_configuration_id"] !== configurationId)
    return sendWalletError(reply, 400, "unknown_credential_configuration");
  if (asked["credential_response_encryption"] !== undefined)
    return sendWalletError(reply, 400, "invalid_encryption_parameters");
  const proof = proofOf(asked["proofs"]);
  if (proof === undefined) return sendWalletError(reply, 400, "invalid_proof", "one proof of the type jwt is needed");
  const issued = await issueToWallet(deps, { token: held, proof });
  if (!issued.ok) return sendWalletRefusal(request, reply, issued);
  return reply.send({ credentials: [{ credential: issued.value.credential }] });
}

/** {"jwt": ["..."]}: one proof, of the one type that is supported. */
function proofOf(proofs: unknown): string | undefined {
  if (typeof proofs !== "object" || proofs === null) return undefined;
  const { jwt, ...others } = proofs as { jwt?: unknown };
  if (!Array.isArray(jwt) || jwt.length !== 1 || Object.keys(others).length > 0) return undefined;
  return typeof jwt[0] === "string" ? jwt[0] : undefined;
}
