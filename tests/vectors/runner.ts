// Finds the suites under given folders and runs them. Used by tools/run-vectors.ts and by the tests of the certificate
// library, so that both say the same.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { projectRoot } from "../../src/platform/root.js";
import { divocSuite } from "./divoc-suite.js";
import { hcertSuites } from "./hcert-suites.js";
import { sdJwtSuite } from "./sd-jwt-suite.js";
import { shcSuite } from "./shc-suite.js";
import { signatureSuites } from "./signature-suites.js";
import { type CaseResult, type Suite, SuiteFolder } from "./suite.js";
import { vcSuites } from "./vc-suites.js";

export const suites: readonly Suite[] = [
  ...hcertSuites,
  divocSuite,
  shcSuite,
  sdJwtSuite,
  ...vcSuites,
  ...signatureSuites,
];

export interface FoundSuite {
  readonly suite: Suite;
  readonly folder: SuiteFolder;
  /** As a person finds it again: "divoc/dev". */
  readonly label: string;
}
export interface SuiteResult {
  readonly label: string;
  readonly cases: readonly CaseResult[];
}

/** A copy of the public collections, where this machine has one. */
export const usualCollections =
  process.env["SAKSHI_CERTIFICATE_VECTORS"] ?? join(projectRoot, "..", "shared", "reference", "vectors");

/** Every folder under the roots that lies in a folder of a suite's name ("divoc", "divoc-more") and holds its manifest. */
export function findSuites(roots: readonly string[]): FoundSuite[] {
  const found = new Map<string, FoundSuite>();
  const visit = (path: string, depth: number) => {
    const suite = suiteOf(path);
    if (suite && !found.has(path)) {
      const others = [...roots, usualCollections].map((each) => join(each, suite.name));
      found.set(path, { suite, folder: new SuiteFolder(path, others), label: labelOf(suite, path) });
    }
    if (suite || depth === 0) return;
    for (const entry of readdirSync(path).sort()) {
      const inside = join(path, entry);
      if (statSync(inside).isDirectory()) visit(inside, depth - 1);
    }
  };
  for (const root of roots) if (existsSync(root)) visit(root, 4);
  return [...found.values()];
}

/** The exact name wins over one that only begins with it. */
function suiteOf(path: string): Suite | undefined {
  const marked = suites.filter(({ marker }) => existsSync(join(path, marker)));
  const names = namesUpTo(path);
  return (
    marked.find(({ name }) => names.includes(name)) ??
    marked.find(({ name }) => names.some((each) => each.startsWith(`${name}-`)))
  );
}

function namesUpTo(path: string): string[] {
  return [basename(path), basename(dirname(path)), basename(dirname(dirname(path)))];
}

function labelOf(suite: Suite, path: string): string {
  const names = namesUpTo(path);
  const above = names.findIndex((name) => name === suite.name || name.startsWith(`${suite.name}-`));
  return names
    .slice(0, above + 1)
    .reverse()
    .join("/");
}

export async function runSuite({ suite, folder, label }: FoundSuite): Promise<SuiteResult> {
  try {
    return { label, cases: await suite.run(folder) };
  } catch (error) {
    // A file that is missing or of another form: the other suites still run.
    return { label, cases: [{ id: "(all)", passed: false, difference: `could not run: ${(error as Error).message}` }] };
  }
}

export function tableOf(results: readonly SuiteResult[]): string {
  const row = (label: string, cases: readonly CaseResult[]) =>
    [label, passedOf(cases), cases.length, leftOutOf(cases) || ""].map(String);
  const total = results.flatMap(({ cases }) => cases);
  const rows = results.map(({ label, cases }) => row(label, cases));
  const all = [["suite", "passed", "of", "left out"], ...rows, row("all", total)];
  const wide = all[0]!.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  return all
    .map((cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(wide[0]!) : cell.padStart(wide[column]!))))
    .map((cells) => cells.join(" | ").trimEnd())
    .join("\n");
}

export function differences(results: readonly SuiteResult[]): string[] {
  return results.flatMap(({ label, cases }) =>
    cases
      .filter(({ passed, leftOut }) => !passed && leftOut === undefined)
      .map(({ id, difference }) => `${label} ${id}: ${difference ?? "differs"}`),
  );
}

/** What is not judged, each reason once with its number of cases. */
export function leftOut(results: readonly SuiteResult[]): string[] {
  const reasons = new Map<string, number>();
  for (const { label, cases } of results) {
    for (const each of cases) {
      const text = `${label}: ${each.leftOut}`;
      if (each.leftOut !== undefined) reasons.set(text, (reasons.get(text) ?? 0) + 1);
    }
  }
  return Array.from(reasons, ([reason, count]) => `left out, ${count} of ${reason}`);
}

export function passedOf(cases: readonly CaseResult[]): number {
  return cases.filter(({ passed }) => passed).length;
}

function leftOutOf(cases: readonly CaseResult[]): number {
  return cases.filter((each) => each.leftOut !== undefined).length;
}
