// What tables weigh on the disk.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "./db.js";

export interface TableSize {
  /** "schema.table". */
  readonly table: string;
  /** As the server last estimated. */
  readonly rows: number;
  /** With what lies outside of its rows because it is long. */
  readonly tableBytes: number;
  readonly indexBytes: number;
}

/** The heaviest first. */
export function tableSizes(db: Queryable, schemas: readonly string[]): Promise<TableSize[]> {
  return db.rows<TableSize>(
    `SELECT n.nspname || '.' || c.relname AS table, greatest(c.reltuples, 0)::bigint AS rows,
       pg_table_size(c.oid) AS "tableBytes", pg_indexes_size(c.oid) AS "indexBytes"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname = ANY ($1::text[]) ORDER BY pg_total_relation_size(c.oid) DESC, 1`,
    [schemas],
  );
}
