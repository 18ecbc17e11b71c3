// Holds the database against the published log, entry by entry, and its head against both. Run by an auditor,
// with a role that can read and nothing else: whoever can change rows is found out here.
// SPDX-License-Identifier: Apache-2.0
import { CompactRange, type LogFault, leafHash } from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { firstMissing, leavesARead, readHead, readLeaves } from "./log-store.js";

export interface DatabaseCheck {
  /** For each bundle of published entries, in order. */
  onEntries(first: number, entries: readonly Buffer[]): Promise<LogFault | undefined>;
  /** After the last one: what the database has beyond must lead to its head. */
  finish(): Promise<LogFault | undefined>;
}

export function databaseCheck(db: Queryable): DatabaseCheck {
  const range = new CompactRange();
  return {
    async onEntries(first, entries) {
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
        range.append(leafHash(entry));
      }
      return undefined;
    },
    async finish() {
      const head = await readHead(db);
      if (head.size < range.size) {
        return {
          code: "DATABASE_BEHIND",
          index: head.size,
          message: `the database says it has ${head.size} entries, and ${range.size} are published`,
        };
      }
      while (range.size < head.size) {
        const from = range.size;
        const to = Math.min(from + leavesARead, head.size);
        const rows = await readLeaves(db, from, to);
        const missing = firstMissing(rows, from, to);
        if (missing !== undefined)
          return { code: "ENTRY_WRONG", index: missing, message: `entry ${missing} is missing from the database` };
        for (const row of rows) range.append(leafHash(row.leaf));
      }
      if (range.root().equals(head.root)) return undefined;
      return {
        code: "DATABASE_HEAD_WRONG",
        message: `the database's ${head.size} entries do not lead to the root of its head`,
      };
    },
  };
}
