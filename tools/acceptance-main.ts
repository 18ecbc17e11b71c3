// bin/acceptance: the long forms of tests, with a seed. Each prints what it saw and ends with 0 only when all was well.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { stopAll } from "../tests/ops/installation.js";
import { bytes } from "./acceptance/bytes.js";
import { clockJump, diskFull, powerLoss } from "./acceptance/durability.js";
import { foreign } from "./acceptance/foreign.js";
import { kills } from "./acceptance/kills.js";
import { markers } from "./acceptance/markers.js";
import { printed, type Report } from "./acceptance/report.js";
import { soak } from "./acceptance/soak.js";

const usage = `bin/acceptance kills [--rounds 100] [--seed 1]
  Starts a Sakshi of its own, loads it, and kills recorder, opener, keyholder or database at random moments; half way
  the log opens another shard. Then holds what was acknowledged and what was shown against the log.

bin/acceptance foreign [--entries 70000]
  Publishes a log of so many entries, cosigned by a witness, and has Go's own packages rebuild it. On Debian:
  apt install golang-go golang-golang-x-mod-dev

bin/acceptance bytes [--changes 10000] [--seed 1]
  Changes single bytes of a published log's files, one at a time: the verifier must refuse each.

bin/acceptance soak [--days 7] [--people 300]
  Lives days of a Sakshi of its own with so many people arriving each day: registrations, bookings, doses, looks, erasures.
  After each day the books must agree; at the end no process may hold half as much again as after the second day.

bin/acceptance power-loss [--rounds 5]
  Kills every process at once, and tears the write that was under way at the end of the write-ahead log.

bin/acceptance disk-full [--megabytes 700]
  Fills the disk under a Sakshi, and empties it again. Needs root, for a small file system.

bin/acceptance clock-jump
  Sets the clock forward and back under a Sakshi.

bin/acceptance markers
  On the running demo: a person with values that stand nowhere else lives a whole story. They are searched for in tables, log
  files, published files, the database's files, a backup, answers to strangers, and memory of recorder and keyholder.`;

type Numbers = Readonly<Record<string, number>>;
interface Run {
  readonly defaults: Numbers;
  run(numbers: Numbers, report: Report): Promise<boolean>;
}

const runs: ReadonlyMap<string, Run> = new Map([
  ["kills", runOf({ rounds: 100, seed: 1 }, kills)],
  ["foreign", runOf({ entries: 70_000 }, foreign)],
  ["power-loss", runOf({ rounds: 5 }, powerLoss)],
  ["disk-full", runOf({ megabytes: 700 }, diskFull)],
  ["clock-jump", runOf({}, clockJump)],
  ["soak", runOf({ days: 7, people: 300 }, soak)],
  ["bytes", runOf({ changes: 10_000, seed: 1 }, bytes)],
  ["markers", runOf({}, markers)],
]);

function runOf<N extends Numbers>(defaults: N, run: (numbers: N, report: Report) => Promise<boolean>): Run {
  return { defaults, run: (numbers, report) => run({ ...defaults, ...numbers }, report) };
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n${usage}\n`);
  process.exit(2);
}

function numbersOf(args: readonly string[], defaults: Numbers): Numbers {
  const given = Object.entries(textsOf(args, Object.keys(defaults))).map(([key, text]) => [key, Number(text)] as const);
  for (const [key, value] of given)
    if (!Number.isSafeInteger(value) || value < 0) refuse(`--${key} takes a whole number`);
  return { ...defaults, ...Object.fromEntries(given) };
}

function textsOf(args: readonly string[], names: readonly string[]): Readonly<Record<string, unknown>> {
  const options = Object.fromEntries(names.map((key) => [key, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/** Ctrl-C: nothing that a run has started outlives it. */
function stopAndExit(): void {
  stopAll().then(
    () => process.exit(130),
    () => process.exit(1),
  );
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stopAndExit);

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || name === "--help") {
  process.stdout.write(`${usage}\n`);
} else {
  const chosen = runs.get(name) ?? refuse(`there is no run ${name}`);
  const numbers = numbersOf(rest, chosen.defaults);
  const isWell = await chosen.run(numbers, printed);
  process.stdout.write(
    `${name}: ${isWell ? "all is well" : "NOT WELL"} (${Object.entries(numbers)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")})\n`,
  );
  process.exitCode = isWell ? 0 : 1;
}
