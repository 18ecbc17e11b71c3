// What an operator's monitoring asks, on a port of its own that strangers do not reach: /metrics of all processes,
// /healthz (the supervisor lives) and /readyz (every part runs, the pages answer).
// SPDX-License-Identifier: Apache-2.0
import { createServer, type ServerResponse } from "node:http";
import { exposition, expositionType } from "../platform/metrics/exposition.js";
import { type Family, Metrics } from "../platform/metrics/metrics.js";
import { OperatorError } from "../platform/operator-error.js";
import type { Part } from "./part.js";

export interface Watched {
  readonly parts: () => readonly Part[];
  /** Whether the start has come to its end and no stop was asked for. */
  readonly isServing: () => boolean;
  /** Whether the pages answer. */
  readonly pagesAnswer: () => Promise<boolean>;
}

export interface Admin {
  close(): void;
}

export async function serveAdmin(port: number, watched: Watched): Promise<Admin> {
  const own = new Metrics();
  own.gauge("sakshi_part_up", "1 if the process runs.", () =>
    watched.parts().map((part) => ({ labels: { part: part.name }, value: part.isUp() ? 1 : 0 })),
  );
  own.gauge("sakshi_part_starts", "How often the process was started since Sakshi was.", () =>
    watched.parts().map((part) => ({ labels: { part: part.name }, value: part.starts() })),
  );

  async function allMetrics(): Promise<string> {
    const byProcess = new Map<string, readonly Family[]>([["supervisor", await own.read()]]);
    const asked = watched.parts().map(async (part) => [part.name, await part.metrics()] as const);
    for (const [name, families] of await Promise.all(asked)) byProcess.set(name, families);
    return exposition(byProcess);
  }

  async function isReady(): Promise<boolean> {
    return watched.isServing() && watched.parts().every((part) => part.isUp()) && (await watched.pagesAnswer());
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    if (path === "/metrics") response.setHeader("Content-Type", expositionType).end(await allMetrics());
    else if (path === "/healthz") response.end("alive\n");
    else if (path === "/readyz") {
      const ready = await isReady();
      response.writeHead(ready ? 200 : 503).end(ready ? "ready\n" : "not ready\n");
    } else response.writeHead(404).end();
  }

  const server = createServer((request, response) => {
    answer(request.url ?? "", response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(
        new OperatorError(`Metrics cannot be served on port ${port} (${code}). Set SAKSHI_ADMIN_PORT to a free one.`),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  server.unref();
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
