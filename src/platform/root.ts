// Where the project lies on disk, whether this file runs from src/ or from build/src/.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function findRoot(from: string): string {
  if (existsSync(join(from, "package-lock.json"))) return from;
  const up = dirname(from);
  if (up === from) throw new Error("package-lock.json not found above the program");
  return findRoot(up);
}

export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));
