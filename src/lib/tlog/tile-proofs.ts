// Proofs made from published tiles alone: whoever can fetch files can prove. What a proof is built from is not
// trusted: each proof is verified against the checkpoint's root before it is given out.
// SPDX-License-Identifier: Apache-2.0
import type { Checkpoint } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { emptyRoot } from "./hash.js";
import {
  consistencyProof,
  consistencyRanges,
  hashOf,
  inclusionProof,
  inclusionRanges,
  type LeafRange,
  type NodeReader,
  nodesOf,
  type TreeNode,
  verifyConsistency,
  verifyInclusion,
} from "./proofs.js";
import { decodeTile, rootOfRun, type TileName, tileOf, tilePath, tileWidth } from "./tiles.js";

/** Fetches the bytes of a tile, from files, over HTTP or from a cache. */
export type FetchTile = (tile: TileName) => Promise<Uint8Array>;

const heightsPerLevel = 8;

/**
 * The inclusion proof of an entry.
 * @example
 * const proof = await inclusionFromTiles({ index: 12, leaf: leafHash(entry), checkpoint, fetchTile });
 */
export async function inclusionFromTiles(request: {
  index: number;
  leaf: Uint8Array;
  checkpoint: Checkpoint;
  fetchTile: FetchTile;
}): Promise<Buffer[]> {
  const { index, leaf, checkpoint, fetchTile } = request;
  const { size, root } = checkpoint;
  const read = await readerFor(inclusionRanges(index, size), size, fetchTile);
  const proof = inclusionProof(index, size, read);
  if (!verifyInclusion({ index, size, leaf, root, proof }))
    throw new TlogError("PROOF_WRONG", `the tiles do not hold this entry at index ${index}`);
  return proof;
}

/** The proof that `to` is `from` grown. */
export async function consistencyFromTiles(request: {
  from: Checkpoint;
  to: Checkpoint;
  fetchTile: FetchTile;
}): Promise<Buffer[]> {
  const { from, to, fetchTile } = request;
  if (from.size > to.size)
    throw new TlogError("PROOF_WRONG", `the log has shrunk from ${from.size} to ${to.size} entries`);
  const read = await readerFor(consistencyRanges(from.size, to.size), to.size, fetchTile);
  const proof = consistencyProof(from.size, to.size, read);
  if (!verifyConsistency({ oldSize: from.size, newSize: to.size, oldRoot: from.root, newRoot: to.root, proof })) {
    throw new TlogError("PROOF_WRONG", `the tree of ${to.size} entries does not begin with the tree of ${from.size}`);
  }
  return proof;
}

/** The root that the tree had at an earlier size. It is as true as the tiles are. */
export async function rootFromTiles(request: {
  size: number;
  checkpoint: Checkpoint;
  fetchTile: FetchTile;
}): Promise<Buffer> {
  const { size, checkpoint, fetchTile } = request;
  if (size > checkpoint.size) throw new RangeError(`a tree of ${checkpoint.size} never had ${size} entries`);
  if (size === 0) return emptyRoot();
  const whole = { begin: 0, end: size };
  return hashOf(whole, await readerFor([whole], checkpoint.size, fetchTile));
}

async function readerFor(ranges: readonly LeafRange[], size: number, fetchTile: FetchTile): Promise<NodeReader> {
  const tiles = new Map<string, Buffer[]>();
  for (const node of ranges.flatMap(nodesOf)) {
    const tile = placeOf(node, size).tile;
    const path = tilePath(tile);
    if (!tiles.has(path)) tiles.set(path, decodeTile(await fetchTile(tile), tile.width));
  }
  return (node) => {
    const { tile, at, count } = placeOf(node, size);
    return rootOfRun(tiles.get(tilePath(tile))!.slice(at, at + count));
  };
}

/** The tile that holds a node, or the run of hashes under it. */
function placeOf({ height, index }: TreeNode, size: number): { tile: TileName; at: number; count: number } {
  const level = Math.floor(height / heightsPerLevel);
  const count = 2 ** (height % heightsPerLevel);
  const first = index * count;
  const tile = tileOf(size, level, Math.floor(first / tileWidth));
  if (!tile) throw new RangeError(`a tree of ${size} has no node ${index} at height ${height}`);
  return { tile, at: first % tileWidth, count };
}
