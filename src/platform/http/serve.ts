// Serves on the port that the parent holds (src/start/held-port.ts), and lets go of it when a newer process has taken
// over: no new connections, and those there are end with the answer to their next request. None is cut.
// SPDX-License-Identifier: Apache-2.0
import { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** Connections that still say nothing after this have been idle for longer than `keepAliveTimeout`. */
const longestDrainMs = 30_000;

/** The parent's port; Node keeps the message until somebody listens. */
export function portOfParent(): Promise<unknown> {
  return new Promise((resolve) => {
    process.on("message", (message, port) => message === "listen" && resolve(port));
  });
}

export async function serve(app: FastifyInstance, host: string, port: unknown): Promise<void> {
  await app.listen({ host, handle: port } as { host: string });
}

/** Settles when no connection is left, or none that still asks for anything. */
export async function drain({ server }: FastifyInstance): Promise<void> {
  // Before the framework, and before what is answered ahead of it.
  server.prependListener("request", (_request, response) => void response.setHeader("Connection", "close"));
  const empty = new Promise<void>((resolve) => {
    // Not the HTTP server's own: it would cut idle connections, on which a request may be coming in.
    Server.prototype.close.call(server, () => resolve());
  });
  await Promise.race([empty, sleep(longestDrainMs, undefined, { ref: false })]);
}
