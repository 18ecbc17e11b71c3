// What all officer pages share: only admins come in, addresses are read strictly, confirmations are shown once after
// a redirect. No rule stands here; the commands decide by jurisdiction.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import type { EndAppointments } from "../../modules/sessions/index.js";
import type { Role } from "../../modules/staff/index.js";
import { isLocale } from "../../platform/i18n/i18n.js";
import type { SignedInStaff, StaffGuard } from "../staff-guard.js";

export interface OfficerOptions {
  /** Public origin; one-time links are made with it. */
  readonly origin: string;
  /** Ends the appointments of a cancelled session and tells the booked. */
  readonly endAppointments: EndAppointments;
}

const adminRoles: readonly Role[] = ["facility-admin", "district-admin", "state-admin", "national-admin"];

export type OfficerRequest = FastifyRequest<{ Params: Record<string, string>; Querystring: Record<string, unknown> }>;
export type OfficerHandler = (request: OfficerRequest, reply: FastifyReply, officer: SignedInStaff) => Promise<unknown>;

export interface OfficerDoor {
  readonly deps: Deps;
  readonly options: OfficerOptions;
  get(path: string, handler: OfficerHandler): void;
  post(path: string, handler: OfficerHandler): void;
}

/** Paths are given without "/:lang/officer". */
export function officerDoor(app: FastifyInstance, deps: Deps, options: OfficerOptions, guard: StaffGuard): OfficerDoor {
  const route = (method: "GET" | "POST", path: string, handler: OfficerHandler) =>
    app.route({
      method,
      url: `/:lang/officer${path}`,
      handler: async (request, reply) => {
        const wanted = request as OfficerRequest;
        if (!isLocale(wanted.params.lang ?? "")) return reply.callNotFound();
        const officer = await guard.requireStaff(request, reply, adminRoles);
        return officer ? handler(wanted, reply, officer) : reply;
      },
    });
  return {
    deps,
    options,
    get: (path, handler) => route("GET", path, handler),
    post: (path, handler) => route("POST", path, handler),
  };
}

/** One value of the query; "" when absent or given twice. */
export function queryText(request: OfficerRequest, name: string): string {
  const value = request.query[name];
  return typeof value === "string" ? value.trim().slice(0, 200) : "";
}

export function queryNumber(request: OfficerRequest, name: string): number {
  const text = queryText(request, name);
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** The same page with other choices; empty ones are left out. */
export function withQuery(path: string, choices: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choices)) if (value) query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
