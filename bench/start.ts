// From bin/start to the first answer: an installation that is new, and one that was there; and what each process holds in
// memory at rest and after a load.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import {
  freePort,
  freshFolder,
  isUp,
  type Run,
  remove,
  start,
  started,
  state,
  until,
} from "../tests/ops/installation.js";
import type { Benchmark, Tell } from "./harness.js";
import { askAll, connection, request } from "./requests.js";

const loadSeconds = 5;

export const startBenchmark: Benchmark = {
  name: "start",
  what: "from start to the first answer, and memory at rest and after a load (nothing to compare with)",
  async run(_compare, tell) {
    const folder = freshFolder();
    try {
      await once(folder, "new", tell, async () => {});
      await once(folder, "there-already", tell, async (port) => {
        tellMemory(folder, "at-rest", tell);
        await load(port);
        tellMemory(folder, "after-load", tell);
      });
    } finally {
      remove(folder);
    }
  },
};

async function once(
  folder: string,
  kind: string,
  tell: Tell,
  meanwhile: (port: number) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const begun = performance.now();
  const run: Run = start(folder, port);
  try {
    await until(() => isUp(port), "an answer", 120);
    tell({ name: `start/${kind}`, value: Math.round(performance.now() - begun), unit: "ms to the first answer" });
    await started(run);
    await meanwhile(port);
  } finally {
    run.child.kill("SIGTERM");
    await run.ended;
  }
}

async function load(port: number): Promise<void> {
  const connections = Array.from({ length: 32 }, () => connection(port));
  const asked = Array<string>(200).fill(request("GET", "/en/find", ["accept-encoding: gzip"]));
  for (const end = performance.now() + loadSeconds * 1_000; performance.now() < end; ) await askAll(connections, asked);
  for (const one of connections) one.close();
}

/** Memory that a process would give back if it ended: shared pages are divided among those who share them. */
function tellMemory(folder: string, when: string, tell: Tell): void {
  if (process.platform !== "linux") return;
  const { supervisor, parts } = state(folder);
  for (const [part, pid] of Object.entries({ supervisor, ...parts })) {
    const pids = part === "postgres" ? [pid, ...childrenOf(pid)] : [pid];
    const kilobytes = pids.reduce((sum, one) => sum + proportional(one), 0);
    tell({ name: `start/memory-${part}-${when}`, value: Math.round(kilobytes / 1_024), unit: "MiB" });
  }
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

function proportional(pid: number): number {
  return Number(/^Pss: *(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** Processes of PostgreSQL come and go. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
