// What a search costs: calendarByDistrict over HTTP against nginx with the same bytes as a file; and how long the slowest in
// a hundred waits while one request in ten changes what is on offer.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wireDate } from "../src/api/read-input.js";
import { dateInIndia } from "../src/platform/clock.js";
import { publishedSession } from "../tests/support/citizens.js";
import { testWorld, type World } from "../tests/support/world.js";
import type { Benchmark, Comparison, Measured } from "./harness.js";
import { ask, missingPrograms, startNginx } from "./nginx.js";

const centers = 12;
const days = 7;

export const searchBenchmark: Benchmark = {
  name: "search",
  what: "searches of a district against nginx with a file",
  async run(compare) {
    const missing = missingPrograms();
    if (missing.length > 0) {
      process.stderr.write(
        `search: not measured, ${missing.join(" and ")} not installed (Debian packages nginx, wrk)\n`,
      );
      return;
    }
    const world = await testWorld();
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-"));
    const webs: ChildProcess[] = [];
    const started: { stop(): void }[] = [];
    try {
      const sessionIds = await offer(world);
      const query = `district_id=9901&date=${wireDate(dateInIndia(world.deps.clock()))}`;
      const urls: string[] = [];
      for (let n = 0; n < 2; n++) {
        const { recorder, opener } = world.vault.sockets;
        const web = fork(join(import.meta.dirname, "search-web.js"), [
          world.urlAs("sakshi_app"),
          recorder,
          opener,
          folder,
        ]);
        webs.push(web);
        const [port] = (await once(web, "message")) as [string];
        urls.push(`http://127.0.0.1:${port}/api/v2/appointment/sessions/public/calendarByDistrict?${query}`);
      }
      const body = Buffer.from(await (await fetch(urls[0]!)).arrayBuffer());
      for (const processes of [1, 2]) {
        const nginx = await startNginx(join(folder, `nginx${processes}`), body, processes);
        started.push(nginx);
        await compare({
          name: `search/${processes === 1 ? "one-process" : "two-processes"}`,
          unit: "searches/s",
          what: `${Math.round(body.length / 1024)} KiB of JSON, compressed, against nginx with as many processes`,
          target: 0.45,
          ours: (seconds) => ask(urls.slice(0, processes), seconds),
          ceiling: (seconds) => ask(Array<string>(processes).fill(nginx.url), seconds),
        });
        if (processes === 1) await bareNode(compare, webs, nginx.url, join(folder, "nginx1", "root", "answer.gz"));
      }
      await compare({
        name: "search/p99-with-changes",
        unit: "µs",
        what: "the slowest in a hundred, 16 in flight, one request in ten changes a session; against none changing",
        ours: slowest(urls[0]!, () => takePlace(world, sessionIds)),
        ceiling: slowest(urls[0]!, undefined),
      });
    } finally {
      for (const one of started) one.stop();
      for (const web of webs) web.disconnect();
      rmSync(folder, { recursive: true, force: true });
      await world.close();
    }
  },
};

/** How much of the distance is Node's own: its server with nothing around it, and the same file, against the same nginx. */
async function bareNode(
  compare: (comparison: Comparison) => Promise<void>,
  children: ChildProcess[],
  nginx: string,
  file: string,
): Promise<void> {
  const bare = fork(join(import.meta.dirname, "bare-node.js"), [file]);
  children.push(bare);
  const [port] = (await once(bare, "message")) as [string];
  await compare({
    name: "search/bare-node",
    unit: "answers/s",
    what: "Node's own server, which answers everything with the same bytes, against nginx; one process each",
    ours: (seconds) => ask([`http://127.0.0.1:${port}/`], seconds),
    ceiling: (seconds) => ask([nginx], seconds),
  });
}

/** A district as large as the demo's: each centre has a session a day. */
async function offer(world: World): Promise<string[]> {
  const sessionIds: string[] = [];
  for (let center = 0; center < centers; center++) {
    let facilityId: string | undefined;
    for (let inDays = 0; inDays < days; inDays++) {
      const session = await publishedSession(world, { inDays, slots: 8, ...(facilityId ? { facilityId } : {}) });
      ({ facilityId } = session);
      sessionIds.push(session.sessionId);
    }
  }
  return sessionIds;
}

/** What a booking changes of the offer: one place, in the row that bookings write. */
async function takePlace({ deps }: World, sessionIds: readonly string[]): Promise<void> {
  const sessionId = sessionIds[Math.floor(Math.random() * sessionIds.length)];
  await deps.db.rows(
    "UPDATE registry.places SET taken = (taken + 1) % capacity WHERE session_id = $1 AND slot_number = 1 AND pool = 'dose1'",
    [sessionId],
  );
}

/** The 99th percentile of searches in microseconds, while one request in ten is a change. */
function slowest(url: string, change: (() => Promise<void>) | undefined): Measured {
  return async (seconds) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const end = performance.now() + seconds * 1_000;
    const times: number[] = [];
    let asked = 0;
    const worker = async () => {
      while (performance.now() < end) {
        if (change && ++asked % 10 === 0) {
          await change();
          continue;
        }
        const begun = performance.now();
        await search(url, agent);
        times.push((performance.now() - begun) * 1_000);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    agent.destroy();
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.99)]!;
  };
}

function search(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { "accept-encoding": "gzip" } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(String(response.statusCode)));
      response.resume().on("end", resolve);
    }).on("error", reject);
  });
}
