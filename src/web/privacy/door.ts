// What the privacy officers' pages share: only privacy officers come in, addresses are read strictly. No rule stands
// here; the commands decide, and ask for a second officer where one is needed.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import type { Refused } from "../../platform/errors.js";
import type { Form } from "../../platform/http/form.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { localeOf, sendRefusal, wordsOf } from "../page.js";
import type { SignedInStaff, StaffGuard } from "../staff-guard.js";

/** One request of a privacy officer. */
export interface PrivacyCall extends SignedInStaff {
  readonly deps: Deps;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly t: Translate;
  readonly form: Form;
  /** A part of the path; "" when the route has no such part. */
  part(name: string): string;
  /** One value of the query; "" when absent or given twice. */
  query(name: string): string;
}

export interface PrivacyDoor {
  readonly deps: Deps;
  get(path: string, handler: (call: PrivacyCall) => Promise<unknown>): void;
  post(path: string, handler: (call: PrivacyCall) => Promise<unknown>): void;
}

/** Paths are given without "/:lang/privacy". */
export function privacyDoor(app: FastifyInstance, deps: Deps, guard: StaffGuard): PrivacyDoor {
  const route = (method: "GET" | "POST", path: string, handler: (call: PrivacyCall) => Promise<unknown>) =>
    app.route({
      method,
      url: `/:lang/privacy${path}`,
      handler: async (request, reply) => {
        const parts = request.params as Record<string, string>;
        const query = request.query as Record<string, unknown>;
        const who = await guard.requireStaff(request, reply, ["privacy-officer"]);
        if (!who) return reply;
        return handler({
          ...who,
          deps,
          request,
          reply,
          t: wordsOf(request),
          form: request.form,
          part: (name) => parts[name] ?? "",
          query: (name) => (typeof query[name] === "string" ? query[name].trim().slice(0, 100) : ""),
        });
      },
    });
  return {
    deps,
    get: (path, handler) => route("GET", path, handler),
    post: (path, handler) => route("POST", path, handler),
  };
}

/** A refusal that no form of the page can show. */
export function refuse({ request, reply }: PrivacyCall, refusal: Refused): FastifyReply {
  if (refusal.code === "NOT_SIGNED_IN") return reply.redirect(`/${localeOf(request)}/staff/sign-in`, 303);
  return sendRefusal(request, reply, refusal);
}
