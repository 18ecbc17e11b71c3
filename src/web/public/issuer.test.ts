// What we publish as an issuer, read back as a stranger's program would.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { testWorld, type World } from "../../../tests/support/world.js";
import { readShcRevocations, readStatusList, readTrustList } from "../../lib/certificate/index.js";
import { readIssuerKeys } from "../../lib/certificate/issuer-keys.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { statusListsOf } from "../../modules/certificates/index.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { sendRefusal } from "../page.js";
import { issuerFiles } from "./issuer.js";

let world: World;
let app: FastifyInstance;
const primitives = nodePrimitives();

before(async () => {
  world = await testWorld();
  await world.deps.db.rows("INSERT INTO registry.status_lists (list_number, opened_at) VALUES (1, now()), (2, now())");
  await world.deps.db.rows("INSERT INTO registry.status_places VALUES (1, 5, now()), (1, 6, NULL), (2, 7, now())");
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  issuerFiles(app, { ...world.deps, statusLists: statusListsOf(world.deps) });
});
after(async () => {
  await app.close();
  await world.close();
});

async function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ method: "GET", url, headers });
}

test("the trust list, the key set and the DID document name the same keys", async () => {
  const trust = readTrustList((await get("/trust-list.json")).json());
  assert.ok(trust);
  const own = { issuer: "https://sakshi.example", country: "IN", name: "" };
  const keys = await readIssuerKeys((await get("/.well-known/jwks.json")).json(), own, primitives);
  assert.deepEqual(
    keys?.map(({ keyId }) => keyId),
    trust.keys.filter(({ algorithm }) => algorithm === "ES256").map(({ keyId }) => keyId),
  );
  const did = (await get("/.well-known/did.json")).json() as { id: string; assertionMethod: string[] };
  assert.equal(did.id, "did:web:sakshi.example");
  assert.deepEqual(
    did.assertionMethod,
    trust.keys.flatMap(({ verificationMethod }) => verificationMethod ?? []),
  );
});

test("each status list stands in both forms under the address it names, and says what the database says", async () => {
  const trust = readTrustList((await get("/trust-list.json")).json())!;
  const options = { trust, at: new Date(), primitives };
  for (const [path, places] of [
    ["/status/1", [5]],
    ["/status/1.json", [5]],
    ["/status/2", [7]],
    ["/status/2.json", [7]],
  ] as const) {
    const list = await readStatusList((await get(path)).body, options);
    assert.equal(list?.uri, `https://sakshi.example${path}`);
    assert.deepEqual(
      [4, 5, 6, 7].filter((place) => list.isRevoked(place)),
      places,
    );
  }
  const all = (await get("/status-lists.json")).json() as { lists: string[] };
  assert.equal(all.lists.length, 4);
  for (const path of ["/status/3", "/status/0", "/status/1.txt", "/status/01", "/status/x"])
    assert.equal((await get(path)).statusCode, 404, path);
});

test("revoked health cards stand in a list for each of our keys, and for no other", async () => {
  const { keys } = (await get("/.well-known/jwks.json")).json() as { keys: { kid: string }[] };
  const list = (await get(`/.well-known/crl/${keys[0]!.kid}.json`)).json();
  assert.deepEqual(list, { kid: keys[0]!.kid, method: "rid", ctr: 3, rids: ["1-5", "2-7"] });
  assert.ok(readShcRevocations([list]));
  for (const file of [`${"A".repeat(43)}.json`, "x.json", keys[0]!.kid])
    assert.equal((await get(`/.well-known/crl/${file}`)).statusCode, 404, file);
});

test("the contexts of our credentials give each word a meaning of its own", async () => {
  for (const path of ["/credentials/vaccination/v3", "/credentials/course/v1"]) {
    const context = ((await get(path)).json() as { "@context": Record<string, unknown> })["@context"];
    const meanings = Object.entries(context).filter(([word]) => !word.startsWith("@"));
    const iris = meanings.map(([, meaning]) => (meaning as { "@id"?: string })["@id"] ?? meaning);
    assert.equal(new Set(iris).size, iris.length);
  }
});

test("a list that did not change is not sent again", async () => {
  const first = await get("/status/1");
  assert.match(String(first.headers["cache-control"]), /^public, max-age=/);
  const again = await get("/status/1", { "if-none-match": String(first.headers["etag"]) });
  assert.deepEqual([again.statusCode, again.body], [304, ""]);
});
