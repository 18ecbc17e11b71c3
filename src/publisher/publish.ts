// One round of publishing: what the database has beyond the published checkpoint becomes tiles, then a checkpoint.
// Must never sign a tree that the published one is not the beginning of: a log that signs two histories is dead.
// Nothing is kept that the files do not say: after any failure the edge is read from the files again.
// SPDX-License-Identifier: Apache-2.0
import {
  type Checkpoint,
  formatCheckpoint,
  type NoteSigner,
  type NoteVerifier,
  openCheckpoint,
  signNote,
  type Tile,
  TileBuilder,
  type TileName,
  TlogError,
} from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { ForkedLog, type LogFolder } from "./files.js";
import { firstMissing, type Head, leavesARead, readHead, readLeaves } from "./log-store.js";

export interface PublishingDeps {
  readonly db: Queryable;
  readonly folder: LogFolder;
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly verifier: NoteVerifier;
}

/** Where publishing stands: the note last written and the right edge of its tree. */
export interface Edge {
  readonly note: Buffer | undefined;
  readonly builder: TileBuilder;
}

/** Reads the edge back from the published files. Throws ForkedLog when they do not hold together. */
export async function readEdge({ folder, origin, verifier }: PublishingDeps): Promise<Edge> {
  const note = await folder.read("checkpoint");
  if (!note) return { note: undefined, builder: new TileBuilder() };
  try {
    const checkpoint = openCheckpoint(note, origin, [verifier]);
    const builder = await TileBuilder.resume(checkpoint.size, (tile) => folder.readTile(tile));
    if (!builder.root().equals(checkpoint.root))
      throw new ForkedLog("the published tiles do not lead to the root of the published checkpoint");
    return { note, builder };
  } catch (error) {
    if (error instanceof TlogError) throw new ForkedLog(`the published log cannot be taken up: ${error.message}`);
    throw error;
  }
}

/**
 * Publishes what is new. The edge given is used up: on success the new one comes back, after an error read it anew.
 * A crash between two steps leaves tiles that no checkpoint names yet; the next round writes the same bytes again.
 */
export async function publishRound(deps: PublishingDeps, edge: Edge): Promise<{ edge: Edge; checkpoint: Checkpoint }> {
  const { folder, origin, signer } = deps;
  const { builder, note } = edge;
  const head = await readHead(deps.db);
  if (head.size < builder.size) {
    throw new ForkedLog(
      `the database has ${head.size} entries, and ${builder.size} are published: it was restored from a backup, or it is another log's`,
    );
  }
  const full = await appendFrom(deps, builder, head);
  if (!builder.root().equals(head.root)) {
    throw new ForkedLog(
      `the published log, continued with the database's entries, does not give the database's root at ${head.size}: history has forked`,
    );
  }
  const checkpoint: Checkpoint = { origin, size: head.size, root: head.root };
  const text = formatCheckpoint(checkpoint);
  if (note?.toString("utf8").startsWith(`${text}\n`)) return { edge, checkpoint };
  await folder.writeTiles(builder.partials());
  await folder.settle();
  const present = await folder.read("checkpoint");
  if (note ? !present?.equals(note) : present) throw new ForkedLog("the checkpoint file was changed by somebody else");
  const signed = signNote(text, [signer]);
  await folder.replace("checkpoint", signed);
  await folder.removePartials(full);
  return { edge: { note: Buffer.from(signed, "utf8"), builder }, checkpoint };
}

async function appendFrom({ db, folder }: PublishingDeps, builder: TileBuilder, head: Head): Promise<TileName[]> {
  const full: TileName[] = [];
  while (builder.size < head.size) {
    const from = builder.size;
    const to = Math.min(from + leavesARead, head.size);
    const rows = await readLeaves(db, from, to);
    const missing = firstMissing(rows, from, to);
    if (missing !== undefined) throw new ForkedLog(`entry ${missing} is missing from the database`);
    const tiles: Tile[] = rows.flatMap((row) => builder.append(row.leaf));
    await folder.writeTiles(tiles);
    full.push(...tiles.map((tile) => tile.name));
  }
  return full;
}
