// Where sealed boxes are put. The application can insert here and never read.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { SealedBox } from "./types.js";

/** Inserts sealed boxes; a version that exists already breaks records_pkey (somebody else changed the record). */
export async function putBoxes(tx: Queryable, boxes: readonly SealedBox[]): Promise<void> {
  await tx.rows(
    `INSERT INTO vault.records (subject_id, record, version, box)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bytea[])`,
    [boxes.map((b) => b.subjectId), boxes.map((b) => b.record), boxes.map((b) => b.version), boxes.map((b) => b.box)],
  );
}
