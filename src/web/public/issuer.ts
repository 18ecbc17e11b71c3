// What the world may know of us as an issuer of certificates, as plain files for everybody's programs: keys in each form
// that verifiers ask for, and the lists of revoked certificates.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { courseContext, coursePath, hardenedContext, hardenedPath, issuerNames } from "../../lib/certificate/index.js";
import { didDocument, keySet, revokedCards, trustList, type VerifierDeps } from "../../modules/certificates/index.js";

export function issuerFiles(app: FastifyInstance, deps: VerifierDeps): void {
  const json = "application/json; charset=utf-8";
  const files: Record<string, () => Promise<object>> = {
    "/trust-list.json": () => trustList(deps),
    "/.well-known/jwks.json": () => keySet(deps),
    "/.well-known/did.json": () => didDocument(deps),
    [hardenedPath]: async () => hardenedContext(issuerNames(deps.origin)),
    [coursePath]: async () => courseContext(issuerNames(deps.origin)),
    "/status-lists.json": async () => ({
      version: 1,
      lists: (await deps.statusLists.all()).flatMap(({ token, credential }) => [token, credential]),
    }),
  };
  for (const [path, content] of Object.entries(files))
    app.get(path, async (request, reply) => send(request, reply, json, JSON.stringify(await content())));

  app.get("/.well-known/crl/:file", async (request, reply) => {
    const kid = /^([A-Za-z0-9_-]{43})\.json$/.exec((request.params as { file: string }).file)?.[1];
    const list = kid === undefined ? undefined : await revokedCards(deps, kid);
    return list ? send(request, reply, json, JSON.stringify(list)) : reply.callNotFound();
  });
  app.get("/status/:file", async (request, reply) => {
    const { file } = request.params as { file: string };
    const [, number, isJson] = /^([1-9]\d{0,6})(\.json)?$/.exec(file) ?? [];
    const found = number === undefined ? undefined : await deps.statusLists.one(Number(number));
    if (!found) return reply.callNotFound();
    return isJson
      ? send(request, reply, "application/vc+ld+json; charset=utf-8", found.credential)
      : send(request, reply, "application/statuslist+jwt", found.token);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, type: string, text: string): FastifyReply {
  const tag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  reply.headers({
    "Cache-Control": "public, max-age=300",
    ETag: tag,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  if (request.headers["if-none-match"] === tag) return reply.code(304).send();
  return reply.type(type).send(text);
}
