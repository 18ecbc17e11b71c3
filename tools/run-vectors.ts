// Runs test vectors of certificates and prints what came out, suite by suite:
//   tools/run-vectors DIR... [--json]
// Finds every suite under the folders by its manifest (a suite's "dev", or a folder laid out the same way). Ends with 0
// if all cases that we judge came out as their manifests say; what is left out is said, with the reason.
// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  differences,
  findSuites,
  leftOut,
  passedOf,
  runSuite,
  type SuiteResult,
  tableOf,
} from "../tests/vectors/runner.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
const calledFrom = process.env["SAKSHI_CALLED_FROM"] ?? process.cwd();
const found = findSuites(positionals.map((path) => resolve(calledFrom, path)));
if (found.length === 0) {
  process.stderr.write("No suite found. Usage: tools/run-vectors DIR... [--json]\n");
  process.exit(2);
}
const results: SuiteResult[] = [];
for (const each of found) results.push(await runSuite(each));
const different = differences(results);
if (values.json) {
  const suites = results.map(({ label, cases }) => ({
    suite: label,
    passed: passedOf(cases),
    of: cases.length,
    different: cases.filter(({ passed, leftOut: why }) => !passed && why === undefined),
    leftOut: cases.filter(({ leftOut: why }) => why !== undefined),
  }));
  process.stdout.write(`${JSON.stringify({ suites }, null, 2)}\n`);
} else {
  process.stdout.write(`${[tableOf(results), ...leftOut(results), ...different].join("\n")}\n`);
}
process.exit(different.length === 0 ? 0 : 1);
