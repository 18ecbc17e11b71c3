// Appends to a world's disclosure log as the recorder does, without people, keys or a vault.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { CompactRange, leafHash } from "../../src/lib/tlog/index.js";
import type { World } from "./world.js";

export async function growLog(world: World, leaves: readonly Buffer[]): Promise<void> {
  const recorder = world.connectAs("sakshi_recorder");
  const [head] = await recorder.rows<{ size: number; frontier: Buffer }>("SELECT * FROM log.current_head()");
  const range = CompactRange.from(head!.size, head!.frontier);
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
  await recorder.rows("SELECT log.append_batch($1, $2, $3, 1, 1, $4, $5, now())", [
    head!.size,
    leaves.length,
    Buffer.concat(rows),
    range.root(),
    range.toBytes(),
  ]);
}
