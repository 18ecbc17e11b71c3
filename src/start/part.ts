// One process of Sakshi under the supervisor's eye: started, written down, started again when it dies (after
// 0.2 s, then longer, at most 5 s), stopped when asked. It ends by itself when the supervisor is gone: its IPC
// channel closes.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface PartOptions {
  readonly name: string;
  /** Asked at each start. */
  readonly command: () => Command;
  readonly logFile: string;
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
  /** Settles when the process has said "ready" for the first time. */
  readonly ready: Promise<void>;
  /** Ends the process; it will be started again. */
  restart(): void;
  /** Ends the process for good: asks, and after ten seconds insists. */
  stop(): Promise<void>;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;
const healthyMs = 10_000;
const patienceMs = 10_000;

export function startPart(options: PartOptions): Part {
  let child: ChildProcess | undefined;
  let stopping = false;
  const wake = new AbortController();
  let sayReady = () => {};
  const ready = new Promise<void>((resolve) => {
    sayReady = resolve;
  });

  async function keepRunning(): Promise<void> {
    let pause = firstPauseMs;
    while (!stopping) {
      const startedAt = Date.now();
      child = launch(options);
      if (child.pid !== undefined) options.onStart?.(child.pid);
      child.on("message", (message) => message === "ready" && sayReady());
      const how = await ending(child);
      if (stopping) return;
      if (Date.now() - startedAt > healthyMs) pause = firstPauseMs;
      tell(options, `${options.name} ended (${how}); it starts again`);
      await sleep(pause, undefined, { signal: wake.signal }).catch(() => {});
      pause = Math.min(pause * 2, longestPauseMs);
    }
  }
  const running = keepRunning();

  return {
    name: options.name,
    pid: () => child?.pid,
    ready,
    restart: () => void child?.kill("SIGTERM"),
    async stop() {
      stopping = true;
      wake.abort();
      child?.kill("SIGTERM");
      const insist = setTimeout(() => child?.kill("SIGKILL"), patienceMs);
      await running;
      clearTimeout(insist);
    },
  };
}

function launch({ command, logFile }: PartOptions): ChildProcess {
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
