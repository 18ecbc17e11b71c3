// Files that pages load: style sheet, pictures, the few scripts. Read once at start, named with their hash,
// compressed when first asked for, kept by browsers for a year.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { projectRoot } from "../platform/root.js";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

interface Asset {
  readonly type: string;
  readonly hash: string;
  readonly plain: Buffer;
  readonly gzip: () => Buffer;
  readonly brotli: () => Buffer;
}

/** Not at start: each command and test loads this file, and few serve one. */
function whenAsked(make: () => Buffer): () => Buffer {
  let made: Buffer | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readAssets(): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const folder of [join(projectRoot, "src/web/assets"), join(projectRoot, "build/assets")]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const type = types[extname(name)];
      if (!type) continue;
      const plain = readFileSync(join(folder, name));
      const hash = createHash("sha256").update(plain).digest("hex").slice(0, 12);
      const gzip = whenAsked(() => gzipSync(plain));
      const brotli = whenAsked(() => brotliCompressSync(plain));
      assets.set(name, { type, hash, plain, gzip, brotli });
    }
  }
  return assets;
}

const assets = readAssets();

/** URL of a file under /assets/ that changes when the file does. */
export function assetUrl(name: string): string {
  return `/assets/${name}?v=${assets.get(name)?.hash ?? "0"}`;
}

/** The file itself, for a route of its own (a service worker must not lie under /assets/). */
export function assetBody(name: string): Buffer | undefined {
  return assets.get(name)?.plain;
}

export function assetFiles(app: FastifyInstance): void {
  app.get<{ Params: { name: string } }>("/assets/:name", async (request, reply) => {
    const asset = assets.get(request.params.name);
    if (!asset) return reply.callNotFound();
    const accepted = request.headers["accept-encoding"] ?? "";
    reply.headers({
      "Content-Type": asset.type,
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
    });
    if (/\bbr\b/.test(accepted)) return reply.header("Content-Encoding", "br").send(asset.brotli());
    if (/\bgzip\b/.test(accepted)) return reply.header("Content-Encoding", "gzip").send(asset.gzip());
    return reply.send(asset.plain);
  });
}
