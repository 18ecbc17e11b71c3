// The page of what is held says what the catalogue and the policy say, in both languages.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { catalogue } from "../../catalogue.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { fields, loadPolicy, purposes, roles } from "../../vault/policy.js";
import { sendRefusal } from "../page.js";
import { readers, whatWeHoldPages } from "./what-we-hold.js";

let app: FastifyInstance;
before(async () => {
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  whatWeHoldPages(app);
});
after(() => app.close());

/** The page's word for a role and purpose that read; undefined is a pair that the page does not know. */
function readerOf(role: string, purpose: string): string | undefined {
  if (role === "citizen") return "you";
  if (role === "verifier" || role === "vaccinator")
    return purpose === "aefi" ? "aefi" : purpose === "break-glass" ? "emergency" : "site";
  if (["district-admin", "state-admin", "national-admin"].includes(role)) return "officers";
  return {
    partner: "partners",
    "system:certificates": "certificates",
    "system:messages": "messages",
    "privacy-officer": purpose === "breach-inquiry" ? "inquirers" : "reviewers",
  }[role];
}

test("who may see each field is what the policy permits, no more and no less", () => {
  const policy = loadPolicy();
  for (const field of fields) {
    const permitted = roles.flatMap((role) =>
      purposes
        .filter((purpose) => policy.permits({ role, act: "read", purpose, field }))
        .map((purpose) => readerOf(role, purpose)),
    );
    assert.deepEqual([...new Set(permitted)].sort(), [...readers[field]].sort(), field);
  }
});

test("the page names each kind of data in each language, and is small", async () => {
  for (const [lang, name] of [
    ["en", "Last four characters of the photo ID"],
    ["hi", "फोटो पहचान-पत्र के अंतिम चार अक्षर"],
  ]) {
    const { statusCode, body } = await app.inject({ url: `/${lang}/what-we-hold` });
    assert.equal(statusCode, 200);
    assert.ok(body.includes(name!));
    assert.equal(body.match(/<li class="sk-card">/g)?.length, fields.length);
    assert.ok(body.includes("registry.vaccinations"));
    assert.ok(gzipSync(body).length <= 14 * 1024, `${gzipSync(body).length} bytes`);
  }
});

test("the file is the catalogue; other languages are not found", async () => {
  const { body } = await app.inject({ url: "/what-we-hold.json" });
  assert.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify(catalogue)));
  assert.equal((await app.inject({ url: "/xx/what-we-hold" })).statusCode, 404);
});
