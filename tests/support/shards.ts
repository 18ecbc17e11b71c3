// As if the log's open shard had been opened months ago, so that a recorder's next entry opens another.
// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import type { World } from "./world.js";

/** A recorder that has read the head does not notice: it is to be started again. */
export async function letShardAge({ adminUrl }: Pick<World, "adminUrl">): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query("UPDATE log.head SET opened_at = opened_at - interval '4 months'");
  await admin.end();
}

export async function letQuarterEnd(world: World): Promise<void> {
  await letShardAge(world);
  await world.vault.kill("recorder");
  await world.vault.start();
}
