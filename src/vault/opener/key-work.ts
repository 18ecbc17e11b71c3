// What the opener does with keys themselves: erasing a person under a receipt, and the steps of a rotation, which
// anybody in the house may drive. They disclose numbers and destroy nothing that is in use.
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { Rotation } from "./rotation.js";

export interface KeyWork {
  /** Deletes the person's key and boxes at once; the bucket's epoch waits for its replacement from now on. */
  erase(subject: string): Promise<{ erased: boolean }>;
  answer(op: string): Promise<object>;
}

export function keyWorkOf({ db, rotation, clock }: { db: Db; rotation: Rotation; clock: Clock }): KeyWork {
  return {
    erase: (subject) =>
      db.transaction(async (tx) => {
        const [row] = await tx.rows<{ bucket: number; epoch: number }>(
          "DELETE FROM vault.person_keys WHERE subject_id = $1 RETURNING bucket, epoch",
          [subject],
        );
        await tx.rows("DELETE FROM vault.records WHERE subject_id = $1", [subject]);
        await tx.rows("DELETE FROM vault.evidence WHERE subject_id = $1", [subject]);
        if (row) {
          await tx.rows(
            `UPDATE vault.bucket_keys SET rotate_since = coalesce(rotate_since, $2)
             WHERE bucket = $1 AND destroyed_at IS NULL`,
            [row.bucket, clock()],
          );
        }
        return { erased: row !== undefined };
      }),
    async answer(op) {
      switch (op) {
        case "key-step":
          return rotation.step(clock());
        case "key-mark":
          return { waiting: await rotation.markAll(clock()) };
        case "key-root":
          return { epoch: await rotation.nextRoot() };
        case "key-status":
          return rotation.status();
        default:
          throw new Error("no such operation");
      }
    },
  };
}
