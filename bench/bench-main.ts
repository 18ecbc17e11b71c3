// bin/bench NAME|all [--quick] [--json]: runs benchmarks and prints medians, ratio and spread.
// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { certificateBenchmark } from "./certificate.js";
import { gateBenchmark } from "./gate.js";
import { type Benchmark, compareInTurn, fullPace, quickPace, type Result } from "./harness.js";
import { inquiryGrowth } from "./inquiry.js";
import { oracleProbe } from "./oracle.js";
import { searchBenchmark } from "./search.js";

const benchmarks: readonly Benchmark[] = [gateBenchmark, certificateBenchmark, searchBenchmark];
const usage = `bin/bench NAME|all [--quick] [--json]

${benchmarks.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`).join("\n")}

  inquiry        how an inquiry grows with rows, people and disclosures; "all" leaves it out (minutes, 3 GB of files)
  oracle         whether time tells a registered number from another at signing in; "all" leaves it out

Each of the others runs our path and its ceiling in turn, five rounds (--quick: three short ones). --json prints one object a line.`;

const columns = ["benchmark", "ours", "ceiling", "unit", "ratio", "target", "spread"] as const;

function targetOf({ target, ratio }: Result): string {
  if (target === undefined) return "–";
  return `≥ ${target}${ratio >= target ? "" : "  missed"}`;
}

function row(result: Result): string {
  const cells = [
    result.name,
    Math.round(result.ours).toLocaleString("en"),
    Math.round(result.ceiling).toLocaleString("en"),
    result.unit,
    result.ratio.toFixed(2),
    targetOf(result),
    `${Math.round(result.spread * 100)} %`,
  ];
  return line(cells);
}

function line(cells: readonly string[]): string {
  const widths = [26, 10, 10, 16, 7, 14, 7];
  return cells
    .map((cell, at) => (at === 0 || at === 3 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
    .join(" ");
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean" } },
});
const chosen = positionals[0] === "all" ? benchmarks : benchmarks.filter(({ name }) => positionals.includes(name));
const growth = positionals.includes("inquiry");
const oracle = positionals.includes("oracle");
if (values.help || (chosen.length === 0 && !growth && !oracle)) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
const pace = values.quick ? quickPace : fullPace;
if (oracle) await oracleProbe(values.quick === true);
if (growth) await inquiryGrowth(values.quick === true, values.json === true);
if (!values.json && chosen.length > 0) process.stdout.write(`${line(columns)}\n`);
for (const benchmark of chosen) {
  await benchmark.run(async (comparison) => {
    const result = await compareInTurn(comparison, pace);
    process.stdout.write(`${values.json ? JSON.stringify(result) : row(result)}\n`);
    if (result.busy > availableParallelism() / 2) {
      process.stderr.write(
        `The machine was busy (load ${result.busy.toFixed(1)}): trust the ratio, not the figures.\n`,
      );
    }
  });
}
process.exit(0);
