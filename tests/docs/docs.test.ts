// Documents name files; the files must be there.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../../src/platform/root.js";

function documents(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? documents(path) : path.endsWith(".md") ? [path] : [];
  });
}
const pages = [...documents("docs"), "README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md"];

test("every file that a document names in code type exists", () => {
  const named = /`((?:src|db|tests|tools|policy|data|locales|bin|docs|bench|deploy)\/[\w./-]*\w)`/g;
  for (const page of pages) {
    for (const [, path] of readFileSync(join(projectRoot, page), "utf8").matchAll(named)) {
      assert.ok(existsSync(join(projectRoot, path!)), `${page} names ${path}`);
    }
  }
});

test("every link between documents leads somewhere", () => {
  for (const page of pages) {
    for (const [, target] of readFileSync(join(projectRoot, page), "utf8").matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(projectRoot, dirname(page), target!)), `${page} links to ${target}`);
    }
  }
});
