// One process of Sakshi under the supervisor's eye: started, written down, started again when it dies (after
// 0.2 s, then longer, at most 5 s), replaced or stopped when asked. It ends by itself when the supervisor is gone: its
// IPC channel closes.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Family } from "../platform/metrics/metrics.js";
import { metricsQuestion } from "../platform/metrics/process-metrics.js";
import type { HeldPort } from "./held-port.js";

export interface PartOptions {
  readonly name: string;
  /** Asked at each start. */
  readonly command: () => Command;
  readonly logFile: string;
  /** What it listens on: handed over at each start, with the message "listen". */
  readonly port?: HeldPort;
  /** How long it may take to end; ten seconds when absent. */
  readonly patienceMs?: number;
  /** Told at each start. */
  readonly onStart?: (pid: number) => void;
}
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** All that the process gets: nothing of the supervisor's own environment. */
  readonly env: Readonly<Record<string, string>>;
}
export interface Part {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Whether the process runs and has said "ready". */
  readonly isUp: () => boolean;
  /** How often it was started. */
  readonly starts: () => number;
  /** What it counts; nothing when it does not answer within a second. */
  metrics(): Promise<readonly Family[]>;
  /** Settles when the process has said "ready" for the first time. */
  readonly ready: Promise<void>;
  /** Ends the process; it will be started again. */
  restart(): void;
  /**
   * Puts a new process in the place of the one that runs: first the new one is ready, then the old one gets the message
   * "drain" and ends when it has answered what it was asked. Throws, and leaves the old one, if the new one is not ready.
   */
  renew(): Promise<void>;
  /** Ends the process for good: asks, and after a while insists. */
  stop(): Promise<void>;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;
const healthyMs = 10_000;
const patienceMs = 10_000;
/** A slow phone may take half a minute over one request. */
const drainMs = 40_000;
const metricsMs = 1_000;
const renewMs = 60_000;

/** A process from its start to its end. */
interface Life {
  readonly child: ChildProcess;
  readonly startedAt: number;
  isUp: boolean;
  readonly ready: Promise<void>;
  /** How it ended. */
  readonly ended: Promise<string>;
}

export function startPart(options: PartOptions): Part {
  const lives = new Set<Life>();
  let starts = 0;
  let stopping = false;
  const wake = new AbortController();

  function begin(): Life {
    const child = launch(options);
    const ready = new Promise<void>((resolve) => {
      child.on("message", (message) => message === "ready" && resolve());
    });
    const life: Life = { child, startedAt: Date.now(), isUp: false, ready, ended: ending(child) };
    starts++;
    lives.add(life);
    void ready.then(() => (life.isUp = true));
    void life.ended.then(() => {
      life.isUp = false;
      lives.delete(life);
    });
    return life;
  }
  function take(life: Life): Life {
    if (life.child.pid !== undefined) options.onStart?.(life.child.pid);
    return life;
  }

  let current = take(begin());
  const firstReady = Promise.withResolvers<void>();
  void current.ready.then(firstReady.resolve);

  async function keepRunning(): Promise<void> {
    let pause = firstPauseMs;
    while (!stopping) {
      const life = current;
      const how = await life.ended;
      if (stopping) return;
      if (life !== current) continue;
      if (Date.now() - life.startedAt > healthyMs) pause = firstPauseMs;
      tell(options, `${options.name} ended (${how}); it starts again`);
      await sleep(pause, undefined, { signal: wake.signal }).catch(() => {});
      pause = Math.min(pause * 2, longestPauseMs);
      if (stopping || life !== current) continue;
      current = take(begin());
      void current.ready.then(firstReady.resolve);
    }
  }
  const running = keepRunning();

  async function renew(): Promise<void> {
    const next = begin();
    const late = sleep(renewMs, "not ready in time", { ref: false });
    const problem = await Promise.race([next.ready, next.ended, late]);
    if (problem !== undefined || stopping) {
      next.child.kill("SIGKILL");
      throw new Error(`the new ${options.name} did not start (${problem ?? "stopped"}); the one before goes on`);
    }
    const before = current;
    current = take(next);
    if (before.child.connected) before.child.send("drain", () => {});
    await end(before, drainMs);
  }

  return {
    name: options.name,
    pid: () => current.child.pid,
    isUp: () => current.isUp,
    starts: () => starts,
    metrics: () => metricsOf(current),
    ready: firstReady.promise,
    restart: () => void current.child.kill("SIGTERM"),
    renew,
    async stop() {
      stopping = true;
      wake.abort();
      for (const { child } of lives) child.kill("SIGTERM");
      await Promise.all([...lives].map((life) => end(life, options.patienceMs ?? patienceMs)));
      await running;
    },
  };
}

/** Waits for a process that was asked to end, and after a while insists. */
async function end({ child, ended }: Life, patience: number): Promise<void> {
  const insist = setTimeout(() => child.kill("SIGKILL"), patience);
  await ended;
  clearTimeout(insist);
}

function metricsOf({ child, isUp }: Life): Promise<readonly Family[]> {
  return new Promise((resolve) => {
    const settle = (message: unknown): void => {
      const { metrics } = (message ?? {}) as { metrics?: Family[] };
      if (message !== undefined && !metrics) return;
      clearTimeout(late);
      child.off("message", settle);
      resolve(metrics ?? []);
    };
    const late = setTimeout(() => settle(undefined), metricsMs);
    child.on("message", settle);
    if (isUp && child.connected) child.send(metricsQuestion, () => {});
    else settle(undefined);
  });
}

function launch({ command, logFile, port }: PartOptions): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  try {
    const { command: program, args, env } = command();
    // Detached: Ctrl-C in a terminal reaches the supervisor only, which stops the parts in order.
    const child = spawn(program, args, {
      env,
      stdio: ["ignore", log, "pipe", "ipc"],
      detached: true,
    });
    child.stderr?.on("data", (bytes: Buffer) => {
      process.stderr.write(bytes);
      writeDown(logFile, bytes);
    });
    // A child that dies at once is told by its end.
    if (port) child.send("listen", port, () => {});
    return child;
  } finally {
    closeSync(log);
  }
}

function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
}

function tell({ logFile }: PartOptions, words: string): void {
  process.stderr.write(`${words}\n`);
  writeDown(logFile, `${new Date().toISOString()} ${words}\n`);
}

function writeDown(logFile: string, text: string | Buffer): void {
  try {
    appendFileSync(logFile, text, { mode: 0o600 });
  } catch {
    // A full disk must not take the supervisor down with it; the same words went to stderr.
  }
}
