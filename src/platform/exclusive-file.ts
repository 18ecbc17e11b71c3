// A file that one process holds at a time. The lock is the operating system's, taken through SQLite, the only way to
// one in Node without a native add-on: it goes with the process, however that ends.
// SPDX-License-Identifier: Apache-2.0
import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** How to let go of it; undefined when another process holds it. */
export function holdFile(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(file);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!/locked/.test((error as Error).message)) throw error;
    return undefined;
  }
  chmodSync(file, 0o600);
  return () => lock.close();
}
