// Appends to a world's disclosure log as the recorder does, without people, keys or a vault.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { CompactRange, leafHash } from "../../src/lib/tlog/index.js";
import type { World } from "./world.js";

export async function growLog(world: World, leaves: readonly Buffer[], at = new Date(), isTurn = false): Promise<void> {
  const recorder = world.connectAs("sakshi_recorder");
  const [head] = await recorder.rows<{ size: number; first_index: number; frontier: Buffer }>(
    "SELECT * FROM log.current_head()",
  );
  const range = isTurn ? new CompactRange() : CompactRange.from(head!.size - head!.first_index, head!.frontier);
  for (const leaf of leaves) range.append(leafHash(leaf));
  const rows = leaves.map((leaf) =>
    Buffer.concat([
      leaf,
      randomBytes(16),
      Buffer.alloc(8),
      randomBytes(16),
      randomBytes(16),
      Buffer.of(1),
      Buffer.of(2),
    ]),
  );
  const append = isTurn ? "append_in_new_shard" : "append_batch";
  await recorder.rows(`SELECT log.${append}($1, $2, $3, 1, 1, $4, $5, $6)`, [
    head!.size,
    leaves.length,
    Buffer.concat(rows),
    range.root(),
    range.toBytes(),
    at,
  ]);
}
