// SQL of reviews.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { ReviewSummary } from "./types.js";

const columns = `review_id AS "reviewId", started_at AS "startedAt", finished_at AS "finishedAt", passed, failed,
  not_checked AS "notChecked"`;

export async function newest(db: Queryable, limit: number): Promise<ReviewSummary[]> {
  return db.rows<ReviewSummary>(`SELECT ${columns} FROM registry.reviews ORDER BY started_at DESC LIMIT $1`, [limit]);
}

export async function findFinished(
  db: Queryable,
  reviewId: string,
): Promise<(ReviewSummary & { readonly note: string }) | undefined> {
  const [row] = await db.rows<ReviewSummary & { note: string }>(
    `SELECT ${columns}, note FROM registry.reviews WHERE review_id = $1 AND finished_at IS NOT NULL`,
    [reviewId],
  );
  return row;
}
