// The demo country behind a web server, and visitors with a cookie: for the officers' stories.
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { createApp } from "../../src/app.js";
import type { Profile } from "../../src/config.js";
import { type DemoFacility, demoFacilities } from "../../src/demo/country.js";
import { diceOf } from "../../src/demo/random.js";
import { defaultSeed, seedDemo } from "../../src/demo/seed.js";
import { testWorld, type World } from "../support/world.js";

export interface OfficerWorld extends World {
  readonly app: FastifyInstance;
  readonly dataDir: string;
  readonly origin: string;
  readonly facilities: readonly DemoFacility[];
  appOf(profile: Profile): Promise<FastifyInstance>;
}

export async function officerWorld(origin = "http://127.0.0.1:18460"): Promise<OfficerWorld> {
  const world = await testWorld();
  const dataDir = mkdtempSync(join(tmpdir(), "sakshi-officer-"));
  await seedDemo(world.deps, { say: () => undefined });
  const appOf = (profile: Profile) =>
    createApp(world.deps, { profile, origin, dataDir, publishedDir: join(dataDir, "log") });
  const app = await appOf("demo");
  return {
    ...world,
    app,
    dataDir,
    origin,
    facilities: demoFacilities(diceOf(defaultSeed)),
    appOf,
    async close() {
      await app.close();
      await world.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Visitor {
  get(path: string): Promise<LightMyRequestResponse>;
  post(path: string, fields?: Record<string, string>): Promise<LightMyRequestResponse>;
}

/** A browser with the staff cookie `token`, or with none. */
export function visitor(app: FastifyInstance, token?: string): Visitor {
  const cookies = token ? { sakshi_staff: token } : {};
  return {
    get: (url) => app.inject({ method: "GET", url, cookies }),
    post: (url, fields = {}) =>
      app.inject({
        method: "POST",
        url,
        cookies,
        headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
}

/** The hidden and typed fields of a page's form, as a browser would send them back. */
export function fieldsOf(page: LightMyRequestResponse): Record<string, string> {
  const inputs = page.body.matchAll(/<input[^>]*>/g);
  const fields: Record<string, string> = {};
  for (const [tag] of inputs) {
    const name = /\bname="([^"]*)"/.exec(tag)?.[1];
    const isChoice = /\btype="(radio|checkbox)"/.test(tag) && !/\bchecked\b/.test(tag);
    if (name && !isChoice) fields[name] = /\bvalue="([^"]*)"/.exec(tag)?.[1] ?? "";
  }
  return fields;
}
