// Puts budgets of looks where a test wants them, as no role may: what was used, and what was found.
// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import type { World } from "./world.js";

async function asAdmin({ adminUrl }: World, statement: string, values: readonly unknown[]): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(statement, [...values]);
  await admin.end();
}

/** As if nobody had looked or been refused yet. */
export async function forgetBudgets(world: World): Promise<void> {
  await asAdmin(world, "TRUNCATE log.budgets_used, registry.access_findings", []);
}

/** So many looks by this explanation in this hour; a negative number gives more than the policy does, to those who load. */
export async function useBudget(
  world: World,
  actors: string | readonly string[],
  kind: string,
  used: number,
): Promise<void> {
  const now = world.deps.clock();
  await asAdmin(
    world,
    `INSERT INTO log.budgets_used
     SELECT actor, $2, date_trunc('hour', $3::timestamptz), $4, ($3::timestamptz AT TIME ZONE 'Asia/Kolkata')::date, $4, 0
     FROM unnest($1::text[]) AS actor
     ON CONFLICT (actor, kind) DO UPDATE SET hour = excluded.hour, hour_used = $4, day = excluded.day, day_used = $4, turned_away = 0`,
    [[actors].flat(), kind, now, used],
  );
}
