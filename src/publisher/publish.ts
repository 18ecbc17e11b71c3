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
import { firstMissing, type Head, leavesARead, readLeaves } from "./log-store.js";
import type { Witnesses } from "./witnesses.js";

/** The checkpoint as it was signed last, in the lock's folder. */
export const lockName = "signed";

/** What one shard is published with. */
export interface PublishingDeps {
  readonly db: Queryable;
  /** Where the shard begins in the whole log; all other indexes and sizes are the shard's own. */
  readonly firstIndex: number;
  readonly folder: LogFolder;
  readonly origin: string;
  readonly signer: NoteSigner;
  readonly verifier: NoteVerifier;
  /** Outside the database and apart from the published files: what was signed last. */
  readonly lock: LogFolder;
  readonly witnesses: Witnesses | undefined;
}

/** Another process publishes from this database. It is tried again: that one may end. */
export class AnotherPublisher extends Error {
  override name = "AnotherPublisher";
  readonly code = "ANOTHER_PUBLISHER";
}

/** Where publishing stands: the note last written, what was signed last, and the right edge of the tree. */
export interface Edge {
  readonly note: Buffer | undefined;
  readonly signed: Buffer | undefined;
  readonly builder: TileBuilder;
}

/** Reads the edge back from the published files. Throws ForkedLog when they do not hold together. */
export async function readEdge({ folder, lock, origin, verifier }: PublishingDeps): Promise<Edge> {
  const signed = await lock.read(lockName);
  const note = await folder.read("checkpoint");
  if (!note) return { note: undefined, signed, builder: new TileBuilder() };
  try {
    const checkpoint = openCheckpoint(note, origin, [verifier]);
    const builder = await TileBuilder.resume(checkpoint.size, (tile) => folder.readTile(tile));
    if (!builder.root().equals(checkpoint.root))
      throw new ForkedLog("the published tiles do not lead to the root of the published checkpoint");
    return { note, signed, builder };
  } catch (error) {
    if (error instanceof TlogError) throw new ForkedLog(`the published log cannot be taken up: ${error.message}`);
    throw error;
  }
}

/**
 * Publishes what is new. The edge given is used up: on success the new one comes back, after an error read it anew.
 * A crash between two steps leaves tiles that no checkpoint names yet; the next round writes the same bytes again.
 */
export async function publishRound(
  deps: PublishingDeps,
  edge: Edge,
  head: Head,
): Promise<{ edge: Edge; checkpoint: Checkpoint }> {
  const { folder, lock, origin, signer } = deps;
  const { builder, note } = edge;
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
  const isKnown = note?.toString("utf8").startsWith(`${text}\n`);
  if (!isKnown) {
    await folder.writeTiles(builder.partials());
    await folder.settle();
  }
  await refuseChanged(folder, "checkpoint", note);
  await refuseChanged(lock, lockName, edge.signed);
  const signed = isKnown ? note!.toString("utf8") : signNote(text, [signer]);
  // On the disk before anybody is shown the signature: what was signed must never be forgotten.
  if (!isKnown) await lock.replace(lockName, signed);
  const cosigned = signed + (await cosignaturesOf(deps, signed, checkpoint));
  if (!isKnown || cosigned !== signed) await folder.replace("checkpoint", cosigned);
  await folder.removePartials(full);
  const known = isKnown ? edge.signed : Buffer.from(signed, "utf8");
  return { edge: { note: Buffer.from(cosigned, "utf8"), signed: known, builder }, checkpoint };
}

function cosignaturesOf({ folder, witnesses }: PublishingDeps, note: string, checkpoint: Checkpoint): Promise<string> {
  if (!witnesses) return Promise.resolve("");
  return witnesses.cosign({ note, checkpoint, fetchTile: (tile) => folder.readTile(tile) });
}

async function refuseChanged(folder: LogFolder, path: string, known: Buffer | undefined): Promise<void> {
  const present = await folder.read(path);
  if (known ? !present?.equals(known) : present)
    throw new ForkedLog(`the ${path} file was changed by somebody else: another publisher signs this log`);
}

async function appendFrom(
  { db, folder, firstIndex }: PublishingDeps,
  builder: TileBuilder,
  head: Head,
): Promise<TileName[]> {
  const full: TileName[] = [];
  while (builder.size < head.size) {
    const from = builder.size;
    const to = Math.min(from + leavesARead, head.size);
    const rows = await readLeaves(db, from, to, firstIndex);
    const missing = firstMissing(rows, from, to);
    if (missing !== undefined) throw new ForkedLog(`entry ${firstIndex + missing} is missing from the database`);
    const tiles: Tile[] = rows.flatMap((row) => builder.append(row.leaf));
    await folder.writeTiles(tiles);
    full.push(...tiles.map((tile) => tile.name));
  }
  return full;
}
