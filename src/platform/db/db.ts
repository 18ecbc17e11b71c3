// The database as the house sees it: plain SQL with parameters, prepared by name, one connection pool.
// A personal value must never be a parameter: only sealed boxes, ids and keyed indexes go in.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import pg from "pg";
import { traced } from "../traces.js";

declare const inTransaction: unique symbol;

export interface Queryable {
  /** Runs one statement, prepared under a name made from its text. */
  rows<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}
export interface Tx extends Queryable {
  readonly [inTransaction]: true;
}
export interface Db extends Queryable {
  /** READ COMMITTED; run again up to three times on 40001 (serialization) and 40P01 (deadlock). */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Connections of the pool: in use, idle, and how many wait for one. */
  usage(): { readonly busy: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

// bigint ids fit a double here (reference ids have 14 digits, log sizes stay below 2^53).
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// A date is a date, not an instant: keep its text.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

const names = new Map<string, string>();
function statementName(text: string): string {
  let name = names.get(text);
  if (!name) {
    name = createHash("sha256").update(text).digest("base64url").slice(0, 20);
    names.set(text, name);
  }
  return name;
}

/** SELECT, INSERT, WITH … */
const verbOf = (text: string) => /^\s*(\w+)/.exec(text)?.[1] ?? "";

function queryable(client: pg.Pool | pg.PoolClient): Queryable {
  return {
    async rows<Row extends object>(text: string, values: readonly unknown[] = []) {
      const query = { name: statementName(text), text, values: values as unknown[] };
      const result = await traced(
        "database",
        () => ({ "db.operation.name": verbOf(text) }),
        () => client.query(query),
      );
      return result.rows as Row[];
    },
  };
}

export function connect(url: string, options: { max?: number } = {}): Db {
  const pool = new pg.Pool({ connectionString: url, max: options.max ?? 10, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  pool.on("error", () => {});
  return {
    ...queryable(pool),
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        const client = await pool.connect();
        let broken = false;
        try {
          await client.query("BEGIN");
          const value = await work(queryable(client) as Tx);
          await client.query("COMMIT");
          return value;
        } catch (error) {
          await client.query("ROLLBACK").catch(() => {
            broken = true;
          });
          if (attempt < 3 && isRetryable(error)) continue;
          throw error;
        } finally {
          client.release(broken);
        }
      }
    },
    usage: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    async close() {
      await pool.end();
    },
  };
}

export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The name of the constraint that a statement broke, if it broke one. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}

function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01";
}
