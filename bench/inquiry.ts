// How an inquiry grows: rows, people and disclosures against seconds and memory, from the files to the answer.
// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Size, writeLargeWorld } from "./inquiry-world.js";

const run = promisify(execFile);

/** The first, ten times each of its numbers, and all of them at once. */
function sizes({ rows, people, disclosures }: Size): Size[] {
  return [
    { rows, people, disclosures },
    { rows: rows * 10, people, disclosures },
    { rows, people: people * 10, disclosures },
    { rows, people, disclosures: disclosures * 10 },
    { rows: rows * 10, people: people * 10, disclosures: disclosures * 10 },
  ];
}

const header = [
  "rows",
  "people",
  "disclosures",
  "read s",
  "index s",
  "answer s",
  "all s",
  "processor s",
  "MB",
  "source",
];
const cells = (values: readonly (string | number)[]): string =>
  values.map((value) => (typeof value === "number" ? value.toLocaleString("en") : value).padStart(12)).join("");

/** Prints a line for each size; the largest is the one that wants to be answered within 60 s on two cores. */
export async function inquiryGrowth(quick: boolean, json: boolean): Promise<void> {
  const least = quick
    ? { rows: 200, people: 5_000, disclosures: 50_000 }
    : { rows: 1_000, people: 100_000, disclosures: 1_000_000 };
  if (!json) process.stdout.write(`${cells(header)}\n`);
  for (const size of sizes(least)) {
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-inquiry-"));
    try {
      await writeLargeWorld(folder, size);
      const { stdout } = await run(process.execPath, [
        "--max-old-space-size=8192",
        join(import.meta.dirname, "inquiry-once.js"),
        folder,
      ]);
      const { rows, read, index, answer, all, processor, megabytes, source } = JSON.parse(stdout);
      const tenth = (value: number) => value.toFixed(1);
      const line = cells([
        rows,
        size.people,
        size.disclosures,
        ...[read, index, answer, all, processor].map(tenth),
        megabytes,
        source,
      ]);
      process.stdout.write(json ? JSON.stringify({ ...size, ...JSON.parse(stdout) }) : line);
      process.stdout.write("\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}
