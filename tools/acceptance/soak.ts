// "bin/acceptance soak": days of a Sakshi of its own with its clock set, the books held against what was acknowledged after
// each, and what its processes hold at the end against the end of the second day.
// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Soak } from "../../tests/ops/soak.js";
import type { Report } from "./report.js";

/** Processes fill their buffers and compile their code during the first days. */
const settledAfterDays = 2;
const mostGrowth = 1.5;

export async function soak({ days, people }: { days: number; people: number }, report: Report): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-soak-"));
  chmodSync(folder, 0o711);
  const life = await Soak.open(folder);
  try {
    let isWell = true;
    let settled = new Map<string, number>();
    for (let day = 0; day < days; day++) {
      const began = performance.now();
      await life.liveDay(day, people);
      const faults = await life.faults();
      isWell &&= faults.length === 0;
      const { memory, entries } = await life.sizes();
      if (day < settledAfterDays) settled = memory;
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      const verdict = faults.length === 0 ? "books agree" : faults.join("; ");
      report.row(`day ${day + 1}`, `${life.tally.doses} doses, ${entries} entries, ${seconds} s: ${verdict}`);
    }
    await life.liveAYearLater();
    const faults = await life.faults();
    const erased = await life.erased();
    isWell &&= faults.length === 0 && erased === life.tally.erasuresAsked;
    report.row(
      "a year later",
      `${erased} of ${life.tally.erasuresAsked} erased: ${faults.join("; ") || "books agree"}`,
    );
    for (const [what, count] of Object.entries(life.tally)) report.row(what, count);
    for (const [process, megabytes] of (await life.sizes()).memory) {
      const before = settled.get(process) ?? megabytes;
      isWell &&= megabytes <= before * mostGrowth;
      report.row(
        `memory of ${process}`,
        `${before} MB after day ${Math.min(days, settledAfterDays)}, ${megabytes} MB at the end`,
      );
    }
    return isWell;
  } finally {
    await life.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
