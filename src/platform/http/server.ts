// The HTTP floor: limits, security headers, the cross-site check, strict forms, one place for unexpected errors.
// It knows no page and no domain word.
// SPDX-License-Identifier: Apache-2.0
import cookie from "@fastify/cookie";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Log } from "../log.js";
import type { Tracer } from "../traces.js";
import { emptyForm, type Form, parseForm, UnreadableRequest } from "./form.js";

import { observeRequests, type Traffic } from "./observe.js";

export interface Route {
  readonly method: string;
  /** With parameters as ":name". */
  readonly path: string;
}

declare module "fastify" {
  interface FastifyInstance {
    /** Every route there is, as the router has it. */
    readonly routeTable: readonly Route[];
    /** Counts answers; undefined when nobody asks for the counts. */
    readonly traffic: Traffic | undefined;
  }
  interface FastifyRequest {
    /** The posted form; empty for other requests. */
    form: Form;
  }
}

export interface ServerOptions {
  /** Public origin, such as https://sakshi.example; cookies are Secure and HSTS is sent when it is https. */
  readonly origin: string;
  readonly log?: Log;
  readonly traffic?: Traffic;
  readonly tracer?: Tracer;
  /** Proxies whose X-Forwarded-For says who is calling. Without any, whoever holds the connection is calling. */
  readonly trustedProxies?: readonly string[];
  /** How long a request may take to arrive, head and body; 30 seconds when absent, for slow networks. */
  readonly requestTimeoutMs?: number;
  /** Writes the answer for an error that nobody expected, or for a refused request. */
  readonly onError: (code: string, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** Content-Security-Policy of every page: own files only, no inline script or style, no framing. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const readMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A changing request from a browser must come from our own pages. Browsers say so in Sec-Fetch-Site, Origin or,
 * the oldest ones, Referer; with none of them the request is refused. Paths under /api/ carry tokens, not cookies.
 */
function isCrossSite(request: FastifyRequest): boolean {
  if (readMethods.has(request.method) || request.url.startsWith("/api/")) return false;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin";
  const from = request.headers.origin ?? request.headers.referer;
  if (!from || !URL.canParse(from)) return true;
  return new URL(from).host !== request.headers.host;
}

function securityHeaders(isHttps: boolean): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    ...(isHttps ? { "Strict-Transport-Security": "max-age=63072000; includeSubDomains" } : {}),
  };
}

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const isHttps = options.origin.startsWith("https:");
  const requestTimeout = options.requestTimeoutMs ?? 30_000;
  const app = fastify({
    ...(options.log ? { loggerInstance: frameworkLog(options.log) } : {}),
    // A request line would name paths with ids in them; what is worth knowing is counted elsewhere.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    bodyLimit: 64 * 1024,
    requestTimeout,
    // Node counts from these, given when the server is made; Fastify sets the first one too late, and a body could drip.
    http: {
      requestTimeout,
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(requestTimeout, 2_000),
    },
    connectionTimeout: 30_000,
    // Longer than a proxy keeps an idle connection (60 s is usual): otherwise its next request meets a closed one.
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    return503OnClosing: true,
    forceCloseConnections: "idle",
    // A path that cannot be decoded or is too long never reaches the hooks.
    frameworkErrors: (_error, request, reply) => {
      reply.headers(securityHeaders(isHttps));
      options.onError("REQUEST_UNREADABLE", request as FastifyRequest, reply as FastifyReply);
    },
  });
  const routeTable: Route[] = [];
  app.decorate("routeTable", routeTable);
  app.addHook("onRoute", ({ method, url }) => {
    const methods = [method].flat().filter((name) => name !== "HEAD" && name !== "OPTIONS");
    for (const name of methods) routeTable.push({ method: name, path: url });
  });
  const { traffic, tracer } = options;
  app.decorate("traffic", traffic);
  if (traffic) observeRequests(app, { traffic, ...(tracer && { tracer }) });
  await app.register(cookie);
  app.decorateRequest("form", {
    getter: () => emptyForm,
  });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (request, body, ready) => {
    try {
      const form = parseForm(body as string);
      Object.defineProperty(request, "form", { value: form });
      ready(null, form);
    } catch (error) {
      ready(error as Error);
    }
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders(isHttps));
    if (isCrossSite(request)) return options.onError("CROSS_SITE_REQUEST", request, reply);
  });
  app.setNotFoundHandler((request, reply) => options.onError("NOT_FOUND", request, reply));
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (error instanceof UnreadableRequest) return options.onError("REQUEST_UNREADABLE", request, reply);
    if (status === 413) return options.onError("REQUEST_TOO_LARGE", request, reply);
    if (status === 429) return options.onError("TOO_MANY_REQUESTS", request, reply);
    if (status >= 400 && status < 500) return options.onError("REQUEST_UNREADABLE", request, reply);
    // The message may quote a value: only the kind and the place are written down.
    const { name, code } = error as Error & { code?: string };
    options.log?.({ kind: name, code, at: firstFrame(error as Error), route: request.routeOptions.url });
    return options.onError(isOutage(error) ? "UNAVAILABLE" : "INTERNAL_ERROR", request, reply);
  });
  return app;
}

/** What the framework itself has to say: an error's class and code. Its words may quote a request. */
function frameworkLog(log: Log): FastifyBaseLogger {
  const write = (what: unknown): void => {
    const { err = what } = (what ?? {}) as { err?: unknown };
    if (err instanceof Error) log({ kind: err.name, code: (err as { code?: string }).code, at: firstFrame(err) });
  };
  const silent = (): void => {};
  const logger = {
    level: "warn",
    fatal: write,
    error: write,
    warn: write,
    info: silent,
    debug: silent,
    trace: silent,
    silent,
  };
  return { ...logger, child: () => frameworkLog(log) } as unknown as FastifyBaseLogger;
}

function firstFrame(error: Error): string | undefined {
  return error.stack
    ?.split("\n")
    .find((line) => line.trimStart().startsWith("at "))
    ?.trim();
}

/** The database or the vault is away, or too many papers wait: the same request may work in a moment. */
function isOutage(error: unknown): boolean {
  const { code, message, name } = error as { code?: string; message?: string; name?: string };
  return (
    name === "FramesUnavailable" ||
    name === "TypesettingBusy" ||
    ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT", "57P01", "57P02", "57P03", "57014", "53300", "53100"].includes(
      code ?? "",
    ) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(message ?? "")
  );
}

export interface CookieOptions {
  readonly origin: string;
  readonly maxAgeSeconds: number;
}

/** Sets a bearer cookie: HttpOnly, SameSite=Lax, whole site, Secure on https. */
export function setTokenCookie(reply: FastifyReply, name: string, token: string, options: CookieOptions): void {
  reply.setCookie(name, token, {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: options.origin.startsWith("https:"),
    maxAge: options.maxAgeSeconds,
  });
}

export function clearTokenCookie(reply: FastifyReply, name: string): void {
  reply.clearCookie(name, { path: "/" });
}
