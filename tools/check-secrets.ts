// No secret lies in the repository: private keys, tokens of well-known services, passwords in addresses.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../src/platform/root.js";

const shapes: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}/],
  ["an AWS key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{50,})\b/],
  ["a Slack token", /\bxox[abpr]-[0-9A-Za-z-]{10,}/],
  ["a Google key", /\bAIza[0-9A-Za-z_-]{35}\b/],
  ["an npm token", /\bnpm_[0-9A-Za-z]{36}\b/],
  ["a JSON web token", /\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{20,}/],
  [
    "a password in an address",
    /\b[a-z]+:\/\/[a-z0-9_]+:(?!password@|secret@|hunter2@)[^\s@/"'`${}<>:]{8,}@[a-z0-9.-]+/i,
  ],
];
// Test vectors published by others hold keys on purpose; docs of theirs say so.
const published = /(^|\/)(vectors|test-vectors)\//;
const largestBytes = 2 * 1024 * 1024;

const listed = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: projectRoot,
  encoding: "utf8",
});
if (listed.status !== 0) {
  console.log("git does not list the files of the project; this check needs a clone.");
  process.exit(1);
}
const found = listed.stdout
  .split("\n")
  .filter((path) => path && !published.test(path) && existsSync(join(projectRoot, path)))
  .filter((path) => statSync(join(projectRoot, path)).isFile() && statSync(join(projectRoot, path)).size < largestBytes)
  .flatMap((path) => {
    const text = readFileSync(join(projectRoot, path), "utf8");
    return shapes.filter(([, shape]) => shape.test(text)).map(([what]) => `${path}: looks like ${what}`);
  });
const keyFiles = listed.stdout.split("\n").filter((path) => /\.(key|p12|pfx|jks)$|(^|\/)\.env(\.|$)/.test(path));
const problems = [...found, ...keyFiles.map((path) => `${path}: a key file does not belong here`)];
if (problems.length > 0) console.log(problems.join("\n"));
process.exit(problems.length === 0 ? 0 : 1);
