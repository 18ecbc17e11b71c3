// A server with all its doors for tests of the API, and a client that sees status, headers, text and JSON.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/app.js";
import { demoMobile, setCode } from "../support/citizens.js";
import { testWorld, type World } from "../support/world.js";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Anything: tests look into it field by field. */
  readonly json: ReturnType<typeof JSON.parse>;
  readonly bytes: Buffer;
}
export interface ApiWorld {
  readonly world: World;
  readonly origin: string;
  /** Every route of the server as "GET /api/…", with ":name" for parameters, in order. */
  routes(): string[];
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** JSON unless the body is a text, which is sent as it is. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  send(path: string, init: RequestInit): Promise<Reply>;
  close(): Promise<void>;
}

/** Tests search more often than callers may, unless they say otherwise. */
export async function apiWorld(
  now = "2026-11-23T03:00:00Z",
  { searchLimit = 1_000_000, captcha = false } = {},
): Promise<ApiWorld> {
  const world = await testWorld();
  world.setNow(new Date(now));
  const folder = mkdtempSync(join(tmpdir(), "sakshi-api-"));
  const app = await createApp(world.deps, {
    profile: "production",
    origin: "http://127.0.0.1",
    dataDir: folder,
    publishedDir: folder,
    searchLimit,
    captcha,
  });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  async function send(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(new URL(path, origin), { redirect: "manual", ...init }).catch((error: Error) => {
      // "fetch failed" says nothing; why it failed stands behind it.
      const { code, message } = error.cause as NodeJS.ErrnoException;
      throw new Error(`${init.method ?? "GET"} ${path}: ${code ?? ""} ${message}`);
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      json: isJson && text ? JSON.parse(text) : undefined,
    };
  }
  return {
    world,
    routes: () => routesIn(app.printRoutes({ commonPrefix: false })),
    origin,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, body, headers = {}) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    async close() {
      await app.close();
      await world.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Reads the router's own tree: four characters a level, then a part of the path, then the methods. */
function routesIn(tree: string): string[] {
  const parts: string[] = [];
  return tree
    .split("\n")
    .flatMap((line) => {
      const [, indent, part, methods] = /^((?:[│ ] {3})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      if (indent === undefined || part === undefined) return [];
      parts.splice(indent.length / 4, parts.length, part);
      const path = parts.join("").replace(/^\/\//, "/");
      return (methods ?? "").split(", ").flatMap((method) => (method ? [`${method} ${path}`] : []));
    })
    .sort();
}

/** Asks until the answer is as wished; fails when it is not within twenty seconds. */
export async function until(ask: () => Promise<Reply>, isRight: (reply: Reply) => boolean): Promise<Reply> {
  const last = Date.now() + 20_000;
  for (;;) {
    const reply = await ask();
    if (isRight(reply)) return reply;
    if (Date.now() > last) throw new Error(`not within 20 seconds: ${reply.status} ${reply.text.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const demoCode = "135790";

/** Signs in as a booking bot does, and gives the header it goes on with. */
export async function signedInBot(api: ApiWorld, mobile = demoMobile()): Promise<Record<string, string>> {
  const asked = await api.post("/api/v2/auth/generateMobileOTP", { mobile, secret: "U2FsdGVkX1+demo" });
  await setCode(api.world, asked.json.txnId as string, demoCode);
  const answer = await api.post("/api/v2/auth/validateMobileOtp", { otp: sha256(demoCode), txnId: asked.json.txnId });
  return { authorization: `Bearer ${answer.json.token}` };
}

let lastPhotoId = 0;
/** Registers a person and gives the reference id. */
export async function registeredBy(
  api: ApiWorld,
  bearer: Record<string, string>,
  differences: Record<string, unknown> = {},
): Promise<string> {
  const person = {
    name: "Asha Demo",
    birth_year: "1980",
    gender_id: 2,
    photo_id_type: 12,
    photo_id_number: `XXXXXXXX${1000 + lastPhotoId++}`,
    consent_version: "1",
    ...differences,
  };
  const answer = await api.post("/api/v2/registration/beneficiary/new", person, bearer);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json.beneficiary_reference_id as string;
}

/** What a client reads in a token, without checking it. */
export function claimsIn(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
}
