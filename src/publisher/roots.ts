// Roots of the disclosure log in a database at several sizes of the whole log, made anew from its entries.
// SPDX-License-Identifier: Apache-2.0
import { CompactRange, leafHash } from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { firstMissing, leavesARead, readLeaves, readShards, type StoredShard, sizeOfAll } from "./log-store.js";

export interface Roots {
  readonly size: number;
  /** Of the open shard. */
  readonly root: Buffer;
  /** Whether the entries, all there, lead to the root of each shard. */
  readonly isHeadRight: boolean;
  /** For each wanted size that the log has reached: the root of the shard that the last of these entries is in. */
  readonly rootAt: ReadonlyMap<number, Buffer>;
}

export async function rootsOf(db: Queryable, wanted: readonly number[]): Promise<Roots> {
  const shards = await readShards(db);
  const rootAt = new Map<number, Buffer>();
  let isHeadRight = true;
  for (const shard of shards) isHeadRight = isHeadRight && (await walk(db, shard, wanted, rootAt));
  return { size: sizeOfAll(shards), root: shards.at(-1)!.root, isHeadRight, rootAt };
}

/** False when entries are missing or lead to another root. */
async function walk(
  db: Queryable,
  { firstIndex, size, root }: StoredShard,
  wanted: readonly number[],
  rootAt: Map<number, Buffer>,
): Promise<boolean> {
  // Where one shard ends and the next begins, the root is that of the one that ends.
  const own = wanted.map((all) => all - firstIndex).filter((stop) => stop <= size && stop >= Math.min(firstIndex, 1));
  const range = new CompactRange();
  for (const stop of [...new Set([...own, size])].sort((a, b) => a - b)) {
    while (range.size < stop) {
      const [from, to] = [range.size, Math.min(range.size + leavesARead, stop)];
      const rows = await readLeaves(db, from, to, firstIndex);
      if (firstMissing(rows, from, to) !== undefined) return false;
      for (const { leaf } of rows) range.append(leafHash(leaf));
    }
    rootAt.set(firstIndex + stop, range.root());
  }
  return range.root().equals(root);
}
