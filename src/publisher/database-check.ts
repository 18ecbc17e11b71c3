// Holds the database against the published log, entry by entry, and the root of each shard against both. Run by an
// auditor, with a role that can read and nothing else: whoever can change rows is found out here.
// SPDX-License-Identifier: Apache-2.0
import { CompactRange, type LogFault, leafHash } from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { firstMissing, leavesARead, readLeaves, readShards, type StoredShard, sizeOfAll } from "./log-store.js";

export interface DatabaseCheck {
  /** For each bundle of published entries, in order; `first` counts from the log's beginning. */
  onEntries(first: number, entries: readonly Buffer[]): Promise<LogFault | undefined>;
  /** After the last one: what the database has must lead to the root of each shard. */
  finish(): Promise<LogFault | undefined>;
}

export function databaseCheck(db: Queryable): DatabaseCheck {
  let shards: readonly StoredShard[] | undefined;
  let firstIndex = 0;
  let range = new CompactRange();
  const walked = () => firstIndex + range.size;

  /** At the end of a closed shard: its root, and on to the next. */
  function closeWhenFull(): LogFault | undefined {
    const shard = shards!.find((each) => each.firstIndex === firstIndex);
    if (!shard?.closedAt || range.size < shard.size) return undefined;
    const fault = wrongRoot(range, shard, walked());
    firstIndex = walked();
    range = new CompactRange();
    return fault;
  }

  function take(leaf: Buffer): LogFault | undefined {
    range.append(leafHash(leaf));
    return closeWhenFull();
  }

  return {
    async onEntries(first, entries) {
      shards ??= await readShards(db);
      const rows = await readLeaves(db, first, first + entries.length);
      for (const [at, entry] of entries.entries()) {
        const index = first + at;
        const row = rows[at];
        if (!row || row.index !== index) {
          return {
            code: "ENTRY_WRONG",
            index: row?.index === undefined ? index : Math.min(row.index, index),
            message: `entry ${index} is published and not in the database`,
          };
        }
        if (!row.leaf.equals(entry))
          return { code: "ENTRY_WRONG", index, message: `entry ${index} in the database is not the published one` };
        const fault = take(row.leaf);
        if (fault) return fault;
      }
      return undefined;
    },
    async finish() {
      shards = await readShards(db);
      const size = sizeOfAll(shards);
      if (size < walked()) {
        return {
          code: "DATABASE_BEHIND",
          index: size,
          message: `the database says it has ${size} entries, and ${walked()} are published`,
        };
      }
      let fault = closeWhenFull();
      while (!fault && walked() < size) {
        const from = walked();
        const to = Math.min(from + leavesARead, size);
        const rows = await readLeaves(db, from, to);
        const missing = firstMissing(rows, from, to);
        if (missing !== undefined)
          return { code: "ENTRY_WRONG", index: missing, message: `entry ${missing} is missing from the database` };
        for (const row of rows) fault ??= take(row.leaf);
      }
      return fault ?? wrongRoot(range, shards.at(-1)!, size);
    },
  };
}

function wrongRoot(range: CompactRange, { root }: StoredShard, size: number): LogFault | undefined {
  if (range.root().equals(root)) return undefined;
  return {
    code: "DATABASE_HEAD_WRONG",
    message: `the database's ${size} entries do not lead to the root of its head`,
  };
}
