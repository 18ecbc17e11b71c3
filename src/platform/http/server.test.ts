// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { logTo } from "../log.js";
import { createServer } from "./server.js";

async function server(origin = "http://127.0.0.1:8080") {
  const app = await createServer({
    origin,
    onError: (code, _request, reply) =>
      reply.status(code === "NOT_FOUND" ? 404 : code === "CROSS_SITE_REQUEST" ? 403 : 400).send({ code }),
  });
  app.post("/thing", async (request) => ({ name: request.form.text("name") }));
  app.get("/breaks", async () => {
    throw new Error("Asha Demo 9000000001");
  });
  return app;
}
const form = { "content-type": "application/x-www-form-urlencoded", host: "sakshi.example" };

test("a form from our own page is taken", async () => {
  const app = await server();
  for (const from of [
    { "sec-fetch-site": "same-origin" },
    { origin: "http://sakshi.example" },
    { referer: "http://sakshi.example/en/find" },
  ]) {
    const answer = await app.inject({
      method: "POST",
      url: "/thing",
      headers: { ...form, ...from },
      payload: "name=Asha",
    });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { name: "Asha" }]);
  }
});

test("a form from anywhere else, or from nowhere, is refused before it is read", async () => {
  const app = await server();
  const froms = [
    {},
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "none" },
    { origin: "null" },
    { origin: "http://evil.example" },
    { referer: "http://evil.example/?sakshi.example" },
  ];
  for (const from of froms) {
    const answer = await app.inject({
      method: "POST",
      url: "/thing",
      headers: { ...form, ...from },
      payload: "name=Asha",
    });
    assert.deepEqual([answer.statusCode, answer.json()], [403, { code: "CROSS_SITE_REQUEST" }]);
  }
});

test("every answer carries the security headers, errors too", async () => {
  const app = await server("https://sakshi.example");
  for (const url of ["/nowhere", "/breaks", "/%", `/thing/${"a".repeat(300)}`]) {
    const { headers } = await app.inject({ url });
    assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(String(headers["content-security-policy"]), /unsafe/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cache-control"], "no-store");
    assert.match(String(headers["strict-transport-security"]), /max-age=63072000/);
  }
});

test("an unexpected error tells its kind and place to the log, and nothing of its message to anyone", async () => {
  const lines: string[] = [];
  const app = await createServer({
    origin: "http://127.0.0.1",
    log: logTo((line) => lines.push(line)),
    onError: (code, _request, reply) => reply.status(500).send({ code }),
  });
  app.get("/breaks", async () => {
    throw new TypeError("Asha Demo 9000000001");
  });
  const answer = await app.inject({ url: "/breaks" });
  assert.deepEqual(answer.json(), { code: "INTERNAL_ERROR" });
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /TypeError/);
  assert.doesNotMatch(lines.join(""), /Asha|9000000001/);
});

test("who is calling is told by the connection, or by a proxy that is trusted, and by nobody else", async () => {
  const callerOf = async (trustedProxies: string[], forwarded: string, from = "10.1.2.3") => {
    const app = await createServer({ origin: "http://127.0.0.1", trustedProxies, onError: () => {} });
    app.get("/caller", async (request) => request.ip);
    const headers = { "x-forwarded-for": forwarded };
    return (await app.inject({ url: "/caller", headers, remoteAddress: from })).body;
  };
  assert.equal(await callerOf([], "192.0.2.1"), "10.1.2.3");
  assert.equal(await callerOf(["10.1.0.0/16"], "192.0.2.1"), "192.0.2.1");
  assert.equal(await callerOf(["10.1.0.0/16"], "192.0.2.66, 192.0.2.1"), "192.0.2.1", "what the caller wrote in front");
  assert.equal(await callerOf(["10.1.0.0/16"], "192.0.2.1", "198.51.100.7"), "198.51.100.7");
});

test("what may work in a moment is told apart from a bug", async () => {
  const app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, _request, reply) => reply.status(code === "UNAVAILABLE" ? 503 : 500).send({ code }),
  });
  const fault = { name: "" };
  app.get("/breaks", async () => {
    throw Object.assign(new Error(), fault);
  });
  for (const [name, code] of [
    ["FramesUnavailable", "UNAVAILABLE"],
    ["TypesettingBusy", "UNAVAILABLE"],
    ["TypesettingFailed", "INTERNAL_ERROR"],
  ] as const) {
    fault.name = name;
    assert.deepEqual((await app.inject({ url: "/breaks" })).json(), { code });
  }
});

test("a body over 64 KiB is refused", async () => {
  const app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, _request, reply) => reply.status(413).send({ code }),
  });
  app.post("/thing", async () => "");
  const answer = await app.inject({
    method: "POST",
    url: "/thing",
    headers: { ...form, "sec-fetch-site": "same-origin" },
    payload: "a".repeat(70_000),
  });
  assert.deepEqual(answer.json(), { code: "REQUEST_TOO_LARGE" });
});
