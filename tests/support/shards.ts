// As if the log's open shard had been opened months ago, so that the next entry opens another. The recorder, which has
// read the head, is killed and started again.
// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import type { World } from "./world.js";

export async function letQuarterEnd(world: World): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE log.head SET opened_at = opened_at - interval '4 months'");
  await admin.end();
  await world.vault.kill("recorder");
  await world.vault.start();
}
