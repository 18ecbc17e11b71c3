// What is held of a person, as the account reads and downloads it, and the request to be erased, over HTTP.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { registeredPerson, type SignedInAccount, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { everyField } from "../../modules/disclosure/index.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { randomToken, tokenHash } from "../../platform/random.js";
import { sendRefusal } from "../page.js";
import { citizenPages } from "./index.js";

const origin = "http://127.0.0.1:18202";
let world: World;
let app: FastifyInstance;
let account: SignedInAccount;
let asha: string;

before(async () => {
  world = await testWorld();
  app = await createServer({ origin, onError: (code, request, reply) => sendRefusal(request, reply, refused(code)) });
  citizenPages(app, world.deps, { origin });
  account = await signedInAccount(world);
  asha = await registeredPerson(world, account);
});
after(async () => {
  await app.close();
  await world.close();
});

async function cookieOf(who: SignedInAccount): Promise<string> {
  const token = randomToken();
  const hashed = [who.signInId, tokenHash(token)];
  await world.deps.db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", hashed);
  return `sakshi_sign_in=${token}`;
}
async function ask(method: "GET" | "POST", path: string, who = account) {
  const headers = { cookie: await cookieOf(who), origin, host: new URL(origin).host, "sec-fetch-site": "same-origin" };
  return app.inject({ method, url: `/en/people/${path}`, headers });
}

test("the page shows what is held and the file holds every field; both are entries in the person's own list", async () => {
  const page = await ask("GET", `${asha}/data`);
  assert.equal(page.statusCode, 200);
  for (const text of ["Asha Demo", "1960", account.mobile, "123F"]) assert.ok(page.body.includes(text), text);
  const file = await ask("GET", `${asha}/data.json`);
  assert.match(file.headers["content-disposition"] as string, /^attachment; filename="my-record\.json"$/);
  assert.match(file.headers["cache-control"] as string, /no-store/);
  const data = JSON.parse(file.body) as {
    person: Record<string, unknown>;
    disclosures: { counter: number; fields: string[] }[];
    areDisclosuresWhole: boolean;
  };
  assert.deepEqual(Object.keys(data.person).sort(), [...everyField].sort());
  assert.equal(data.person["mobile"], account.mobile);
  assert.ok(data.areDisclosuresWhole);
  const counters = data.disclosures.map(({ counter }) => counter);
  assert.deepEqual(
    counters,
    Array.from({ length: counters.length }, (_, at) => counters.length - 1 - at),
  );
  // The registration, the page's look and list, the file's look and list.
  assert.equal(counters.length, 5);
  assert.deepEqual(data.disclosures[1]?.fields, [...everyField]);
});

test("more lines than one page of the list are all in the file", async () => {
  const asking = { actor: account.actor, purpose: "own-view", explanation: { kind: "own-sign-in" } } as const;
  await Promise.all(
    Array.from({ length: 120 }, () => world.deps.gate.disclose({ ...asking, subjects: [asha], fields: ["name"] })),
  );
  const { disclosures } = JSON.parse((await ask("GET", `${asha}/data.json`)).body) as { disclosures: object[] };
  assert.ok(disclosures.length > 120);
});

test("a request to be erased says its day, and is taken back on the same page", async () => {
  assert.match((await ask("GET", `${asha}/data`)).body, /rule 8\(3\)/);
  const asked = await ask("POST", `${asha}/erase`);
  assert.equal(asked.headers.location, `/en/people/${asha}/data?done=asked`);
  assert.match((await ask("GET", `${asha}/data?done=asked`)).body, /Your request was taken[^]*is to be erased on/);
  assert.equal((await ask("POST", `${asha}/erase`)).statusCode, 409);
  const undone = await ask("POST", `${asha}/erase/undo`);
  assert.equal(undone.headers.location, `/en/people/${asha}/data?done=undone`);
  assert.match((await ask("GET", `${asha}/data`)).body, /Ask to erase this person/);
});

test("somebody else's person is nobody, on each of the pages", async () => {
  const stranger = await signedInAccount(world);
  for (const [method, path] of [
    ["GET", "data"],
    ["GET", "data.json"],
    ["POST", "erase"],
    ["POST", "erase/undo"],
  ] as const) {
    const answer = await ask(method, `${asha}/${path}`, stranger);
    assert.equal(answer.statusCode, 404, path);
    assert.ok(!answer.body.includes("Asha"));
  }
});
