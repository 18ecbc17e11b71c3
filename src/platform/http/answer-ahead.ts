// Answers a request before the framework sees it, for answers that lie ready: the framework's work for a request costs
// several times the writing of such an answer. Whatever is not answered here goes the usual way.
// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from "node:http";
import proxyAddr from "@fastify/proxy-addr";
import type { FastifyInstance } from "fastify";

export interface AheadRequest {
  readonly raw: IncomingMessage;
  /** Who is calling, as Fastify's `request.ip`. Reads headers only when asked. */
  caller(): string;
}

/** `answer` is called for each request, and says whether it has answered. `trustedProxies` as for `createServer`. */
export function answerAhead(
  app: FastifyInstance,
  trustedProxies: readonly string[],
  answer: (request: AheadRequest, response: ServerResponse) => boolean,
): void {
  const isTrusted = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : undefined;
  const callerOf = (raw: IncomingMessage) => (isTrusted ? proxyAddr(raw, isTrusted) : (raw.socket.remoteAddress ?? ""));
  const usual = app.server.listeners("request") as ((raw: IncomingMessage, response: ServerResponse) => void)[];
  app.server.removeAllListeners("request");
  app.server.on("request", (raw: IncomingMessage, response: ServerResponse) => {
    if (answer({ raw, caller: () => callerOf(raw) }, response)) {
      app.traffic?.ahead();
      return;
    }
    for (const listener of usual) listener.call(app.server, raw, response);
  });
}
