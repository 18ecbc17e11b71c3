// Starts and stops the embedded PostgreSQL: loopback only, scram with a random password, checksums, one locale
// everywhere. A crash of ours must not hurt it: it is shut down when this process dies, and a server left over
// from an earlier run is stopped before a new one starts.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { OperatorError } from "../platform/operator-error.js";
import { giveTo, type PgProgram, preparePgProgram } from "./pg-program.js";
import { isDiskFull } from "./sentence.js";

export interface EmbeddedPostgres {
  /** The superuser's URL, database "postgres". */
  readonly url: string;
  readonly pid: number;
  /** Settles when the server has ended, wanted or not. */
  readonly ended: Promise<void>;
  /** Fast shutdown: connections are cut, what was committed is kept. */
  stop(): Promise<void>;
}
export interface PostgresOptions {
  /** Absolute; made if absent. */
  readonly folder: string;
  readonly logFile: string;
  /** False only for tests: nothing is forced to disk, and the folder goes when this process ends. */
  readonly lasting?: boolean;
  /** Absolute: each finished piece of WAL is copied there, at least once a minute while there is any. */
  readonly walArchive?: string;
}

/** One encoding and one order of text, whatever the machine's locale; damaged pages are noticed. */
const sameEverywhere = [
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--data-checksums",
];
const startSeconds = 60;
const stopSeconds = 60;

export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const lasting = options.lasting ?? true;
  const program = preparePgProgram(options.folder);
  const password = makeCluster(program, lasting);
  await stopLeftover(program);
  const port = await choosePort(program);
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const logFrom = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
  const archiving = archiveSettings(program, options.walArchive);
  const child = launch(program, port, options.logFile, lasting, archiving);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const watcher = watch(child, program, lasting);
  void ended.then(() => lasting && watcher.kill("SIGKILL"));
  try {
    await untilReady(url, child);
  } catch (error) {
    child.kill("SIGQUIT");
    throw explained(error, readFileSync(options.logFile, "utf8").slice(logFrom));
  }
  return { url, pid: child.pid!, ended, stop: () => stop(child, ended) };
}

/** Runs initdb if there is no cluster yet; one that was cut short is thrown away. Returns the superuser's password. */
function makeCluster(program: PgProgram, lasting: boolean): string {
  const cluster = join(program.home, "cluster");
  const passwordFile = join(program.home, "password");
  if (existsSync(cluster)) return readFileSync(passwordFile, "utf8").trim();
  const password = randomBytes(24).toString("base64url");
  const partial = `${cluster}.partial`;
  const handed = join(program.home, "password.initdb");
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  writeFileSync(handed, `${password}\n`, { mode: 0o600 });
  giveTo(program.runAs, partial);
  giveTo(program.runAs, handed);
  const made = spawnSync(
    join(program.native, "bin", "initdb"),
    [
      "-D",
      partial,
      "-U",
      "postgres",
      `--pwfile=${handed}`,
      "--auth=scram-sha-256",
      ...(lasting ? [] : ["--no-sync"]),
      ...sameEverywhere,
    ],
    { cwd: "/", env: program.env, encoding: "utf8", ...program.runAs },
  );
  rmSync(handed, { force: true });
  if (made.status !== 0) throw explained(new Error(`initdb: ${made.stderr || made.error?.message}`), made.stderr ?? "");
  renameSync(partial, cluster);
  return password;
}

