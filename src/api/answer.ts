// An answer that many ask for: made once, compressed once, recognised by its ETag.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

export interface Answer {
  readonly body: Buffer;
  /** Absent where it would not be smaller. */
  readonly gzip: Buffer | undefined;
  readonly etag: string;
}
const worthCompressing = 1_024;

export function answerOf(content: object): Answer {
  const body = Buffer.from(JSON.stringify(content));
  return {
    body,
    gzip: body.length > worthCompressing ? gzipSync(body) : undefined,
    // Weak: the same for both encodings.
    etag: `W/"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
  };
}

/** Whether a caller that sent this Accept-Encoding takes gzip. */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? "")
    .split(",")
    .some((one) => {
      const [coding = "", quality = ""] = one.split(";");
      return coding.trim().toLowerCase() === "gzip" && !/^\s*q=0(?:\.0*)?\s*$/.test(quality);
    });
}

export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  cacheControl: string,
): FastifyReply {
  reply.headers({ "Cache-Control": cacheControl, ETag: answer.etag, Vary: "Accept-Encoding" });
  if (request.headers["if-none-match"]?.includes(answer.etag)) return reply.status(304).send();
  reply.type("application/json; charset=utf-8");
  if (answer.gzip && takesGzip(request.headers["accept-encoding"]))
    return reply.header("Content-Encoding", "gzip").send(answer.gzip);
  return reply.send(answer.body);
}
