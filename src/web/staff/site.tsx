// What the pages of a session site share: only verifiers and vaccinators come in, and each page that shows a person
// says that the look was written down. No rule stands here; the commands decide by facility and date.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Ids } from "../../modules/attendance/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import type { Role } from "../../modules/staff/index.js";
import type { Problem, Refused } from "../../platform/errors.js";
import type { Form } from "../../platform/http/form.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner } from "../components/index.js";
import { localeOf, sendRefusal, wordsOf } from "../page.js";
import type { SignedInStaff, StaffGuard } from "../staff-guard.js";

const siteRoles: readonly Role[] = ["verifier", "vaccinator"];

/** One request of a member of staff at a session site. */
export interface SiteCall extends SignedInStaff {
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

export interface SiteDoor {
  get(path: string, handler: (call: SiteCall) => Promise<unknown>): void;
  post(path: string, handler: (call: SiteCall) => Promise<unknown>): void;
}

/** Paths are given without "/:lang/staff". */
export function siteDoor(app: FastifyInstance, deps: Deps, guard: StaffGuard): SiteDoor {
  const route = (method: "GET" | "POST", path: string, handler: (call: SiteCall) => Promise<unknown>) =>
    app.route({
      method,
      url: `/:lang/staff${path}`,
      handler: async (request, reply) => {
        const parts = request.params as Record<string, string>;
        const query = request.query as Record<string, unknown>;
        const who = await guard.requireStaff(request, reply, siteRoles);
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
    get: (path, handler) => route("GET", path, handler),
    post: (path, handler) => route("POST", path, handler),
  };
}

export function idsOf(call: SiteCall): Ids {
  return {
    sessionId: call.part("sessionId"),
    appointmentId: call.part("appointmentId"),
    beneficiaryId: call.part("beneficiaryId"),
  };
}

export function sessionPath(t: Translate, sessionId: string): string {
  return `/${t.locale}/staff/sessions/${sessionId}`;
}

export function personPath(t: Translate, ids: Ids): string {
  return `${sessionPath(t, ids.sessionId)}/people/${ids.appointmentId}/${ids.beneficiaryId}`;
}

/** A refusal that no form of the page can show. */
export function refuse({ request, reply }: SiteCall, refusal: Refused): FastifyReply {
  if (refusal.code === "NOT_SIGNED_IN") return reply.redirect(`/${localeOf(request)}/staff/sign-in`, 303);
  return sendRefusal(request, reply, refusal);
}

/** The problems of a refused form; a refusal without fields is put at `field`. */
export function problemsOf(refusal: Refused, field: string): readonly Problem[] {
  return refusal.problems ?? [{ field, code: refusal.code, ...(refusal.facts ? { facts: refusal.facts } : {}) }];
}

/** Says that the record was opened, for what, and who can see that. */
export function Recorded({ t, purpose, by }: { t: Translate; purpose: string; by: SignedInStaff }) {
  return (
    <Banner kind="warning" title={t("staff.recorded.title")}>
      <p>{t("staff.recorded.body", { purpose, place: by.staff.placeName ?? "" })}</p>
    </Banner>
  );
}
