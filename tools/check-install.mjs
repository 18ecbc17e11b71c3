// Ends with 0 when node_modules is what package-lock.json asks for. Optional packages may be missing: each of them
// is for one kind of machine.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
function packagesOf(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), "utf8")).packages;
  } catch {
    return {};
  }
}
const wanted = packagesOf("package-lock.json");
const present = packagesOf("node_modules", ".package-lock.json");
const missing = Object.entries(wanted).filter(([path, { version, optional }]) => {
  if (path === "") return false;
  const found = present[path];
  return found ? found.version !== version : !optional;
});
process.exit(missing.length === 0 ? 0 : 1);
