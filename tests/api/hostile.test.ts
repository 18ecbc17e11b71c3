// What a hostile internet sends: huge bodies, floods of headers, two lengths, odd paths. Refused cheaply, and the
// server answers the next caller.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createApp } from "../../src/app.js";
import { errorRule } from "../../src/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { publishedSession } from "../support/citizens.js";
import { type ApiWorld, apiWorld, until } from "./api-world.js";

let api: ApiWorld;
before(async () => {
  api = await apiWorld();
});
after(() => api.close());

/**
 * Sends bytes as they are and gives what came back until the server closes, or is silent for a while after an answer.
 * Without any answer it waits twenty times as long: a busy machine is slow, not silent.
 */
const raw = (...parts: string[]) => rawTo(api.origin, 1_000, ...parts);
function rawTo(origin: string, waitMs: number, ...parts: string[]): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => {
      for (const part of parts) socket.write(part);
    });
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    let silences = 0;
    socket.setTimeout(waitMs, () => {
      silences += 1;
      if (answer !== "" || silences >= 20) end();
      else socket.setTimeout(waitMs);
    });
    socket.on("data", (bytes) => {
      answer += bytes.toString();
    });
    socket.on("error", end);
    socket.on("close", end);
  });
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const post = "POST /api/v2/auth/public/generateOTP HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

test("a body of ten megabytes is refused by its length, before it comes", async () => {
  assert.equal(statusOf(await raw(`${post}Content-Length: 10485760\r\n\r\n`, "{")), 413);
});

test("a body without a length is cut off when it is too long", async () => {
  const chunk = `1000\r\n${"a".repeat(4_096)}\r\n`;
  assert.equal(statusOf(await raw(`${post}Transfer-Encoding: chunked\r\n\r\n`, chunk.repeat(8))), 413);
});

test("two ways to read where a request ends are refused", async () => {
  const body = '{"mobile":"1"}';
  for (const lengths of [
    "Content-Length: 14\r\nContent-Length: 5\r\n",
    "Content-Length: 14\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Content-Length: +14\r\n",
    "Content-Length: 14\r\n X: folded\r\n",
  ]) {
    const answer = await raw(`${post}${lengths}\r\n${body}GET /health HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.equal(statusOf(answer), 400, lengths);
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, "nothing behind it is answered");
  }
});

test("a flood of headers is refused", async () => {
  const flood = `GET /api/v2/admin/location/states HTTP/1.1\r\nHost: x\r\n${"X-A: ".padEnd(1_000, "a")}\r\n`;
  assert.equal(statusOf(await raw(flood + `X-B: ${"b".repeat(20_000)}\r\n\r\n`)), 431);
});

test("many small headers are refused as well", async () => {
  const flood = Array.from({ length: 3_000 }, (_, n) => `X-${n}: a\r\n`).join("");
  assert.equal(statusOf(await raw(`GET /api/v2/admin/location/states HTTP/1.1\r\nHost: x\r\n${flood}\r\n`)), 431);
});

test("what is not quite HTTP is refused, and nothing behind it is answered", async () => {
  const states = "/api/v2/admin/location/states";
  for (const head of [
    `GET ${states} HTTP/1.1\r\n\r\n`,
    `GET ${states} HTTP/1.1\r\nHost: x\r\nHost : y\r\n\r\n`,
    `GET ${states} HTTP/1.1\nHost: x\n\n`,
    `GET ${states} HTTP/1.1\r\nHost: x\r\nX-A: a\u0000b\r\n\r\n`,
    `GET ${states} HTTP/3.9\r\nHost: x\r\n\r\n`,
    `GET\t${states} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `G\u0000T ${states} HTTP/1.1\r\nHost: x\r\n\r\n`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\n`,
    `${post}Transfer-Encoding: xchunked\r\n\r\n`,
    `${post}Content-Length: 1e3\r\n\r\n`,
    `${post}Content-Length: -1\r\n\r\n`,
  ]) {
    const answer = await raw(`${head}GET /health HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.ok(statusOf(answer) >= 400 && statusOf(answer) < 500, `${JSON.stringify(head)}: ${answer.slice(0, 60)}`);
    assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, JSON.stringify(head));
  }
});

