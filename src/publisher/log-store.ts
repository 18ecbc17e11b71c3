// What the publisher and the auditor read of the log in the database: the head and the public leaves. Never writes.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../platform/db/db.js";

export interface Head {
  readonly size: number;
  readonly root: Buffer;
}
export interface StoredLeaf {
  readonly index: number;
  readonly leaf: Buffer;
}

/** Hashing a read of this size holds the event loop for about two milliseconds: the recorder shares it. */
export const leavesARead = 1024;

export async function readHead(db: Queryable): Promise<Head> {
  const [head] = await db.rows<Head>("SELECT size, root FROM log.head");
  if (!head) throw new Error("the log has no head row");
  return head;
}

/** The leaves from `from` up to, not including, `to`, in order. Fewer come back when some are not there. */
export async function readLeaves(db: Queryable, from: number, to: number): Promise<StoredLeaf[]> {
  return db.rows<StoredLeaf>("SELECT index, leaf FROM log.entries WHERE index >= $1 AND index < $2 ORDER BY index", [
    from,
    to,
  ]);
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
