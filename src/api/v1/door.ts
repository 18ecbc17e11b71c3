// What the routes of /api/v1 share: schemas that are the documentation and the check at once, who is calling, and how a
// request is read. What does not fit its schema never reaches a handler.
// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from "node:http";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyTypeProvider,
  RawServerDefault,
} from "fastify";
import * as T from "typebox";
import { Compile } from "typebox/compile";
import type { Deps } from "../../modules/disclosure/index.js";
import { type PartnerScope, type UsedKey, usePartnerKey } from "../../modules/partners/index.js";
import { type Problem as Fault, type Refused, refused } from "../../platform/errors.js";
import { UnreadableRequest } from "../../platform/http/form.js";
import { type Bearer, bearerOf } from "../door.js";
import { readJsonBody } from "../json-body.js";
import { Problem, sendProblem } from "./problems.js";

interface SchemaTypes extends FastifyTypeProvider {
  validator: this["schema"] extends T.TSchema ? T.Static<this["schema"]> : unknown;
}
/** Params, query and body of a route have the types of its schemas. */
export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, SchemaTypes>;

declare module "fastify" {
  interface FastifyRequest {
    /** Set by `person`. */
    bearer?: Bearer;
    /** Set by `partner`. */
    partner?: UsedKey;
  }
}

// ── Schemas ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
export const Id = T.String({ pattern: `^${uuid}$`, description: "UUID in small letters." });
/** A calendar date. The years are those that people and doses of this programme have. */
export const Day = T.String({ format: "date", pattern: "^(19|20)[0-9]{2}-" });
export const Instant = T.String({ format: "date-time" });
export const Number32 = T.Integer({ minimum: 0, maximum: 2_147_483_647 });

/** An object with these members and no others. */
export function strict<P extends T.TProperties>(properties: P, options: T.TObjectOptions = {}) {
  return T.Object(properties, { ...options, additionalProperties: false });
}
/** The caller's own key of a request that makes something: repeated with the same key, it makes it once. */
export const onceHeaders = T.Object({
  "idempotency-key": T.String({ pattern: `^${uuid}$`, description: "A fresh UUID for each thing to be made." }),
});

interface Words {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Whose authority is needed; nobody's when absent. */
  readonly caller?: "person" | "partner";
}
interface Sent {
  readonly params?: T.TSchema;
  readonly querystring?: T.TSchema;
  readonly headers?: T.TSchema;
  readonly body?: T.TSchema;
}
type Answers = Readonly<Record<number, object>>;

const refusal = { description: "Refused.", content: { "application/problem+json": { schema: Problem } } };

export function describe<S extends Sent>({ caller, tag, ...words }: Words, sent: S, answers: Answers) {
  const response: Record<string, object> = { ...answers, "4xx": refusal, "5xx": refusal };
  return { ...words, ...sent, tags: [tag], security: caller ? [{ [caller]: [] }] : [], response };
}
export function json(schema: T.TSchema, description = "Done."): object {
  return { description, content: { "application/json": { schema } } };
}
export const pdf = {
  description: "The paper.",
  content: { "application/pdf": { schema: T.String({ contentMediaType: "application/pdf" }) } },
};
export const nothing = { description: "Done.", type: "null" };

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Reads bodies strictly, checks requests by their schemas, and answers what does not fit. */
export function readStrictly(api: FastifyInstance, refuse: Refuse): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("application/json", { bodyLimit: 16 * 1024, parseAs: "string" }, (_request, body, ready) => {
    const read = body === "" ? undefined : readJsonBody(body as string);
    if (read === undefined && body !== "") ready(new UnreadableRequest("not a plain JSON object"));
    else ready(null, read);
  });
  api.setValidatorCompiler<T.TSchema>(({ schema, httpPart }) => {
    const check = Compile(schema);
    const isText = httpPart !== "body";
    return (sent: unknown) => {
      const value = isText ? numbersIn(schema, sent) : sent;
      return check.Check(value) ? { value } : { error: check.Errors(value) };
    };
  });
  api.setErrorHandler((error, request, reply) => {
    const { validation, validationContext = "" } = error as { validation?: Finding[]; validationContext?: string };
    if (!validation) throw error;
    const fields = [...new Set(validation.flatMap((finding) => fieldsOf(finding)))].slice(0, 10);
    const problems: Fault[] = (fields.length > 0 ? fields : [validationContext]).map((field) => ({
      field,
      code: "FIELD_UNFIT",
    }));
    return refuse(request, reply, { ...refused("INPUT_INVALID"), problems });
  });
}
export type Refuse = (request: FastifyRequest, reply: FastifyReply, refusal: Refused) => FastifyReply;

interface Finding {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params?: {
    readonly requiredProperties?: readonly string[];
    readonly additionalProperties?: readonly string[];
  };
}
/** Names of members, never their values; a name that the caller made up is not said back. */
function fieldsOf({ keyword, instancePath, params }: Finding): string[] {
  if (keyword === "required")
    return (params?.requiredProperties ?? []).map((name) => pathOf(`${instancePath}/${name}`));
  if (keyword === "additionalProperties" || keyword === "boolean") return ["(unknown member)"];
  return instancePath === "" ? [] : [pathOf(instancePath)];
}
function pathOf(pointer: string): string {
  return pointer.slice(1).replaceAll("/", ".");
}

/** Params and queries are texts: those that stand for whole numbers become numbers. */
function numbersIn(schema: T.TSchema, sent: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.fromEntries(
    Object.entries((sent ?? {}) as Record<string, unknown>).map(([name, text]) => {
      const isNumber = properties[name]?.type === "integer" && typeof text === "string" && /^\d{1,10}$/.test(text);
      return [name, isNumber ? Number(text) : text];
    }),
  );
}

// ── Who is calling ──────────────────────────────────────────────────────────────────────────────────────────────

/** For the holder of an account: a token whose sign-in is in force. */
export function person(deps: Deps, refuse: Refuse = sendProblem) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const bearer = await bearerOf(deps, request);
    if (!bearer) return refuse(request, reply, refused("NOT_SIGNED_IN"));
    request.bearer = bearer;
    return undefined;
  };
}

/** For a partner: a key in force for this family, within the partner's budget. */
export function partner(deps: Deps, scope: PartnerScope, refuse: Refuse = sendProblem) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const sent = request.headers["x-api-key"];
    const used = await usePartnerKey(deps, typeof sent === "string" ? sent : "", scope);
    if (!used.ok) return refuse(request, reply, used);
    reply.header("RateLimit-Limit", used.value.budget).header("RateLimit-Remaining", used.value.left);
    request.partner = used.value;
    return undefined;
  };
}

export function bearerIn(request: Pick<FastifyRequest, "bearer">): Bearer {
  if (!request.bearer) throw new Error("the route lacks person()");
  return request.bearer;
}
export function partnerIn(request: Pick<FastifyRequest, "partner">): UsedKey {
  if (!request.partner) throw new Error("the route lacks partner()");
  return request.partner;
}
