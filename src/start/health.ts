// How the database is, for the operator. Reads sizes and counts only.
// SPDX-License-Identifier: Apache-2.0
import type { Db } from "../platform/db/db.js";
import type { LoginRole } from "../platform/db/roles.js";
import { queueState } from "../platform/jobs/queue-state.js";

export interface DatabaseHealth {
  readonly version: string;
  readonly bytes: number;
  readonly jobsWaiting: number;
  /** Jobs that have failed three times or more and will be tried again, or not any more. */
  readonly jobsFailing: number;
}

export async function databaseHealth(at: { connectAs(role: LoginRole): Db }): Promise<DatabaseHealth> {
  const db = at.connectAs("sakshi_worker");
  try {
    const [server] = await db.rows<{ version: string; bytes: number }>(
      "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes",
    );
    const jobs = await queueState(db);
    return { ...server!, jobsWaiting: jobs.waiting, jobsFailing: jobs.failing };
  } finally {
    await db.close();
  }
}
