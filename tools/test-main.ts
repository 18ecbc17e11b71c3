// bin/test: all checks and tests, failures told clearly, and last one line: "N passed, N failed".
//   bin/test            everything
//   bin/test --fast     without the browser
//   bin/test --slowest  tells at the end which files took longest
//   bin/test WORD ...   test files whose path holds one of the words, without the checks
// SPDX-License-Identifier: Apache-2.0
import { fork } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { projectRoot } from "../src/platform/root.js";
import { startTestServer } from "../tests/support/server.js";
import { type Check, checks } from "./checks.js";

interface Tally {
  passed: number;
  failed: number;
}

const build = join(import.meta.dirname, "..");
const checksAtOnce = 2;
/** One more than cores of the build server: a test that waits for a page or a process leaves its core to another. */
const filesAtOnce = 3;
const testMinutes = 3;
const allMinutes = 30;
const tally: Tally = { passed: 0, failed: 0 };

function count(ok: boolean): void {
  if (ok) tally.passed++;
  else tally.failed++;
}

/** How long each file ran that has a process of its own. */
const took: { file: string; ms: number }[] = [];

function finish(): never {
  if (process.argv.includes("--slowest")) {
    for (const { file, ms } of took.toSorted((a, b) => b.ms - a.ms).slice(0, 25))
      process.stdout.write(`${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`);
  }
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
  process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
}

function tellFailure(name: string, what: string): void {
  process.stdout.write(`\nFAILED ${name}\n${what.replace(/^/gm, "  ")}\n`);
}

async function runChecks(list: readonly Check[]): Promise<void> {
  const waiting = [...list];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const problem = await check.run();
      take({ name: `check: ${check.name}`, ...(problem === undefined ? {} : { problem: shortened(problem) }) });
    }
  };
  await Promise.all(Array.from({ length: checksAtOnce }, work));
}

function shortened(text: string, lines = 60): string {
  const all = text.split("\n");
  return all.length <= lines ? text : [...all.slice(0, lines), `... and ${all.length - lines} more lines`].join("\n");
}

interface Result {
  readonly name: string;
  readonly problem?: string;
}

function take({ name, problem }: Result): void {
  count(problem === undefined);
  if (problem !== undefined) tellFailure(name, problem);
}

/** Runs test files and tells each test; a skipped one or one left to do is a failure. */
async function runFiles(
  files: readonly string[],
  isolation: "process" | "none",
  tell: (result: Result) => void,
): Promise<void> {
  if (files.length === 0) return;
  const options =
    isolation === "none" ? { isolation } : { isolation, concurrency: filesAtOnce, timeout: testMinutes * 60_000 };
  const stream = run({ files: [...files], ...options });
  // What a file printed is of interest only if it failed.
  const printed = new Map<string, string>();
  const keep = ({ file, message }: { file: string; message: string }) =>
    void printed.set(file, (printed.get(file) ?? "") + message);
  stream.on("test:pass", ({ name, file, skip, todo, details }) => {
    if (details.type === "suite") return;
    const left = skip !== undefined || todo !== undefined;
    tell({ name: `${where(file)}: ${name}`, ...(left ? { problem: "It is skipped or left to do." } : {}) });
  });
  stream.on("test:fail", ({ name, file, details }) => {
    const error = details.error as Error & { failureType?: string };
    // A suite fails with its tests, which are counted themselves.
    if (error.failureType === "subtestsFailed") return;
    const said = printed.get(file ?? "");
    printed.delete(file ?? "");
    const problem = shortened(reasonOf(error)) + (said ? `\nprinted so far:\n${shortened(said)}` : "");
    tell({ name: `${where(file)}: ${name === file ? "the file" : name}`, problem });
  });
  stream.on("test:summary", ({ file, duration_ms: ms }) => void (file && took.push({ file: where(file), ms })));
  stream.on("test:stdout", keep);
  stream.on("test:stderr", keep);
  await new Promise((resolve) => {
    stream.once("end", resolve);
    stream.resume();
  });
}

/** Unit tests share one process, which must have nothing else to wait for. */
async function runUnits(files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  const child = fork(import.meta.filename, ["--units", ...files]);
  child.on("message", (result) => take(result as Result));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) take({ name: "unit tests", problem: `Their process ended with ${String(code)}.` });
}

function reasonOf(error: Error & { cause?: unknown }): string {
  const cause = error.cause ?? error;
  if (!(cause instanceof Error)) return inspect(cause);
  const inner = cause.cause instanceof Error ? `\ncaused by ${reasonOf(cause.cause)}` : "";
  return `${cause.stack ?? cause.message}${inner}`;
}

/** The source of a test file, from the project's folder. */
function where(file: string | undefined): string {
  return file
    ? relative(projectRoot, file)
        .replace(/^build\//, "")
        .replace(/\.js$/, ".ts")
    : "?";
}

/** Those of tests/ before those of src/: the longer ones first, so that no core is idle at the end. */
function testFiles(): string[] {
  return globSync("{src,tests,tools,bench}/**/*.test.js", { cwd: build })
    .toSorted()
    .toReversed()
    .map((name) => join(build, name));
}

/** By what a file imports: the browser, the database or other processes, or nothing but code. */
function kindOf(file: string): "browser" | "whole" | "unit" {
  const text = readFileSync(file, "utf8");
  if (/support\/browser\.js|playwright-core|\/browser\.js"/.test(text)) return "browser";
  return /support\/|node:child_process|(world|\/server|installation|postgres|demo-journey|soak)\.js"/.test(text)
    ? "whole"
    : "unit";
}

async function main(args: readonly string[]): Promise<never> {
  const words = args.filter((arg) => !arg.startsWith("--"));
  const strange = args.find((arg) => arg.startsWith("--") && arg !== "--fast" && arg !== "--slowest");
  if (strange) {
    process.stderr.write(`unknown option ${strange}; there are --fast and --slowest, and words that name test files\n`);
    process.exit(2);
  }
  const late = setTimeout(() => {
    take({ name: "bin/test", problem: `It was not done after ${allMinutes} minutes.` });
    finish();
  }, allMinutes * 60_000);
  const files = testFiles().filter((file) => words.length === 0 || words.some((word) => where(file).includes(word)));
  const of = (kind: ReturnType<typeof kindOf>) => files.filter((file) => kindOf(file) === kind);
  await Promise.all([runUnits(of("unit")), words.length === 0 ? runChecks(checks) : undefined]);
  const whole = [...(args.includes("--fast") ? [] : of("browser")), ...of("whole")];
  if (whole.length > 0) {
    const { stop, ...server } = await startTestServer();
    process.env.SAKSHI_TEST_SERVER = JSON.stringify(server);
    await runFiles(whole, "process", take);
    await stop();
  }
  clearTimeout(late);
  return finish();
}

const args = process.argv.slice(2);
if (args[0] === "--units") {
  void runFiles(args.slice(1), "none", (result) => process.send?.(result));
} else {
  main(args).catch((error: unknown) => {
    take({ name: "bin/test", problem: reasonOf(error as Error) });
    finish();
  });
}
