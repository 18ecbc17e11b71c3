// Forms that carry a file: multipart/form-data, read by the platform's own parser, bounded, for the routes of one scope.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyRequest } from "fastify";
import { UnreadableRequest } from "../platform/http/form.js";

/** The scope's posts have what `read` makes of the form as their body. */
export function takesUploads<Body>(
  scope: FastifyInstance,
  mostBodyBytes: number,
  read: (form: FormData) => Promise<Body>,
): void {
  const options = { parseAs: "buffer", bodyLimit: mostBodyBytes } as const;
  scope.addContentTypeParser("multipart/form-data", options, async (request: FastifyRequest, body: Buffer) => {
    const headers = { "content-type": request.headers["content-type"] ?? "" };
    try {
      return await read(await new Response(new Uint8Array(body), { headers }).formData());
    } catch {
      throw new UnreadableRequest("not a form");
    }
  });
}
