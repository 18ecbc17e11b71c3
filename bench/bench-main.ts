// bin/bench NAME|all [--quick] [--json]: runs benchmarks and prints medians, ratio and spread.
// SPDX-License-Identifier: Apache-2.0
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { startTestServer } from "../tests/support/server.js";
import { bookBenchmark } from "./book.js";
import { certificateBenchmark } from "./certificate.js";
import { doseBenchmark } from "./dose.js";
import { gateBenchmark } from "./gate.js";
import { type Benchmark, compareInTurn, fullPace, quickPace } from "./harness.js";
import { inquiryGrowth } from "./inquiry.js";
import { oracleProbe } from "./oracle.js";
import { pageBenchmark } from "./page.js";
import { reportTo } from "./report.js";
import { searchBenchmark } from "./search.js";
import { startBenchmark } from "./start.js";

const benchmarks: readonly Benchmark[] = [
  gateBenchmark,
  doseBenchmark,
  bookBenchmark,
  searchBenchmark,
  pageBenchmark,
  certificateBenchmark,
  startBenchmark,
];
const usage = `bin/bench NAME|all [--quick] [--json]

${benchmarks.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`).join("\n")}

  inquiry        how an inquiry grows with rows, people and disclosures; "all" leaves it out (minutes, 3 GB of files)
  oracle         whether time tells a registered number from another at signing in; "all" leaves it out

Each of the others runs our path and its ceiling in turn, five rounds (--quick: three short ones), on a PostgreSQL of its
own that forces every commit to disk. --json prints one object a line.`;

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

const server = await startTestServer({ durable: true });
process.env.SAKSHI_TEST_SERVER = JSON.stringify({ url: server.url, passwords: server.passwords });
async function end(code: number): Promise<never> {
  await server.stop();
  rmSync(server.folder, { recursive: true, force: true });
  process.exit(code);
}
process.once("SIGINT", () => void end(130));
process.once("SIGTERM", () => void end(143));

try {
  if (oracle) await oracleProbe(values.quick === true);
  if (growth) await inquiryGrowth(values.quick === true, values.json === true);
  await runChosen();
} catch (error) {
  process.stderr.write(`${(error as Error).stack}\n`);
  await end(1);
}
await end(0);

async function runChosen(): Promise<void> {
  if (chosen.length === 0) return;
  const pace = values.quick ? quickPace : fullPace;
  const report = reportTo(
    (line) => void process.stdout.write(`${line}\n`),
    (line) => void process.stderr.write(`${line}\n`),
    values.json === true,
  );
  report.begin();
  for (const benchmark of chosen) {
    await benchmark.run(
      async (comparison) => report.result(await compareInTurn(comparison, pace)),
      (fact) => report.fact(fact),
    );
  }
}
