// How the job queue stands: counts and times, no payload.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../db/db.js";

export interface QueueState {
  readonly waiting: number;
  /** Jobs that have failed three times or more and will be tried again, or not any more. */
  readonly failing: number;
  /** How long the oldest job that could run has waited. */
  readonly lagSeconds: number;
}

/** `db` connects as sakshi_worker. */
export async function queueState(db: Queryable): Promise<QueueState> {
  const [state] = await db.rows<QueueState>(
    `SELECT count(*) AS waiting, count(*) FILTER (WHERE attempts >= 3) AS failing,
       COALESCE(EXTRACT(EPOCH FROM now() - min(run_at) FILTER (WHERE locked_at IS NULL AND run_at <= now())), 0)::float8
         AS "lagSeconds"
     FROM graphile_worker.jobs`,
  );
  return state!;
}
