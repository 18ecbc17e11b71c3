// The public start, help and log pages, and the demo's own pages, which production does not have.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { randomToken, tokenHash } from "../../src/platform/random.js";
import { demoOutbox, demoOutboxFile } from "../../src/platform/sms/index.js";
import { preferredLocale } from "../../src/web/public/home.js";
import { signedInAccount } from "../support/vault-people.js";
import { type OfficerWorld, officerWorld, type Visitor, visitor } from "./officer-world.js";

let world: OfficerWorld;
let anybody: Visitor;

before(async () => {
  world = await officerWorld();
  anybody = visitor(world.app);
});
after(() => world.close());

describe("the start page", () => {
  const cases: [string, string][] = [
    ["", "en"],
    ["hi", "hi"],
    ["hi-IN,hi;q=0.9,en;q=0.8", "hi"],
    ["en;q=0.5, hi;q=0.7", "hi"],
    ["fr, ta;q=0.9, hi;q=0.1", "hi"],
    ["hi;q=0, en;q=0.1", "en"],
    ["xx", "en"],
    [";;;,,q=", "en"],
    ["hi".repeat(10_000), "en"],
  ];
  for (const [header, locale] of cases) {
    test(`"${header.slice(0, 30)}" reads ${locale}`, () => assert.equal(preferredLocale(header), locale));
  }

  test("is reached from /, in the reader's language", async () => {
    const answer = await world.app.inject({
      method: "GET",
      url: "/",
      headers: { "accept-language": "hi-IN,en;q=0.5" },
    });
    assert.equal(answer.statusCode, 302);
    assert.equal(answer.headers.location, "/hi");
    assert.equal(answer.headers.vary, "Accept-Language");
  });

  test("has one start button, and every way out of it exists", async () => {
    const page = await anybody.get("/en");
    assert.equal(page.statusCode, 200);
    assert.equal(page.body.match(/class="sk-button/g)?.length, 1);
    assert.match(page.body, /href="\/en\/sign-in"/);
    for (const [, path] of page.body.matchAll(/href="(\/en\/(?:find|verify|coverage|what-we-hold|log|help))"/g)) {
      assert.equal((await anybody.get(path!)).statusCode, 200, path);
    }
  });

  test("in a language that is not offered is not found", async () => {
    assert.equal((await anybody.get("/fr")).statusCode, 404);
    assert.equal((await anybody.get("/fr/help")).statusCode, 404);
  });
});

describe("public pages", () => {
  test("are complete in Hindi, and small", async () => {
    for (const path of ["", "/help", "/log"]) {
      const page = await anybody.get(`/hi${path}`);
      assert.equal(page.statusCode, 200, path);
      assert.match(page.body, /<html lang="hi"/);
      assert.ok(gzipSync(page.rawPayload).length < 14 * 1024, path);
      assert.equal(/<script/.test(page.body), false, path);
    }
  });

  test("show whoever is signed in the way to their people and out, and are kept nowhere then", async () => {
    const account = await signedInAccount(world);
    const token = randomToken();
    await world.deps.db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [
      account.signInId,
      tokenHash(token),
    ]);
    for (const path of ["", "/help", "/log", "/coverage", "/coverage/27", "/what-we-hold"]) {
      const url = `/en${path}`;
      const own = await world.app.inject({ method: "GET", url, cookies: { sakshi_sign_in: token } });
      assert.match(own.body, /action="\/en\/sign-out"/, url);
      assert.match(own.body, /href="\/en\/people"/, url);
      assert.equal(own.headers["cache-control"], "no-store", url);
      const plain = await anybody.get(url);
      assert.doesNotMatch(plain.body, /sign-out/, url);
      assert.equal(plain.headers.vary, "Cookie", url);
    }
    const kept = await world.app.inject({ method: "GET", url: "/en/verify", cookies: { sakshi_sign_in: token } });
    assert.doesNotMatch(
      kept.body,
      /sign-out/,
      "what a browser keeps for use without a network says nothing of anybody",
    );
  });
});

describe("the demo's pages", () => {
  test("list who can sign in, for people and for programs", async () => {
    const page = await anybody.get("/demo");
    assert.match(page.body, /9000000001/);
    const answer = await world.app.inject({ method: "GET", url: "/demo", headers: { accept: "application/json" } });
    const { citizens, staff } = answer.json<{
      citizens: { mobile: string }[];
      staff: { role: string; enrolmentUrl: string }[];
    }>();
    assert.ok(citizens.length >= 10);
    const roles = [
      "verifier",
      "vaccinator",
      "facility-admin",
      "district-admin",
      "state-admin",
      "national-admin",
      "privacy-officer",
    ];
    for (const role of roles)
      assert.ok(
        staff.some((one) => one.role === role),
        role,
      );
    for (const { enrolmentUrl } of staff) {
      assert.equal((await anybody.get(new URL(enrolmentUrl).pathname)).statusCode, 200);
    }
  });

  test("give the same link until it is used, and then another one", async () => {
    const links = async () => {
      const answer = await world.app.inject({ method: "GET", url: "/demo", headers: { accept: "application/json" } });
      return answer.json<{ staff: { enrolmentUrl: string }[] }>().staff.map((one) => one.enrolmentUrl);
    };
    const before = await links();
    assert.deepEqual(await links(), before);
    await world.deps.db.rows("UPDATE registry.staff_invitations SET used_at = now()");
    const afterwards = await links();
    assert.equal(
      afterwards.some((link) => before.includes(link)),
      false,
    );
  });

  test("show what a phone would get, newest first", async () => {
    const sms = demoOutbox(demoOutboxFile(world.dataDir), world.deps.clock);
    for (const [mobile, text] of [
      ["9000000001", "first"],
      ["9000000002", "other"],
      ["9000000001", "<b>second</b>"],
    ] as const) {
      await sms.send({ mobile, text });
    }
    const messages = (await anybody.get("/demo/outbox?to=9000000001")).json<
      { at: string; to: string; text: string }[]
    >();
    assert.deepEqual(
      messages.map((m) => m.text),
      ["<b>second</b>", "first"],
    );
    assert.deepEqual((await anybody.get("/demo/outbox?to=9000000009")).json(), []);
    assert.deepEqual((await anybody.get("/demo/outbox?to=nonsense")).json(), []);
    const phone = await anybody.get("/demo/outbox");
    assert.match(phone.body, /&lt;b>second&lt;\/b>/);
  });

  test("do not exist in production", async () => {
    const production = visitor(await world.appOf("production"));
    for (const path of ["/demo", "/demo/outbox", "/demo/outbox?to=9000000001"]) {
      const answer = await production.get(path);
      assert.equal(answer.statusCode, 404, path);
      assert.equal(answer.body.includes("9000000001"), false);
    }
    assert.equal((await production.get("/en")).statusCode, 200);
  });
});

test("the log's page says that nothing is published yet, rather than failing", async () => {
  const page = await anybody.get("/en/log");
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Nothing is published yet/);
});
