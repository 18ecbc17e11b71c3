// How benchmarks are printed: a table for people, or one object a line for programs.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import type { Fact, Result } from "./harness.js";

const columns = ["benchmark", "ours", "ceiling", "unit", "ratio", "target", "spread", "processor µs each"] as const;

export interface Report {
  begin(): void;
  result(result: Result): void;
  fact(fact: Fact): void;
}

export function reportTo(write: (line: string) => void, warn: (line: string) => void, json: boolean): Report {
  return {
    begin() {
      if (json) return write(JSON.stringify({ machine: machine() }));
      write(machine());
      write(line(columns));
    },
    result(result) {
      write(json ? JSON.stringify(result) : row(result));
      if (result.busy > availableParallelism() / 2)
        warn(`The machine was busy (load ${result.busy.toFixed(1)}): trust the ratio, not the figures.`);
    },
    fact(fact) {
      write(json ? JSON.stringify(fact) : line([fact.name, fact.value.toLocaleString("en"), "", fact.unit]));
    },
  };
}

function machine(): string {
  const model = cpus()[0]?.model.trim() || cpuFromProc() || process.arch;
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]!.toFixed(1);
  return `${availableParallelism()} cores of ${model}, ${memory} GiB, ${process.platform} ${release()}, Node ${process.versions.node}; load ${load} before`;
}

function cpuFromProc(): string | undefined {
  if (process.platform !== "linux") return undefined;
  return /^model name\s*: *(.+)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
}

function targetOf({ target, ratio }: Result): string {
  if (target === undefined) return "–";
  return `≥ ${target}${ratio >= target ? "" : "  missed"}`;
}

function processorOf({ processor }: Result): string {
  if (!processor) return "–";
  return [processor.ours, processor.ceiling].map((each) => each.toFixed(each < 10 ? 1 : 0)).join(" / ");
}

function row(result: Result): string {
  return line([
    result.name,
    Math.round(result.ours).toLocaleString("en"),
    Math.round(result.ceiling).toLocaleString("en"),
    result.unit,
    result.ratio.toFixed(2),
    targetOf(result),
    `${Math.round(result.spread * 100)} %`,
    processorOf(result),
  ]);
}

function line(cells: readonly string[]): string {
  const widths = [32, 10, 10, 16, 7, 14, 7, 20];
  return cells
    .map((cell, at) => (at === 0 || at === 3 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
    .join(" ")
    .trimEnd();
}
