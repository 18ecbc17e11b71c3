// The checks of bin/test that are not tests: format, types, lint, import rules, dead code, secrets, words.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "../src/platform/root.js";

export interface Check {
  readonly name: string;
  /** Resolves with what is wrong, or undefined. */
  run(): Promise<string | undefined>;
}

const bin = (name: string) => join(projectRoot, "node_modules", ".bin", name);
const built = (name: string) => join(import.meta.dirname, name);

export const checks: readonly Check[] = [
  tool("types", join(projectRoot, "node_modules/typescript7/bin/tsc"), "-p", "."),
  tool("format", bin("biome"), "check", "--max-diagnostics=20", "."),
  tool("lint", bin("oxlint"), "--format=unix"),
  tool("imports", built("check-imports.js")),
  tool("dead code", bin("knip"), "--no-progress", "--no-config-hints"),
  tool("secrets", built("check-secrets.js")),
  tool("words", built("check-words.js")),
];

/** A program that ends with 0 when all is well and otherwise prints what is not. */
function tool(name: string, program: string, ...args: string[]): Check {
  return {
    name,
    run() {
      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [program, ...args], {
          cwd: projectRoot,
          stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        child.stdout.on("data", (text: Buffer) => (output += text.toString()));
        child.stderr.on("data", (text: Buffer) => (output += text.toString()));
        child.once("error", reject);
        child.once("close", (code) => resolve(code === 0 ? undefined : output.trim() || `ended with ${code}`));
      });
    },
  };
}
