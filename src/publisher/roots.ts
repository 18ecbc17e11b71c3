// Roots of the disclosure log in a database at several sizes, made anew from its entries.
// SPDX-License-Identifier: Apache-2.0
import { CompactRange, leafHash } from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { firstMissing, leavesARead, readHead, readLeaves } from "./log-store.js";

export interface Roots {
  readonly size: number;
  readonly root: Buffer;
  /** Whether the entries, all there, lead to the head's root. */
  readonly isHeadRight: boolean;
  /** For each wanted size that the log has reached. */
  readonly rootAt: ReadonlyMap<number, Buffer>;
}

export async function rootsOf(db: Queryable, wanted: readonly number[]): Promise<Roots> {
  const { size, root } = await readHead(db);
  const stops = [...new Set([...wanted, size])].filter((stop) => stop <= size).sort((a, b) => a - b);
  const range = new CompactRange();
  const rootAt = new Map<number, Buffer>();
  for (const stop of stops) {
    while (range.size < stop) {
      const [from, to] = [range.size, Math.min(range.size + leavesARead, stop)];
      const rows = await readLeaves(db, from, to);
      if (firstMissing(rows, from, to) !== undefined) return { size, root, isHeadRight: false, rootAt };
      for (const { leaf } of rows) range.append(leafHash(leaf));
    }
    rootAt.set(stop, range.root());
  }
  return { size, root, isHeadRight: range.root().equals(root), rootAt };
}