/** Copied under another name first: a piece that stands there is whole. */
function archiveSettings(program: PgProgram, archive: string | undefined): Record<string, string> {
  if (archive === undefined) return {};
  if (/["'\\%]/.test(archive))
    throw new OperatorError("SAKSHI_WAL_ARCHIVE must be a path without quotes, backslashes and percent signs.");
  mkdirSync(archive, { recursive: true, mode: 0o700 });
  giveTo(program.runAs, archive);
  const [to, partial] = [`"${archive}/%f"`, `"${archive}/.%f.partial"`];
  return {
    archive_mode: "on",
    archive_timeout: "60",
    archive_command: `test -f ${to} || { cp "%p" ${partial} && sync ${partial} && mv ${partial} ${to}; }`,
  };
}

function launch(
  program: PgProgram,
  port: number,
  logFile: string,
  lasting: boolean,
  more: Readonly<Record<string, string>>,
): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    password_encryption: "scram-sha-256",
    timezone: "UTC",
    log_timezone: "UTC",
    // A log line must never hold a value.
    log_error_verbosity: "terse",
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
    ...(lasting ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_wal_size: "256MB" }),
    ...more,
  };
  const log = openSync(logFile, "a", 0o600);
  // Detached: Ctrl-C in a terminal reaches this program only, which then stops the server last.
  const child = spawn(
    join(program.native, "bin", "postgres"),
    [
      "-D",
      join(program.home, "cluster"),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { cwd: "/", env: program.env, stdio: ["ignore", log, log], detached: true, ...program.runAs },
  );
  closeSync(log);
  if (!lasting) child.unref();
  return child;
}

// A shell that waits for the end of its input: that comes when this process ends, however it ends.
const watchScript = `read -r _
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
n=0
while [ -e "$2/cluster/postmaster.pid" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
rm -rf -- "$2"`;

/** Shuts the server down when this process is gone. The folder of a server that does not last goes too. */
function watch(server: ChildProcess, program: PgProgram, lasting: boolean): ChildProcess {
  const watcher = spawn("/bin/sh", ["-c", watchScript, "sh", String(server.pid), lasting ? "" : program.home], {
    cwd: "/",
    env: program.env,
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void }).unref?.();
  return watcher;
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const late = new AbortController();
  const wait = sleep(stopSeconds * 1000, "late", { signal: late.signal }).catch(() => {});
  if ((await Promise.race([ended, wait])) === "late") child.kill("SIGQUIT");
  late.abort();
  await ended;
}

/** Stops a server that outlived its parent, so that two never write to one cluster. */
async function stopLeftover(program: PgProgram): Promise<void> {
  const cluster = join(program.home, "cluster");
  const pidFile = join(cluster, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  if (!isServerOf(pid, cluster)) {
    // Left by a crash; the number may meanwhile belong to some other process, which PostgreSQL would take for a server.
    rmSync(pidFile, { force: true });
    return;
  }
  for (let waited = 0; isServerOf(pid, cluster); waited += 50) {
    if (waited % 5_000 === 0) signal(pid, waited < stopSeconds * 1000 ? "SIGINT" : "SIGQUIT");
    await sleep(50);
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!(pid > 1)) return false;
  const proc = `/proc/${pid}/cmdline`;
  if (existsSync("/proc/self/cmdline")) {
    try {
      return readFileSync(proc, "utf8").split("\0").includes(cluster);
    } catch {
      return false;
    }
  }
  const line = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return line.includes(`-D ${cluster} `);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** The port of the last start; 0 if there was none. */
export function portOf(home: string): number {
  const file = join(home, "port");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
}

/** The port of the last start if it is still free, else another free one, remembered. */
async function choosePort(program: PgProgram): Promise<number> {
  const last = portOf(program.home);
  const port = (last && (await freePort(last))) || (await freePort(0));
  if (!port) throw new OperatorError("There is no free port on 127.0.0.1 for the database.");
  if (port !== last) writeFileSync(join(program.home, "port"), `${port}\n`);
  return port;
}

function freePort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      throw new Error("PostgreSQL ended at its start");
    try {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
      client.on("error", () => {});
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      // 57P03: it is still starting, or recovering after a crash.
      if (code !== "ECONNREFUSED" && code !== "57P03") throw error;
      if (Date.now() > deadline) throw new Error(`PostgreSQL was not ready after ${startSeconds} s`, { cause: error });
      await sleep(20);
    }
  }
}

function explained(error: unknown, log: string): Error {
  const fatal = log.split("\n").findLast((line) => /FATAL|PANIC/.test(line));
  const told = isDiskFull({ message: log }) ? "No space left on device" : fatal?.trim();
  return new Error(`${(error as Error).message}${told ? ` (${told})` : ""}`, { cause: error });
}
