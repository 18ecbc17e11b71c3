// Grows a log entry by entry and gives out each tile the moment it is full. Holds the right edge only: at most
// 255 hashes a level and 255 entries, whatever the size of the log.
// SPDX-License-Identifier: Apache-2.0
import { CompactRange } from "./compact-range.js";
import { TlogError } from "./errors.js";
import { leafHash } from "./hash.js";
import {
  decodeBundle,
  decodeTile,
  encodeBundle,
  encodeTile,
  hashesAtLevel,
  type TileName,
  tileOf,
  tilePath,
  tileWidth,
} from "./tiles.js";

export interface Tile {
  readonly name: TileName;
  readonly bytes: Buffer;
}

/**
 * @example
 * const builder = new TileBuilder();
 * const full = entries.flatMap((entry) => builder.append(entry));
 * write([...full, ...builder.partials()]); // then sign builder.root()
 */
export class TileBuilder {
  #range = new CompactRange();
  /** Hashes of the tile that is being filled, level by level. */
  readonly #levels: Buffer[][] = [];
  #entries: Buffer[] = [];

  /**
   * Takes a log up again from its files. Only the right edge is read, and it is checked: the caller compares
   * `root()` with a checkpoint that it trusts; the entries are held against their hashes here.
   */
  static async resume(size: number, read: (tile: TileName) => Promise<Uint8Array>): Promise<TileBuilder> {
    const builder = new TileBuilder();
    const edges: Buffer[] = [];
    for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
      const tile = edgeTile(size, level);
      const hashes = tile ? decodeTile(await read(tile), tile.width) : [];
      builder.#levels[level] = hashes;
      const edge = new CompactRange();
      for (const hash of hashes) edge.append(hash);
      edges.unshift(edge.toBytes());
    }
    builder.#range = CompactRange.from(size, Buffer.concat(edges));
    const bundle = edgeTile(size, "entries");
    if (bundle) builder.#entries = decodeBundle(await read(bundle), bundle.width);
    builder.#entries.forEach((entry, at) => {
      if (!leafHash(entry).equals(builder.#levels[0]![at]!)) {
        throw new TlogError(
          "BUNDLE_MALFORMED",
          `entry ${Math.floor(size / tileWidth) * tileWidth + at} in ${tilePath(bundle!)} is not the one the tree holds`,
        );
      }
    });
    return builder;
  }

  get size(): number {
    return this.#range.size;
  }

  root(): Buffer {
    return this.#range.root();
  }

  /** Adds an entry; gives the tiles that it filled: the bundle first, then level by level. */
  append(entry: Buffer): Tile[] {
    const full: Tile[] = [];
    this.#entries.push(entry);
    if (this.#entries.length === tileWidth) {
      full.push({
        name: { level: "entries", index: Math.floor(this.size / tileWidth), width: tileWidth },
        bytes: encodeBundle(this.#entries),
      });
      this.#entries = [];
    }
    this.#range.append(leafHash(entry), (height, index, hash) => {
      const level = height / 8;
      if (!Number.isInteger(level)) return;
      const hashes = (this.#levels[level] ??= []);
      hashes.push(hash);
      if (hashes.length < tileWidth) return;
      full.push({ name: { level, index: Math.floor(index / tileWidth), width: tileWidth }, bytes: encodeTile(hashes) });
      this.#levels[level] = [];
    });
    return full;
  }

  /** The partial tiles of the right edge at this size: what a checkpoint of this size needs beside the full ones. */
  partials(): Tile[] {
    const edge: Tile[] = [];
    const bundle = edgeTile(this.size, "entries");
    if (bundle) edge.push({ name: bundle, bytes: encodeBundle(this.#entries) });
    this.#levels.forEach((hashes, level) => {
      const tile = edgeTile(this.size, level);
      if (tile) edge.push({ name: tile, bytes: encodeTile(hashes) });
    });
    return edge;
  }
}

/** The partial tile at the end of a level, if the level does not end with a full one. */
function edgeTile(size: number, level: number | "entries"): TileName | undefined {
  return tileOf(size, level, Math.floor(hashesAtLevel(size, level) / tileWidth));
}
