// Serves the published log under /log/: checkpoint, key, policy, list of shards, tiles, entry bundles. From files only, never from the
// database: what is shown is what is published. Open to programs of any origin, since checking is everybody's right.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply } from "fastify";
import { parseTilePath, tilePath } from "../../lib/tlog/index.js";

/** `directory` is where the publisher writes. */
export function logFiles(app: FastifyInstance, { directory }: { directory: string }): void {
  // Clients may keep a checkpoint for a moment: a new one comes about once a second.
  const checkpoint = { type: "text/plain; charset=utf-8", cache: "public, max-age=1, must-revalidate" };
  const tile = { type: "application/octet-stream", cache: "public, max-age=31536000, immutable" };
  app.get("/log/checkpoint", (_request, reply) => sendFile(reply, join(directory, "checkpoint"), checkpoint));
  app.get("/log/shards", (_request, reply) => sendFile(reply, join(directory, "shards"), checkpoint));
  for (const name of ["key", "policy"]) {
    app.get(`/log/${name}`, (_request, reply) =>
      sendFile(reply, join(directory, name), { type: "text/plain; charset=utf-8", cache: "public, max-age=300" }),
    );
  }
  function sendTile(reply: FastifyReply, shard: string, rest: string): FastifyReply | Promise<FastifyReply> {
    const path = asTilePath(`tile/${rest}`);
    if (path !== undefined) return sendFile(reply, join(directory, shard, path), tile);
    reply.callNotFound();
    return reply;
  }
  app.get<{ Params: { "*": string } }>("/log/tile/*", (request, reply) => sendTile(reply, ".", request.params["*"]));
  // All shards but the first have a folder of their own, which is called after a quarter of a year.
  const shard = "/log/:shard(^\\d{4}q[1-4]$)";
  app.get<{ Params: { shard: string } }>(`${shard}/checkpoint`, ({ params }, reply) =>
    sendFile(reply, join(directory, params.shard, "checkpoint"), checkpoint),
  );
  app.get<{ Params: { shard: string; "*": string } }>(`${shard}/tile/*`, ({ params }, reply) =>
    sendTile(reply, params.shard, params["*"]),
  );
}

/** The path, when it is one that a tile has. Nothing else reaches the file system. */
function asTilePath(path: string): string | undefined {
  try {
    return tilePath(parseTilePath(path));
  } catch {
    return undefined;
  }
}

async function sendFile(
  reply: FastifyReply,
  path: string,
  { type, cache }: { type: string; cache: string },
): Promise<FastifyReply> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!bytes) {
    reply.callNotFound();
    return reply;
  }
  reply.headers({
    "Content-Type": type,
    "Cache-Control": cache,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  return reply.send(bytes);
}
