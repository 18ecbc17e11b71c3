// Jobs that a killed worker held are free again within seconds instead of hours, however many other workers live. A
// worker that lives holds an advisory lock under its name in the queue; it goes with the connection, and so with the
// process. Every worker looks for jobs whose holder has none.
// SPDX-License-Identifier: Apache-2.0
import pg from "pg";

/** A number of ours among advisory locks; the second key is the hash of a worker's name. */
const aliveLock = 7264003;
const lookEveryMs = 2_000;

// A worker takes its lock a moment after its first job: a job younger than a second has its holder's word.
const freeDead = `
  WITH alive AS (
    SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::oid AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
  SELECT graphile_worker.force_unlock_workers(array_agg(DISTINCT locked_by)) FROM graphile_worker.jobs
   WHERE locked_at < now() - interval '1 second'
     AND (hashtext(locked_by)::bigint & 4294967295)::oid NOT IN (SELECT objid FROM alive)
  HAVING count(*) > 0`;

export interface JobGuard {
  /** This process runs jobs under this name. */
  claim(worker: string): Promise<void>;
  close(): Promise<void>;
}

export async function guardJobs(databaseUrl: string, onTrouble: (error: Error) => void): Promise<JobGuard> {
  const claimed: string[] = [];
  let client: pg.Client | undefined;
  let last: Promise<void> = Promise.resolve();

  async function connected(): Promise<pg.Client> {
    if (client) return client;
    const fresh = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    fresh.on("error", () => (client = undefined));
    await fresh.connect();
    for (const worker of claimed) await hold(fresh, worker);
    client = fresh;
    return fresh;
  }
  /** Frees what the dead held; a connection that broke is made anew, with our names on it. */
  function look(): Promise<void> {
    last = last.then(async () => {
      try {
        await (await connected()).query(freeDead, [aliveLock]);
      } catch (error) {
        await client?.end().catch(() => {});
        client = undefined;
        onTrouble(error as Error);
      }
    });
    return last;
  }

  await connected();
  await look();
  const looking = setInterval(() => void look(), lookEveryMs);
  return {
    async claim(worker) {
      claimed.push(worker);
      await hold(await connected(), worker);
    },
    async close() {
      clearInterval(looking);
      await last;
      await client?.end().catch(() => {});
    },
  };
}

/** Only this process has the name, so nobody else has the lock. */
async function hold(client: pg.Client, worker: string): Promise<void> {
  await client.query("SELECT pg_try_advisory_lock($1, hashtext($2))", [aliveLock, worker]);
}
