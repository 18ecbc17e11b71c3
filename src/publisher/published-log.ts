// Reads the published log back for those who hand out proofs: what is published, and that an entry is in it.
// Files only: a proof from here is one that anybody could have made.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Checkpoint,
  type DisclosedEntry,
  type EntryProof,
  ed25519Verifier,
  firstIndexOf,
  formatTlogProof,
  inclusionFromTiles,
  leafHash,
  leafOf,
  openByPolicy,
  openCheckpoint,
  openShardList,
  type Policy,
  parsePolicy,
  type Shard,
  type TileName,
  tilePath,
  tileWidth,
  type Witnessed,
} from "../lib/tlog/index.js";
import { isAbsent } from "./files.js";

export interface SignedCheckpoint extends Checkpoint {
  /** The entries of the shards before this one. */
  readonly firstIndex: number;
  /** The signed note, as published, with the cosignatures that came in. */
  readonly note: string;
  /** Who has cosigned, and whether they are enough; undefined when the log has no witnesses. */
  readonly witnessed: Omit<Witnessed, "checkpoint"> | undefined;
}
export interface PlacedEntry extends DisclosedEntry {
  readonly index: number;
}
export interface PublishedLog {
  /** Of the newest shard. Undefined as long as nothing was published. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  /**
   * The .tlog-proof of an entry below the checkpoint, or in a shard before it, whose index counts from the log's
   * beginning. Beyond the first shard the list of shards goes with it. Throws when the log holds another entry there.
   */
  proofOf(entry: PlacedEntry, checkpoint: SignedCheckpoint): Promise<Pick<EntryProof, "proof" | "shards">>;
}

const publishedWithinMs = 3_000;

/** The newest checkpoint. What was written a moment ago is published about a second later: worth waiting for. */
export async function checkpointOver(
  log: Pick<PublishedLog, "checkpoint">,
  index: number,
): Promise<SignedCheckpoint | undefined> {
  for (const deadline = Date.now() + publishedWithinMs; ; await sleep(200)) {
    const checkpoint = await log.checkpoint();
    const isOver = checkpoint && checkpoint.firstIndex + checkpoint.size > index;
    if (isOver || Date.now() > deadline) return checkpoint;
  }
}

/** The proof of an entry written a moment ago; undefined when it is not published in time. */
export async function soonProofOf(
  log: PublishedLog,
  entry: PlacedEntry,
): Promise<Pick<EntryProof, "proof" | "shards"> | undefined> {
  const checkpoint = await checkpointOver(log, entry.index);
  const isOver = checkpoint && checkpoint.firstIndex + checkpoint.size > entry.index;
  return isOver ? log.proofOf(entry, checkpoint) : undefined;
}

/** The list of shards as published, opened. */
interface Listed {
  readonly note: string;
  readonly shards: readonly Shard[];
}

/** @param directory where the publisher writes */
export function publishedLog(directory: string): PublishedLog {
  const read = (path: string) => readFile(join(directory, path));
  const readIfThere = (path: string): Promise<Buffer | undefined> =>
    read(path).catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });

  const tilesOf =
    (shard: string) =>
    async (tile: TileName): Promise<Uint8Array> => {
      const partial = await readIfThere(join(shard, tilePath(tile)));
      if (partial) return partial;
      // The partial tile gave way to the full one since the checkpoint was read.
      const whole = await read(join(shard, tilePath({ ...tile, width: tileWidth })));
      return whole.subarray(0, tile.width * 32);
    };

  async function listed(): Promise<Listed | undefined> {
    const [key, note] = await Promise.all([readIfThere("key"), readIfThere("shards")]);
    if (!key || !note) return undefined;
    const verifier = ed25519Verifier(key.toString("utf8").trim());
    return { note: note.toString("utf8"), shards: openShardList(note, verifier.name, [verifier]) };
  }

  /** What is published of the shard at a place in the list; undefined when that is nothing yet. */
  async function checkpointAt({ shards }: Listed, place: number): Promise<SignedCheckpoint | undefined> {
    const { path, vkey } = shards[place]!;
    const note = await readIfThere(join(path, "checkpoint"));
    if (!note) return undefined;
    const verifier = ed25519Verifier(vkey);
    const opened = openCheckpoint(note, verifier.name, [verifier]);
    const policy = await publishedPolicy();
    const witnessed = policy && openByPolicy(note, { ...policy, logs: [{ vkey, verifier }] });
    return { ...opened, firstIndex: firstIndexOf(shards, place), note: note.toString("utf8"), witnessed };
  }

  async function publishedPolicy(): Promise<Policy | undefined> {
    const text = await readIfThere("policy");
    return text && parsePolicy(text);
  }

  return {
    async checkpoint() {
      const list = await listed();
      if (!list) return undefined;
      const newest = list.shards.length - 1;
      // A shard that was opened a moment ago has no checkpoint yet.
      return (await checkpointAt(list, newest)) ?? (newest > 0 ? checkpointAt(list, newest - 1) : undefined);
    },
    async proofOf({ index, ...entry }, newest) {
      const list = (await listed())!;
      const place = list.shards.findLastIndex((_, at) => firstIndexOf(list.shards, at) <= index);
      const isNewest = firstIndexOf(list.shards, place) === newest.firstIndex;
      const checkpoint = isNewest ? newest : (await checkpointAt(list, place))!;
      const own = index - checkpoint.firstIndex;
      const fetchTile = tilesOf(list.shards[place]!.path);
      const hashes = await inclusionFromTiles({ index: own, leaf: leafHash(leafOf(entry)), checkpoint, fetchTile });
      const proof = formatTlogProof({ index: own, hashes, checkpoint: checkpoint.note });
      return place === 0 ? { proof } : { proof, shards: list.note };
    },
  };
}
