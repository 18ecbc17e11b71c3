// What the publisher and the auditor read of the log in the database: the head and the public leaves. Never writes.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../platform/db/db.js";

/** A tree of the log: the entries from `firstIndex` on, `size` of them. */
export interface StoredShard {
  readonly firstIndex: number;
  readonly size: number;
  readonly root: Buffer;
  readonly openedAt: Date;
  /** Null while it is open. */
  readonly closedAt: Date | null;
}
/** A tree as far as it has grown. */
export type Head = Pick<StoredShard, "size" | "root">;
export interface StoredLeaf {
  readonly index: number;
  readonly leaf: Buffer;
}

/** Hashing a read of this size holds the event loop for about two milliseconds: the recorder shares it. */
export const leavesARead = 1024;

/** All shards in order, the open one last, as they stand at one moment. */
export async function readShards(db: Queryable): Promise<StoredShard[]> {
  const shards = await db.rows<StoredShard>(
    `SELECT first_index AS "firstIndex", size, root, opened_at AS "openedAt", closed_at AS "closedAt" FROM log.closed_shards
     UNION ALL SELECT first_index, size - first_index, root, opened_at, NULL FROM log.head ORDER BY 1`,
  );
  if (shards.at(-1)?.closedAt !== null) throw new Error("the log has no head row");
  return shards;
}

/** The entries of the whole log. */
export function sizeOfAll(shards: readonly StoredShard[]): number {
  const open = shards.at(-1)!;
  return open.firstIndex + open.size;
}

/**
 * The leaves from `from` up to, not including, `to`, in order, counted from `firstIndex` on. Fewer come back when some
 * are not there.
 */
export async function readLeaves(db: Queryable, from: number, to: number, firstIndex = 0): Promise<StoredLeaf[]> {
  return db.rows<StoredLeaf>(
    "SELECT index - $3 AS index, leaf FROM log.entries WHERE index >= $1 AND index < $2 ORDER BY index",
    [firstIndex + from, firstIndex + to, firstIndex],
  );
}

/** The first index in from..to that the rows lack; undefined when all are there. */
export function firstMissing(rows: readonly StoredLeaf[], from: number, to: number): number | undefined {
  const at = rows.findIndex((row, place) => row.index !== from + place);
  if (at >= 0) return from + at;
  return rows.length < to - from ? from + rows.length : undefined;
}

/** The publisher's lease on this database, for as long as the connection lives. False while another one has it. */
export async function takeLease(db: Queryable): Promise<boolean> {
  // The key spells "sakshi"; taking what one holds already does no harm.
  const [lease] = await db.rows<{ held: boolean }>("SELECT pg_try_advisory_lock(126862251747433) AS held");
  return lease!.held;
}

export async function giveUpLease(db: Queryable): Promise<void> {
  await db.rows("SELECT pg_advisory_unlock_all()");
}
