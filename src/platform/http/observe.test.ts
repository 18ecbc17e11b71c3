// What leaves with metrics and traces of real requests, read by a collector's stand-in: OTLP over HTTP.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connectFrames, serveFrames } from "../frames/index.js";
import { Metrics } from "../metrics/metrics.js";
import { tracerTo } from "../traces.js";
import { answerAhead } from "./answer-ahead.js";
import { trafficIn } from "./observe.js";
import { createServer } from "./server.js";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

async function collector() {
  const bodies: string[] = [];
  const paths: string[] = [];
  const server = createHttpServer((request: IncomingMessage, response) => {
    paths.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      bodies.push(body);
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const spans = () =>
    bodies.flatMap(
      (body) =>
        (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans[0]!.scopeSpans[0]!
          .spans,
    );
  return { url: `http://127.0.0.1:${port}`, bodies, paths, spans, close: () => server.close() };
}

test("requests are counted by route and traced into the process they ask, and nothing of theirs leaves", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-observe-"));
  const recorder = await serveFrames(join(folder, "recorder.sock"), async () => ({ head: { ok: true }, blobs: [] }));
  const frames = connectFrames(join(folder, "recorder.sock"), { deadlineMs: 5_000 });
  const away = await collector();
  const metrics = new Metrics();
  const tracer = tracerTo({ url: away.url, percent: 100, service: "sakshi-web" });
  const app = await createServer({
    origin: "http://127.0.0.1",
    traffic: trafficIn(metrics),
    tracer,
    onError: (code, _request, reply) => reply.status(code === "NOT_FOUND" ? 404 : 503).send(code),
  });
  app.post("/api/people/:id", async (_request, reply) => {
    await frames.call({ head: { name: "Asha Demo" }, blobs: [] });
    return reply.send("ok");
  });
  app.get("/breaks/:id", () => Promise.reject(new Error("Asha Demo 9000077010")));
  answerAhead(app, [], ({ raw }, response) => {
    if (raw.url !== "/ahead") return false;
    response.end("ahead");
    return true;
  });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
  };
  const body = "mobile=9000077010&name=Asha+Demo";
  const statuses = [
    await fetch(`${origin}/api/people/9000077010?q=9000077010`, { method: "POST", headers, body }),
    await fetch(`${origin}/breaks/9000077010`),
    await fetch(`${origin}/nowhere/9000077010`),
    await fetch(`${origin}/ahead`),
  ].map(({ status }) => status);
  assert.deepEqual(statuses, [200, 503, 404, 200]);
  await app.close();
  await tracer.close();
  frames.close();
  recorder.close();
  away.close();
  rmSync(folder, { recursive: true });

  assert.deepEqual(new Set(away.paths), new Set(["POST /v1/traces application/json"]));
  const spans = away.spans();
  const request = spans.find(({ name }) => name === "POST /api/people/:id");
  const call = spans.find(({ name }) => name === "recorder");
  assert.ok(request && call);
  assert.equal(call.parentSpanId, request.spanId);
  assert.equal(call.traceId, request.traceId);
  assert.match(request.traceId, /^[0-9a-f]{32}$/);
  assert.match(request.spanId, /^[0-9a-f]{16}$/);
  assert.ok(BigInt(request.endTimeUnixNano) >= BigInt(call.endTimeUnixNano));
  assert.ok(BigInt(call.startTimeUnixNano) >= BigInt(request.startTimeUnixNano));
  assert.deepEqual(spans.map(({ name }) => name).toSorted(), [
    "GET /breaks/:id",
    "GET unmatched",
    "POST /api/people/:id",
    "recorder",
  ]);

  const families = await metrics.read();
  const counted = families.find(({ name }) => name === "sakshi_http_requests_total")!.samples;
  assert.deepEqual(
    counted.map(({ labels, value }) => `${labels.method} ${labels.route} ${labels.status} ${value}`).toSorted(),
    ["GET /breaks/:id 503 1", "GET ahead 200 1", "GET unmatched 404 1", "POST /api/people/:id 200 1"],
  );
  assert.doesNotMatch(JSON.stringify([away.bodies, families]), /90000|Asha|aaaa|127\.0\.0\.1/);
});

test("a collector that is away costs nothing but spans", async () => {
  const tracer = tracerTo({ url: "http://127.0.0.1:9", percent: 100, service: "sakshi-web" });
  tracer.begin()!.end("GET /", {}, false);
  await tracer.close();
});
