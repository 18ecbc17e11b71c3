// How often an address, or with a token its account, may search: Co-WIN's hundred in five minutes unless the installation
// says otherwise. Counted in memory, so that no search waits for the database; each answer says what is left.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { refused } from "../platform/errors.js";
import { CountedLimit, type LimitDeps, subscriberOf } from "../platform/limits/index.js";
import type { ApiRequest } from "./door.js";
import { sendRefused } from "./refusals.js";
import type { TokenClaims } from "./token.js";

export const searchesInFiveMinutes = 100;

export type SearchHandler = (
  request: ApiRequest,
  reply: FastifyReply,
  claims?: TokenClaims,
) => Promise<FastifyReply> | FastifyReply;

export interface SearchLimit {
  counted(handler: SearchHandler): SearchHandler;
  /** Takes one search of an address and says how many are left; undefined, and none taken, when there is none. */
  takeFor(address: string): number | undefined;
  start(): void;
  stop(): Promise<void>;
}

export function searchLimit(deps: LimitDeps, most = searchesInFiveMinutes): SearchLimit {
  const limit = new CountedLimit(deps, { name: "searches", windowSeconds: 300, most });
  return {
    counted: (handler) => (request, reply, claims) => {
      // Guests prove nothing: they are the address they come from.
      const isAccount = claims?.user_type === "BENEFICIARY";
      const { seconds, left } = limit.take(isAccount ? claims.user_id : subscriberOf(request.ip));
      reply.header("RateLimit-Limit", most).header("RateLimit-Remaining", left);
      if (seconds > 0) return sendRefused(reply, refused("TOO_MANY_REQUESTS", { seconds }));
      return handler(request, reply, claims);
    },
    takeFor(address) {
      const { seconds, left } = limit.take(subscriberOf(address));
      return seconds > 0 ? undefined : left;
    },
    start: () => limit.start(),
    stop: () => limit.stop(),
  };
}
