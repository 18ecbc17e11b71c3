// Every route under /api, as the OpenAPI document and the router know them: whatever is sent, by whomever, no answer is
// of ours to blame, and nobody learns anything of a person without proof; not even whether a number is registered.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { makeToken } from "../../src/api/token.js";
import type { Installation } from "../../src/cli/review/check.js";
import { routeCheck } from "../../src/cli/review/route-check.js";
import { issuePartnerKey, partnerScopes } from "../../src/modules/partners/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import { writeState } from "../../src/start/state.js";
import { demoMobile, publishedSession, registered, signedInCitizen } from "../support/citizens.js";
import { demoPartner, givenConsent } from "../support/partners.js";
import { type JsonSchema, tried } from "../support/schema-values.js";
import { type ApiWorld, apiWorld, type Reply } from "./api-world.js";

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: JsonSchema } } };
}

let api: ApiWorld;
let operations: Operation[];
let partnerKey: string;
/** Ids that lead to Zubaida, if anything did. */
let ids: string[];
let registeredMobile: string;

before(async () => {
  api = await apiWorld();
  const { json } = await api.get("/api/v1/openapi.json");
  operations = Object.entries(json.paths as Record<string, Record<string, Omit<Operation, "method" | "path">>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const issued = await issuePartnerKey(api.world.deps, {
    partnerName: "Demo Curious",
    scopes: [...partnerScopes],
    requestsAMinute: 100_000,
  });
  assert.ok(issued.ok);
  partnerKey = issued.value.key;
  registeredMobile = demoMobile();
  const account = await signedInCitizen(api.world, registeredMobile);
  const zubaida = await registered(api.world, account, { name: "Zubaida Demo", photoIdLast4: "Q7X9" });
  const other = await demoPartner(api.world, "Demo Trusted");
  const { consentId, pairwiseId } = await givenConsent(api.world, other, account.actor, zubaida);
  const { sessionId } = await publishedSession(api.world, { pincode: 411001 });
  ids = [zubaida, account.accountId, account.actor.signInId, consentId, pairwiseId, sessionId];
});
after(() => api.close());

const person = /Zubaida|Q7X9/;

function send(
  { method, path, parameters = [], requestBody }: Operation,
  values: Record<string, unknown>,
  headers: Record<string, string>,
): Promise<Reply> {
  const query = new URLSearchParams();
  let url = path;
  const sent: Record<string, string> = { ...headers };
  for (const { name, in: where } of parameters) {
    const value = values[name];
    if (value === undefined) continue;
    const text = (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed();
    if (where === "path") url = url.replace(`{${name}}`, encodeURIComponent(text) || "-");
    else if (where === "query") query.append(name, text);
    else if (/^[\x20-\x7e]*$/.test(text)) sent[name] = text;
  }
  if (requestBody) sent["content-type"] = "application/json";
  return api.send(`${url}${query.size > 0 ? `?${query}` : ""}`, {
    method,
    headers: sent,
    ...(requestBody ? { body: JSON.stringify(values["body"]) } : {}),
  });
}

async function freshBearer(): Promise<Record<string, string>> {
  const { accountId, actor } = await signedInCitizen(api.world);
  const { macs, clock } = api.world.deps;
  const claims = { user_name: accountId, user_id: accountId, user_type: "BENEFICIARY", jti: actor.signInId } as const;
  return { authorization: `Bearer ${makeToken(macs, clock(), claims)}` };
}

test("operations of the document: below 500, refusals as described, nothing of anybody", async () => {
  let bearer = await freshBearer();
  const asked = fc.constantFrom(...operations).chain((operation) => {
    const schemas = (operation.parameters ?? []).map(
      (one) =>
        [
          one.name,
          one.required ? tried(one.schema, ids) : fc.option(tried(one.schema, ids), { nil: undefined }),
        ] as const,
    );
    const body = operation.requestBody
      ? [["body", tried(operation.requestBody.content["application/json"].schema, ids)] as const]
      : [];
    return fc.record({
      operation: fc.constant(operation),
      values: fc.record(Object.fromEntries([...schemas, ...body])),
      caller: fc.constantFrom("nobody", "person", "partner"),
    });
  });
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ operation, values, caller }) => {
      const headers = { nobody: {}, person: bearer, partner: { "x-api-key": partnerKey } }[caller];
      const reply = await send(operation, values as Record<string, unknown>, headers);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      const what = `${reply.status} ${caller} ${operation.method} ${operation.path} ${JSON.stringify(values)} ${reply.text}`;
      assert.ok(reply.status < 500, what);
      assert.ok(!person.test(reply.text), what);
      const type = reply.headers.get("content-type");
      if (reply.status >= 400) assert.match(type ?? "", /^application\/(problem|fhir)\+json/, what);
      // Signed out by a request of its own, or stopped after too many misses.
      if (reply.text.includes("NOT_SIGNED_IN") && caller === "person") bearer = await freshBearer();
    }),
    { numRuns: 300 },
  );
  for (const status of [200, 201, 401, 403, 404, 422])
    assert.ok(statuses.has(status), `none of 600 was answered ${status}`);
});

