// Refusals as problem details (RFC 9457), with our stable codes. The type leads to the list of codes on the page about
// the API. Never a value of what was sent.
// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as T from "typebox";
import { errorRule } from "../../errors.js";
import type { Refused } from "../../platform/errors.js";
import { type MessageKey, translator } from "../../platform/i18n/i18n.js";

const Fault = T.Object({
  field: T.String({ description: "Which part of the request." }),
  code: T.String(),
  detail: T.String(),
});
export const Problem = T.Object(
  {
    type: T.String({ format: "uri-reference", description: "Where the code is explained." }),
    title: T.String(),
    status: T.Integer(),
    code: T.String({ description: "Stable; compare this, not the texts." }),
    detail: T.String({ description: "For people, in English or, with Accept-Language: hi, in Hindi." }),
    problems: T.Optional(T.Array(Fault, { description: "With INPUT_INVALID: what is wrong where." })),
  },
  { title: "Problem" },
);

export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  const { code, facts } = refusal;
  const rule = errorRule(code);
  const seconds = facts?.["seconds"];
  if (rule.retry || seconds !== undefined) reply.header("Retry-After", String(seconds ?? 5));
  if (rule.status === 401) reply.header("WWW-Authenticate", 'Bearer realm="sakshi"');
  const say = translator(/^hi\b/i.test(request.headers["accept-language"] ?? "") ? "hi" : "en");
  const textOf = (each: Pick<Refused, "code" | "facts">) => say(`error.${each.code}` as MessageKey, each.facts);
  const problems = refusal.problems?.map((each) => ({ field: each.field, code: each.code, detail: textOf(each) }));
  return reply
    .status(rule.status)
    .type("application/problem+json; charset=utf-8")
    .send(
      JSON.stringify({
        type: `/${say.locale}/api#${code}`,
        title: STATUS_CODES[rule.status],
        status: rule.status,
        code,
        detail: textOf(refusal),
        ...(problems ? { problems } : {}),
      }),
    );
}
