// Refusals in the words of OAuth (RFC 6749 section 5.2, RFC 6750 section 3.1) and OpenID4VCI 1.0 (section 8.3.1.2).
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorRule } from "../../errors.js";
import type { Refused } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { translator } from "../../platform/i18n/i18n.js";

/** What each of our codes is called there; all others are "invalid_request", or a status without a word. */
const words: Readonly<Record<string, string>> = {
  WALLET_CODE_REFUSED: "invalid_grant",
  WALLET_TOKEN_REFUSED: "invalid_token",
  WALLET_PROOF_REFUSED: "invalid_proof",
  WALLET_NONCE_REFUSED: "invalid_nonce",
  CERTIFICATE_NOT_ISSUED: "credential_request_denied",
  DISCLOSURE_NOT_ALLOWED: "credential_request_denied",
  DISCLOSURE_STOPPED: "credential_request_denied",
  TOO_MANY_REQUESTS: "temporarily_unavailable",
  DISCLOSURE_BUDGET_SPENT: "temporarily_unavailable",
  DISCLOSURE_LOG_UNAVAILABLE: "temporarily_unavailable",
  UNAVAILABLE: "temporarily_unavailable",
  INTERNAL_ERROR: "server_error",
};

export function sendWalletError(
  reply: FastifyReply,
  status: number,
  error: string,
  description?: string,
): FastifyReply {
  if (status === 401) reply.header("WWW-Authenticate", `Bearer error="${error}"`);
  return reply
    .status(status)
    .header("Cache-Control", "no-store")
    .send({ error, ...(description === undefined ? {} : { error_description: description }) });
}

export function sendWalletRefusal(
  _request: FastifyRequest,
  reply: FastifyReply,
  { code, facts }: Refused,
): FastifyReply {
  const rule = errorRule(code);
  // "denied" is an answer, not a fault of the request's address: always 400.
  const error = words[code] ?? "invalid_request";
  const status = error === "credential_request_denied" ? 400 : rule.status;
  const seconds = facts?.["seconds"];
  if (seconds !== undefined) reply.header("Retry-After", String(seconds));
  return sendWalletError(reply, status, error, translator("en")(`error.${code}` as MessageKey, facts));
}
