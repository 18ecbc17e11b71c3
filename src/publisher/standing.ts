// Before anything is signed or appended: does the database go on from all that this log has ever signed? What was
// signed is known from the published files, from the lock outside the database, and from witnesses. A database that
// is behind any of them was restored from a backup; going on from it would make a second history.
// SPDX-License-Identifier: Apache-2.0
import { rootFromTiles, type TileBuilder, type TileName } from "../lib/tlog/index.js";
import { ForkedLog } from "./files.js";
import { firstMissing, type Head, leavesARead, readLeaves } from "./log-store.js";
import { type PublishingDeps, readEdge } from "./publish.js";

/** A size and root that this log has signed, and where that is known from: "are published". */
export interface Claim {
  readonly known: string;
  readonly size: number;
  readonly root: Buffer;
}

/** Throws ForkedLog unless the database is each of the claims, grown. Writes nothing. */
export async function checkStanding(deps: PublishingDeps, head: Head, claims: readonly Claim[]): Promise<void> {
  const { builder } = await readEdge(deps);
  const published = { known: "are published", size: builder.size, root: builder.root() };
  for (const claim of [published, ...claims]) refuseBehind(head, claim);
  for (const claim of claims.filter(({ size }) => size <= published.size)) {
    const checkpoint = { origin: deps.origin, size: published.size, root: published.root };
    const fetchTile = (tile: TileName) => deps.folder.readTile(tile);
    refuseOther(await rootFromTiles({ size: claim.size, checkpoint, fetchTile }), claim);
  }
  await walk(
    deps,
    builder,
    head,
    claims.filter(({ size }) => size > published.size),
  );
  if (!builder.root().equals(head.root)) {
    throw new ForkedLog(
      `the published log, continued with the database's entries, does not give the database's root at ${head.size}: history has forked`,
    );
  }
}

/** Goes through the entries that are not published yet, stopping where somebody knows the root. */
async function walk(
  { db, firstIndex }: PublishingDeps,
  builder: TileBuilder,
  head: Head,
  claims: readonly Claim[],
): Promise<void> {
  const stops = [...new Set([...claims.map(({ size }) => size), head.size])].sort((a, b) => a - b);
  for (const stop of stops) {
    while (builder.size < stop) {
      const from = builder.size;
      const to = Math.min(from + leavesARead, stop);
      const rows = await readLeaves(db, from, to, firstIndex);
      const missing = firstMissing(rows, from, to);
      if (missing !== undefined) throw new ForkedLog(`entry ${firstIndex + missing} is missing from the database`);
      for (const row of rows) builder.append(row.leaf);
    }
    for (const claim of claims) if (claim.size === stop) refuseOther(builder.root(), claim);
  }
}

function refuseBehind(head: Head, { size, known }: Claim): void {
  if (head.size >= size) return;
  throw new ForkedLog(
    `the database has ${head.size} entries, and ${size} ${known}: it was restored from a backup, or it is another log's; recover the entries from ${head.size} on (docs/operations/disclosure-log.md)`,
  );
}

function refuseOther(root: Buffer, claim: Claim): void {
  if (root.equals(claim.root)) return;
  throw new ForkedLog(`history has forked: the first ${claim.size} entries are not those that ${claim.known}`);
}
