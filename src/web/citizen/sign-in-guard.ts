// The citizen's sign-in on pages: the cookie, and the guard that pages of account holders stand behind.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import { findSignIn, idleMinutes, signInHours } from "../../modules/accounts/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { setTokenCookie } from "../../platform/http/server.js";
import { localeOf } from "../page.js";

export interface Citizen {
  readonly accountId: string;
  readonly signInId: string;
  readonly actor: { readonly kind: "citizen"; readonly signInId: string };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set by requireCitizen and noticeCitizen. */
    citizen?: Citizen;
  }
}

export interface CitizenOptions {
  /** Public origin; decides the cookie's name and its Secure mark. */
  readonly origin: string;
}

/** On https the browser itself holds the cookie to this host (prefix __Host-). */
export function cookieName(options: CitizenOptions, name: string): string {
  return options.origin.startsWith("https:") ? `__Host-${name}` : name;
}
const signInCookie = "sakshi_sign_in";

export function signInToken(request: FastifyRequest, options: CitizenOptions): string | undefined {
  return request.cookies[cookieName(options, signInCookie)];
}

export function keepSignedIn(reply: FastifyReply, token: string, options: CitizenOptions): void {
  setTokenCookie(reply, cookieName(options, signInCookie), token, {
    origin: options.origin,
    maxAgeSeconds: signInHours * 3600,
  });
}

export function forgetSignIn(reply: FastifyReply, options: CitizenOptions): void {
  // Browsers take a __Host- cookie, also an empty one, only with all its marks.
  setTokenCookie(reply, cookieName(options, signInCookie), "", { origin: options.origin, maxAgeSeconds: 0 });
}

/** A preHandler that notices a sign-in but asks for none, for pages that anyone may open. */
export function noticeCitizen(deps: Deps, options: CitizenOptions) {
  return async (request: FastifyRequest): Promise<void> => {
    const token = signInToken(request, options);
    const signIn = token ? await findSignIn(deps, token) : undefined;
    if (!signIn) return;
    request.citizen = { ...signIn, actor: { kind: "citizen", signInId: signIn.signInId } };
    request.signedIn = { as: "citizen", idleMinutes };
  };
}

/**
 * A preHandler for pages of account holders: use `{ preHandler: requireCitizen(deps, options) }` on the route and
 * `citizenOf(request)` in it. Without a sign-in the reader is sent to sign in, and comes back afterwards.
 */
export function requireCitizen(deps: Deps, options: CitizenOptions) {
  const notice = noticeCitizen(deps, options);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    await notice(request);
    if (request.citizen) return;
    const back = request.method === "GET" ? `?then=${encodeURIComponent(request.url.split("?")[0]!)}` : "";
    return reply.redirect(`/${localeOf(request)}/sign-in${back}`, 303);
  };
}

export function citizenOf(request: FastifyRequest): Citizen {
  if (!request.citizen) throw new Error("the route lacks requireCitizen");
  return request.citizen;
}

/** Where to go after signing in: only a plain path of our own pages is taken. */
export function safeThen(then: string | undefined): string | undefined {
  return then && /^\/[a-z]{2}(?:\/[A-Za-z0-9-]+)+$/.test(then) ? then : undefined;
}
