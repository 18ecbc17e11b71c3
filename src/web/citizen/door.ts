// What the citizen's pages share: routes behind the sign-in, the device cookie, plain words for products and doses.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import type { Refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { type Citizen, type CitizenOptions, citizenOf, requireCitizen } from "./sign-in-guard.js";

export type CitizenRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>;
export type CitizenHandler = (request: CitizenRequest, reply: FastifyReply, citizen: Citizen) => Promise<FastifyReply>;

export interface CitizenDoor {
  readonly app: FastifyInstance;
  readonly deps: Deps;
  readonly options: CitizenOptions;
  get(path: string, handler: CitizenHandler): void;
  post(path: string, handler: CitizenHandler): void;
}

/** Paths are given without "/:lang"; whoever is not signed in is sent to sign in. */
export function citizenDoor(app: FastifyInstance, deps: Deps, options: CitizenOptions): CitizenDoor {
  const preHandler = requireCitizen(deps, options);
  const route = (method: "GET" | "POST", path: string, handler: CitizenHandler) =>
    app.route({
      method,
      url: `/:lang${path}`,
      preHandler,
      handler: (request, reply) => handler(request as CitizenRequest, reply, citizenOf(request)),
    });
  return {
    app,
    deps,
    options,
    get: (path, handler) => route("GET", path, handler),
    post: (path, handler) => route("POST", path, handler),
  };
}

/** One value of the query; "" when absent or given twice. */
export function queryText(request: CitizenRequest, name: string): string {
  const value = request.query[name];
  return typeof value === "string" ? value.trim().slice(0, 100) : "";
}

export function doseName(t: Translate, doseNumber: number, isPrecaution: boolean): string {
  return isPrecaution ? t("common.dose.precaution") : t("common.dose", { number: doseNumber });
}

/** A refusal that a form shows at one of its fields. */
export function atField(refusal: Refused, field: string): NonNullable<Refused["problems"]> {
  return refusal.problems ?? [{ field, code: refusal.code, ...(refusal.facts ? { facts: refusal.facts } : {}) }];
}

/** After a change: the page to go to, which says what was done. */
export function seeOther(reply: FastifyReply, path: string): FastifyReply {
  return reply.redirect(path, 303);
}
