// Pages of citizens: how many a second against a bare Node server with the same bytes; what they weigh on the wire; and how
// long until a phone on a slow network can use them, in a real Chromium.
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { findBrowser, openBrowser } from "../tests/support/browser.js";
import { useBudget } from "../tests/support/budgets.js";
import { registered, signedInCitizen } from "../tests/support/citizens.js";
import { testWorld, type World } from "../tests/support/world.js";
import { type Benchmark, median, type Tell } from "./harness.js";
import { askAll, connection, request } from "./requests.js";
import { startWeb } from "./web.js";

const clients = 32;
const looks = 5;
/** Chromium's own "slow 3G" and a processor a quarter as fast as this one. */
const slowPhone = { latencyMs: 400, bytesPerSecond: 62_500, slower: 4 };

export const pageBenchmark: Benchmark = {
  name: "page",
  what: "citizens' pages against a bare Node server with the same bytes; weight; time on a slow phone",
  async run(compare, tell) {
    const world = await testWorld({ isClockSet: false });
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-"));
    const web = await startWeb(world, folder);
    const open = (port: number) => Array.from({ length: clients }, () => connection(port));
    const connections = open(web.port);
    try {
      const own = await familyOf(world);
      const pages = [
        { name: "home", path: "/en", cookie: "" },
        { name: "find", path: "/en/find", cookie: "" },
        { name: "people", path: "/en/people", cookie: own },
      ];
      for (const { name, path, cookie } of pages) {
        const asked = request("GET", path, ["accept-encoding: gzip", ...(cookie ? [`cookie: ${cookie}`] : [])]);
        const { status, body } = await connections[0]!.ask(asked);
        if (status !== 200) throw new Error(`${path}: ${status}`);
        const bare = await bareServer(Buffer.from(body, "latin1"));
        const toBare = open(bare.port);
        tell({ name: `page/${name}-html`, value: body.length, unit: "bytes, gzip" });
        await compare({
          name: `page/${name}`,
          unit: "pages/s",
          what: cookie ? "the people of an account, four names opened through the gate" : "a page for everybody",
          ours: hundreds(() => askAll(connections, Array<string>(100).fill(asked))),
          ceiling: hundreds(() => askAll(toBare, Array<string>(100).fill(request("GET", "/", [])))),
        });
        for (const one of toBare) one.close();
        bare.close();
      }
      await onSlowPhone(`http://127.0.0.1:${web.port}`, pages, tell);
    } finally {
      for (const one of connections) one.close();
      web.child.disconnect();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function hundreds(ask: () => Promise<unknown>): (seconds: number) => Promise<number> {
  return async (seconds) => {
    const begun = performance.now();
    let done = 0;
    for (; performance.now() - begun < seconds * 1_000; done += 100) await ask();
    return (done * 1_000) / (performance.now() - begun);
  };
}

/** An account with four people; the cookie of its sign-in. */
async function familyOf(world: World): Promise<string> {
  const citizen = await signedInCitizen(world);
  for (let n = 0; n < 4; n++) await registered(world, citizen);
  await useBudget(world, `account:${citizen.accountId}`, "own-sign-in", -1_000_000_000);
  return `sakshi_sign_in=${citizen.token}`;
}

/** Node's own server, with nothing around it. It shares this process with the client: a ceiling that is a little low. */
async function bareServer(body: Buffer): Promise<{ port: number; close(): void }> {
  const server = createServer((_asked, reply) => {
    reply.writeHead(200, { "content-type": "text/html", "content-length": body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

interface Page {
  readonly name: string;
  readonly path: string;
  readonly cookie: string;
}

async function onSlowPhone(origin: string, pages: readonly Page[], tell: Tell): Promise<void> {
  if (!findBrowser()) {
    process.stderr.write("page: no Chromium here, so no times on a phone\n");
    return;
  }
  const browser = await openBrowser();
  try {
    for (const page of pages) {
      const seen: Seen[] = [];
      for (let n = 0; n < looks; n++) seen.push(await look(browser, origin, page));
      const middle = (of: keyof Seen) => Math.round(median(seen.map((one) => one[of])));
      tell({ name: `page/${page.name}-usable`, value: middle("usableMs"), unit: "ms, slow 3G, first visit" });
      tell({ name: `page/${page.name}-wire`, value: middle("bytes"), unit: "bytes with styles and scripts" });
    }
  } finally {
    await browser.close();
  }
}

interface Seen {
  readonly usableMs: number;
  readonly bytes: number;
}

/** A first visit, with an empty cache. Usable: parsed, styled, and scripts (which nothing waits for) run. */
async function look(browser: Browser, origin: string, { path, cookie }: Page): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const [name, value] = cookie.split("=");
  if (name && value) await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const { latencyMs: latency, bytesPerSecond, slower } = slowPhone;
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slower });
  await page.goto(origin + path, { waitUntil: "load" });
  const seen = await page.evaluate(() => {
    const all = performance.getEntries() as PerformanceResourceTiming[];
    const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return {
      usableMs: visit!.domContentLoadedEventEnd,
      bytes: all.reduce((sum, { transferSize }) => sum + (transferSize || 0), 0),
    };
  });
  await context.close();
  return seen;
}
