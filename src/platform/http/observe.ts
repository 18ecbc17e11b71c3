// What is counted and traced of requests: by route as the router has it, method and status. What was answered ahead of the
// framework passes its hooks by and is counted where it is answered.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Metrics } from "../metrics/metrics.js";
import type { RequestSpan, Tracer } from "../traces.js";

export interface Traffic {
  /** An answer that went out ahead of the framework. */
  ahead(): void;
  answered(request: { route: string; method: string; status: number; seconds: number }): void;
}

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function trafficIn(metrics: Metrics): Traffic {
  const requests = metrics.counter("sakshi_http_requests_total", "Requests answered, by route, method and status.");
  const seconds = metrics.histogram("sakshi_http_request_seconds", "Time from a request to its answer.", bounds);
  const aheadLabels = { route: "ahead", method: "GET", status: "200" };
  return {
    ahead: () => requests.add(aheadLabels),
    answered(one) {
      requests.add({ route: one.route, method: one.method, status: String(one.status) });
      seconds.observe(one.seconds);
    },
  };
}

export function observeRequests(
  app: FastifyInstance,
  { traffic, tracer }: { traffic: Traffic; tracer?: Tracer },
): void {
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  const enter = (request: FastifyRequest, done: () => void): void => {
    const span = spans.get(request);
    if (span) span.enter(done);
    else done();
  };
  app.addHook("onRequest", (request, _reply, done) => {
    const span = tracer?.begin();
    if (span) spans.set(request, span);
    enter(request, done);
  });
  // A body arrives on the socket's own time: what comes after it belongs to the request again.
  app.addHook("preValidation", (request, _reply, done) => enter(request, done));
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unmatched";
    const { method } = request;
    const status = reply.statusCode;
    traffic.answered({ route, method, status, seconds: reply.elapsedTime / 1000 });
    spans
      .get(request)
      ?.end(
        `${method} ${route}`,
        { "http.request.method": method, "http.route": route, "http.response.status_code": status },
        status >= 500,
      );
    done();
  });
}
