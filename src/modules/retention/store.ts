// The SQL of retention: one function of the database, which alone may remove these rows.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";

export function removeOld(db: Queryable, now: Date): Promise<{ table: string; gone: number }[]> {
  return db.rows("SELECT kept_in AS table, gone FROM registry.keep_no_longer($1)", [now]);
}
