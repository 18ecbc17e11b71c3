// A published log made in memory for tamper tests: the same files that the publisher writes.
// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import {
  type Checkpoint,
  CompactRange,
  consistencyFromTiles,
  ed25519Signer,
  ed25519Verifier,
  encodeLeaf,
  formatCheckpoint,
  type LogVerdict,
  leafHash,
  type NoteSigner,
  type NoteVerifier,
  rootFromTiles,
  signNote,
  type Tile,
  TileBuilder,
  type TileName,
  tilePath,
  tileWidth,
  verifyLog,
} from "../../src/lib/tlog/index.js";

export const origin = "log.example/test";
export const key = generateKeyPairSync("ed25519").privateKey;

export interface PublishedLog {
  readonly files: Map<string, Buffer>;
  readonly checkpoint: Checkpoint;
  readonly verifier: NoteVerifier;
  readonly vkey: string;
  readonly signer: NoteSigner;
}

export function someLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, () =>
    encodeLeaf({ kind: 1, tag: randomBytes(32), commitment: randomBytes(32) }),
  );
}

export function publish(leaves: readonly Buffer[], signingKey: KeyObject = key): PublishedLog {
  const signer = ed25519Signer(origin, signingKey);
  const builder = new TileBuilder();
  const tiles: Tile[] = leaves.flatMap((leaf) => builder.append(leaf));
  const files = new Map([...tiles, ...builder.partials()].map(({ name, bytes }) => [tilePath(name), bytes]));
  const checkpoint = { origin, size: builder.size, root: builder.root() };
  files.set("checkpoint", Buffer.from(signNote(formatCheckpoint(checkpoint), [signer])));
  return { files, checkpoint, verifier: ed25519Verifier(signer.vkey), vkey: signer.vkey, signer };
}

/** The verdict of someone who knows the log's true key. */
export function verdictOn(files: ReadonlyMap<string, Buffer>, more: { since?: Checkpoint } = {}): Promise<LogVerdict> {
  const verifier = ed25519Verifier(ed25519Signer(origin, key).vkey);
  return verifyLog({ fetchFile: (path) => Promise.resolve(files.get(path)), origin, verifiers: [verifier], ...more });
}

export function rootOf(leaves: readonly Buffer[]): Buffer {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leafHash(leaf));
  return range.root();
}

/** The proof that the log's first `newSize` entries are its first `oldSize` grown. */
export async function consistencyIn({ files, checkpoint }: PublishedLog, oldSize: number, newSize: number) {
  const fetchTile = (tile: TileName) => Promise.resolve(beginning(files, tile));
  const at = async (size: number) => ({ origin, size, root: await rootFromTiles({ size, checkpoint, fetchTile }) });
  return consistencyFromTiles({ from: await at(oldSize), to: await at(newSize), fetchTile });
}

/** A tile of an earlier size is the beginning of the tile that is there now. */
function beginning(files: ReadonlyMap<string, Buffer>, tile: TileName): Buffer {
  for (let width = tile.width; width <= tileWidth; width++) {
    const bytes = files.get(tilePath({ ...tile, width }));
    if (bytes) return bytes.subarray(0, tile.width * 32);
  }
  throw new Error(`${tilePath(tile)} is not there`);
}
