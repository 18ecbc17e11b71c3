// A Sakshi started as an operator starts it: one process with its children, in a folder of its own, on a free port.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dateInIndia } from "../../src/platform/clock.js";
import { isAlive, type RunningState, readState } from "../../src/start/state.js";

const program = join(import.meta.dirname, "..", "..", "src", "start-main.js");

export interface Run {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  errors(): string;
  readonly ended: Promise<number | NodeJS.Signals>;
}

const running = new Map<ChildProcess, Promise<unknown>>();
const folders = new Set<string>();

/** Stops every installation that this process started, and removes the folders made for them. */
export async function stopAll(): Promise<void> {
  for (const child of running.keys()) child.kill("SIGTERM");
  await Promise.all(running.values());
  for (const folder of folders) remove(folder);
}

/** A fresh data folder that says that the demo country is in already: these tests do not look at it. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-ops-"));
  folders.add(folder);
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, "demo-seeded-on"), dateInIndia(new Date()));
  return folder;
}

export function start(dataDir: string, port: number, env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH ?? "", SAKSHI_DATA_DIR: dataDir, PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (errors += text.toString()));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 0));
  });
  running.set(child, ended);
  void ended.then(() => running.delete(child));
  return { child, output: () => output, errors: () => errors, ended };
}

/** Waits for the banner; a start that ends before it fails with what it said. */
export async function started(run: Run): Promise<void> {
  const end = await Promise.race([
    run.ended,
    until(() => run.output().includes("Stop with Ctrl-C."), "the banner", 120),
  ]);
  if (end !== undefined) throw new Error(`ended with ${end}: ${run.output()}${run.errors()}`);
}

export async function until(happened: () => boolean | Promise<boolean>, what: string, seconds = 30): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(25)) {
    if (await happened()) return;
  }
  throw new Error(`${what} did not come within ${seconds} s`);
}

export function state(dataDir: string): RunningState {
  const now = readState(dataDir);
  if (!now) throw new Error("nothing runs");
  return now;
}

export async function isUp(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** A process that has ended and waits to be collected is gone. */
export function isGone(pid: number): boolean {
  if (!isAlive(pid)) return true;
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /\) [ZX] /.test(readFileSync(stat, "utf8"));
}

/** Below the ports that the system hands out itself, so that nobody gets it between this look and its use. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export function remove(dataDir: string): void {
  folders.delete(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}
