// What the routes of Co-WIN's API share: reading, refusing, and the guards of bearer tokens.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findAccountHolder } from "../modules/accounts/index.js";
import type { Deps } from "../modules/disclosure/index.js";
import { isUuid, uuidv7 } from "../platform/random.js";
import type { JsonBody } from "./json-body.js";
import { sendWireError } from "./refusals.js";
import { type SearchHandler, type SearchLimit, searchLimit } from "./search-limit.js";
import { readToken, type TokenClaims } from "./token.js";

export type ApiRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>;
export interface Bearer {
  readonly accountId: string;
  readonly actor: { readonly kind: "citizen"; readonly signInId: string };
}
export type ApiHandler = (request: ApiRequest, reply: FastifyReply) => Promise<FastifyReply> | FastifyReply;
export type BearerHandler = (request: ApiRequest, reply: FastifyReply, bearer: Bearer) => Promise<FastifyReply>;

export interface ApiOptions {
  /** What browsers call this server. */
  readonly origin: string;
  /** Searches that an address or an account may make in five minutes. */
  readonly searchLimit?: number | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  /** Whether a booking needs the letters of a captcha. */
  readonly captcha?: boolean | undefined;
}

export interface ApiDoor {
  readonly deps: Deps;
  readonly options: ApiOptions;
  get(path: string, handler: ApiHandler): void;
  post(path: string, handler: ApiHandler): void;
  /** For the holder of an account: the token's sign-in must be in force. */
  getWithBearer(path: string, handler: BearerHandler): void;
  postWithBearer(path: string, handler: BearerHandler): void;
  /** For any token of ours that has not run out. Looks at nothing but the token: for answers about nobody. */
  getWithToken(path: string, handler: SearchHandler): void;
  readonly searches: SearchLimit;
}

/** Paths are given from /v2 on; appointments are also found under /v4, where clients went in 2022. */
export function apiDoor(api: FastifyInstance, deps: Deps, options: ApiOptions): ApiDoor {
  const route = (method: "GET" | "POST", path: string, handler: ApiHandler) => {
    const urls = path.startsWith("/v2/appointment/") ? [path, path.replace("/v2/", "/v4/")] : [path];
    for (const url of urls) {
      api.route({ method, url, handler: (request, reply) => handler(request as ApiRequest, reply) });
    }
  };
  const withBearer = (handler: BearerHandler): ApiHandler => {
    return async (request, reply) => {
      const bearer = await bearerOf(deps, request);
      return bearer ? handler(request, reply, bearer) : sendWireError(reply, "unauthenticated");
    };
  };
  return {
    deps,
    options,
    get: (path, handler) => route("GET", path, handler),
    post: (path, handler) => route("POST", path, handler),
    getWithBearer: (path, handler) => route("GET", path, withBearer(handler)),
    postWithBearer: (path, handler) => route("POST", path, withBearer(handler)),
    getWithToken: (path, handler) =>
      route("GET", path, (request, reply) => {
        const claims = claimsOf(deps, request);
        return claims ? handler(request, reply, claims) : sendWireError(reply, "unauthenticated");
      }),
    searches: searchLimit(deps, options.searchLimit),
  };
}

function claimsOf(deps: Deps, request: FastifyRequest): TokenClaims | undefined {
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  return token === undefined ? undefined : readToken(deps.macs, deps.clock(), token);
}

/** Whoever signed in with a code; undefined without a token that holds. */
export async function bearerOf(deps: Deps, request: FastifyRequest): Promise<Bearer | undefined> {
  const claims = claimsOf(deps, request);
  // A token for a status opens nothing else.
  const signInId = claims?.user_type === "BENEFICIARY" ? claims.jti : undefined;
  if (signInId === undefined) return undefined;
  const actor = { kind: "citizen", signInId } as const;
  const holder = await findAccountHolder(deps, actor);
  return holder && { accountId: holder.accountId, actor };
}

/** The body if it was JSON; otherwise an empty one, so that each path says which of its parameters is missing. */
export function bodyOf(request: ApiRequest): JsonBody {
  return (request.body ?? {}) as JsonBody;
}

/** The caller's own key for a change, if it has one: the same key changes once. */
export function requestKeyOf(request: ApiRequest): string {
  const key = request.headers["idempotency-key"];
  return isUuid(key) ? key : uuidv7();
}

export function sendPdf(reply: FastifyReply, pdf: Uint8Array, fileName: string): FastifyReply {
  return reply
    .header("Content-Disposition", `attachment; filename="${fileName}"`)
    .type("application/pdf")
    .send(Buffer.from(pdf));
}