/** What differs by chance between two like answers: ids, the number itself, codes of consents, nonces. */
function withoutChance(text: string, mobile: string): string {
  return text
    .replaceAll(mobile, "MOBILE")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID")
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "TOKEN")
    .replaceAll(/[0-9A-Z]{5}-[0-9A-Z]{5}/g, "CODE")
    .replaceAll(/"c_nonce":"[\w-]+"/g, "NONCE");
}

test("a phone number and a partner's key, in every place of every route: nobody, and no difference (P1, P15)", async () => {
  const routes = api.routes().filter((route) => /^(GET|POST|DELETE|PUT|PATCH) \/api\//.test(route));
  assert.ok(routes.length > 60, `${routes.length} routes`);
  let hours = 0;
  for (const route of routes) {
    const [method, path] = route.split(" ") as [string, string];
    // Each route starts with fresh limits, the same for both numbers.
    api.world.setNow(new Date(Date.parse("2026-11-24T03:00:00Z") + ++hours * 3_600_000));
    const answers: unknown[][] = [];
    for (const mobile of [registeredMobile, demoMobile()]) {
      const names = [
        "mobile",
        "mobile_number",
        "phone",
        "phone_number",
        "mobileNumber",
        "patient",
        "id",
        "beneficiary_reference_id",
      ];
      const filled = Object.fromEntries(names.map((name) => [name, mobile]));
      const url = `${path.replaceAll(/:\w+/g, mobile)}?${new URLSearchParams(filled)}`;
      const headers = {
        "x-api-key": partnerKey,
        "x-mobile": mobile,
        "idempotency-key": uuidv7(),
        ...(method === "POST" ? { "content-type": "application/json" } : {}),
      };
      const bodies = method === "POST" ? [JSON.stringify(filled), JSON.stringify({ mobile })] : [undefined];
      for (const body of bodies) {
        const reply = await api.send(url, { method, headers, ...(body === undefined ? {} : { body }) });
        assert.ok(reply.status < 500 && !person.test(reply.text), `${reply.status} ${route} ${reply.text}`);
        answers.push([reply.status, reply.headers.get("content-type"), withoutChance(reply.text, mobile)]);
      }
    }
    const half = answers.length / 2;
    assert.deepEqual(answers.slice(0, half), answers.slice(half), route);
  }
});

test("the review of an installation finds no route open that is not public on purpose", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "sakshi-routes-"));
  writeState(dataDir, { supervisor: process.pid, address: api.origin, parts: {} });
  const routes = api.routes().map((route) => {
    const [method, path] = route.split(" ") as [string, string];
    return { method, path };
  });
  const asked = routes.filter(({ method }) => method !== "HEAD" && method !== "OPTIONS");
  const installation = { config: { dataDir, profile: "production" }, routes: async () => asked };
  const { outcome, found } = await routeCheck.run(installation as unknown as Installation);
  rmSync(dataDir, { recursive: true });
  assert.equal(outcome, "pass", found);
});
