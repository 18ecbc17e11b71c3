// Jobs that a killed worker held are free again at once instead of after hours, if no other worker lives.
// SPDX-License-Identifier: Apache-2.0
import pg from "pg";

/** A number of ours among advisory locks: held by the one worker that may free the jobs of its dead predecessors. */
const workerLock = 7264002;

/** The lock goes with the connection that stays open, and so with the process. */
export async function freeDeadJobs(databaseUrl: string): Promise<{ close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ alone: boolean }>("SELECT pg_try_advisory_lock($1) AS alone", [workerLock]);
  if (rows[0]?.alone) {
    await client.query(
      `SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
       WHERE locked_by IS NOT NULL HAVING count(*) > 0`,
    );
  }
  return { close: () => client.end() };
}