test("another host's name in the request line reaches nothing of ours that a path would not", async () => {
  const absolute = await raw("GET http://evil.example/api/v2/appointment/beneficiaries HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.ok([401, 404].includes(statusOf(absolute)));
  for (const method of ["CONNECT x:443", "TRACE /api/v2/admin/location/states", "OPTIONS *"]) {
    const answer = await raw(`${method} HTTP/1.1\r\nHost: x\r\nX-Secret: hunter2\r\n\r\n`);
    assert.ok(!answer.includes("hunter2") && !answer.startsWith("HTTP/1.1 5"), `${method}: ${answer.slice(0, 60)}`);
  }
});

test("requests behind one another on one connection get their own answers, in order", async () => {
  const ask = (pincode: string) =>
    `GET /api/v2/appointment/sessions/public/findByPin?pincode=${pincode}&date=24-11-2026 HTTP/1.1\r\nHost: x\r\n\r\n`;
  const answer = await raw(ask("999998"), ask("1") + ask("999998"), ask("2"));
  assert.deepEqual(
    [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
    ["200", "400", "200", "400"],
  );
});

test("a compressed body is not opened, and a browser gets no leave to send cookies", async () => {
  const bomb = gzipSync(Buffer.alloc(8_000_000, " "));
  const { status, json, headers } = await api.send("/api/v2/auth/public/generateOTP", {
    method: "POST",
    body: bomb,
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
  });
  assert.deepEqual([status, json.errorCode], [400, "USRAUT0010"]);
  assert.equal(headers.get("access-control-allow-credentials"), null);
});

test("a head or a body that comes drop by drop is cut off", async () => {
  const app = await createServer({
    origin: "http://127.0.0.1",
    requestTimeoutMs: 100,
    onError: (code, _request, reply) => reply.status(errorRule(code).status).send(code),
  });
  app.post("/api/slow", (_request, reply) => reply.send("whole"));
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  try {
    for (const part of [
      "POST /api/slow HTTP/1.1\r\nHost: x\r\n",
      "POST /api/slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{",
    ])
      assert.equal(statusOf(await rawTo(origin, 5_000, part)), 408, part);
  } finally {
    await app.close();
  }
});

test("odd paths reach nothing", async () => {
  for (const path of [
    "/api/v2/%ZZ",
    "/api/v2/..%2f..%2fetc%2fpasswd",
    "/api//v2/admin/location/states",
    "/api/v2/admin/location/districts/1%00",
    `/api/v2/admin/location/districts/${"1".repeat(5_000)}`,
    "/api/v2/admin/location/districts/-1",
    "/api/v2/appointment/sessions/public/findByPin?pincode[]=411001&date=24-11-2026",
  ]) {
    const { status, json } = await api.get(path);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
    assert.equal(typeof json.errorCode, "string", path);
  }
});

test("other methods, and a token where none belongs, are no harm", async () => {
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    assert.equal((await api.send("/api/v2/appointment/beneficiaries", { method })).status, 404, method);
  }
  for (const authorization of ["Basic YTpi", "Bearer", "Bearer ", `Bearer ${"a".repeat(8_000)}`, "Bearer a.b.c"]) {
    assert.equal((await api.get("/api/v2/appointment/beneficiaries", { authorization })).status, 401, authorization);
  }
});

test("a cookie is no token", async () => {
  const { status } = await api.get("/api/v2/appointment/beneficiaries", { cookie: "sakshi_sign_in=x" });
  assert.equal(status, 401);
});

test("a second web process shows the same bookings", async () => {
  const other = await createApp(api.world.deps, {
    profile: "production",
    origin: "http://127.0.0.1",
    dataDir: "/nowhere",
    publishedDir: "/nowhere",
  });
  const origin = await other.listen({ host: "127.0.0.1", port: 0 });
  try {
    const path = "/api/v2/appointment/sessions/public/findByPin?pincode=411077&date=24-11-2026";
    const seen = (place: string, left: number) =>
      until(
        () => api.send(`${place}${path}`, {}),
        (reply) => reply.json?.sessions[0]?.available_capacity_dose1 === left,
      );
    const session = await publishedSession(api.world, { pincode: 411077 });
    await Promise.all([seen(api.origin, 100), seen(origin, 100)]);
    await api.world.deps.db.rows(
      "UPDATE registry.places SET taken = 7 WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'",
      [session.sessionId],
    );
    await Promise.all([seen(api.origin, 93), seen(origin, 93)]);
  } finally {
    await other.close();
  }
});
