// Refusals as FHIR says them: an OperationOutcome with the kind of issue, and our stable code in its details.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorRule } from "../../errors.js";
import type { Refused } from "../../platform/errors.js";
import { type MessageKey, translator } from "../../platform/i18n/i18n.js";

export const fhirJson = "application/fhir+json; charset=utf-8";

const kindOf: Readonly<Record<number, string>> = {
  401: "login",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "too-long",
  429: "throttled",
  503: "transient",
};

export function sendOutcome(_request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  const { status, retry } = errorRule(refusal.code);
  const seconds = refusal.facts?.["seconds"];
  if (retry || seconds !== undefined) reply.header("Retry-After", String(seconds ?? 5));
  const issueOf = ({ code, facts }: Pick<Refused, "code" | "facts">, field?: string) => ({
    severity: "error",
    code: kindOf[status] ?? (status >= 500 ? "exception" : "invalid"),
    details: { coding: [{ code }], text: translator("en")(`error.${code}` as MessageKey, facts) },
    ...(field === undefined ? {} : { diagnostics: field }),
  });
  const issue = refusal.problems?.map((one) => issueOf(one, one.field)) ?? [issueOf(refusal)];
  return reply
    .status(status)
    .type(fhirJson)
    .send(JSON.stringify({ resourceType: "OperationOutcome", issue }));
}
