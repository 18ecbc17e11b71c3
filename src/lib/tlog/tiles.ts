// Tiles and entry bundles of c2sp.org/tlog-tiles: how a log lies in plain files. A tile is up to 256 hashes of
// one level (a level is eight heights of the tree); a bundle is up to 256 entries, each with its length before it.
// SPDX-License-Identifier: Apache-2.0
import { checkSize } from "./compact-range.js";
import { TlogError } from "./errors.js";
import { hashSize, nodeHash } from "./hash.js";

export const tileWidth = 256;

/** One tile: `level` 0..63, or "entries" for the entry bundle beside the level-0 tile. `width` 1..256; 256 is full. */
export interface TileName {
  readonly level: number | "entries";
  readonly index: number;
  readonly width: number;
}

/**
 * Where a tile lies below the log's prefix.
 * @example
 * tilePath({ level: 0, index: 1234067, width: 256 }); // "tile/0/x001/x234/067"
 * tilePath({ level: "entries", index: 273, width: 112 }); // "tile/entries/273.p/112"
 */
export function tilePath({ level, index, width }: TileName): string {
  checkSize(index);
  if (level !== "entries" && !(Number.isInteger(level) && level >= 0 && level < 64))
    throw new RangeError(`no level ${level}`);
  if (!Number.isInteger(width) || width < 1 || width > tileWidth) throw new RangeError(`no tile has ${width} hashes`);
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/\d{3}/g)!;
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${path}${width === tileWidth ? "" : `.p/${width}`}`;
}

const pathShape = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The tile a path names. Only the one way of writing it that `tilePath` has is taken. */
export function parseTilePath(path: string): TileName {
  const [, level, groups, width] = pathShape.exec(path) ?? [];
  if (level === undefined || groups === undefined) throw new TlogError("TILE_PATH_MALFORMED", "not the path of a tile");
  const name: TileName = {
    level: level === "entries" ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, "")),
    width: width === undefined ? tileWidth : Number(width),
  };
  const written =
    Number.isSafeInteger(name.index) &&
    (name.level === "entries" || name.level < 64) &&
    name.width <= tileWidth &&
    tilePath(name);
  if (written !== path) throw new TlogError("TILE_PATH_MALFORMED", "not the path of a tile");
  return name;
}

/** How many hashes stand at a level of a tree: only whole tiles below are hashed upward. */
export function hashesAtLevel(size: number, level: number | "entries"): number {
  checkSize(size);
  let count = size;
  for (let up = level === "entries" ? 0 : level; up > 0 && count > 0; up--) count = Math.floor(count / tileWidth);
  return count;
}

/** The tile that a tree of `size` has at this place, full or partial; undefined when it has none there. */
export function tileOf(size: number, level: number | "entries", index: number): TileName | undefined {
  const width = Math.min(hashesAtLevel(size, level) - index * tileWidth, tileWidth);
  return width > 0 ? { level, index, width } : undefined;
}

/** The tiles that a tree of `size` needs and a tree of `oldSize` did not: bundles first, then level by level. */
export function* tilesBetween(oldSize: number, size: number): Generator<TileName> {
  if (size <= oldSize) return;
  yield* tilesOfLevel(oldSize, size, "entries");
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) yield* tilesOfLevel(oldSize, size, level);
}

function* tilesOfLevel(oldSize: number, size: number, level: number | "entries"): Generator<TileName> {
  const before = hashesAtLevel(oldSize, level);
  const now = hashesAtLevel(size, level);
  if (now === before) return;
  for (let index = Math.floor(before / tileWidth); index * tileWidth < now; index++) {
    yield { level, index, width: Math.min(now - index * tileWidth, tileWidth) };
  }
}

/** All tiles of a tree. */
export function tilesFor(size: number): Generator<TileName> {
  return tilesBetween(0, size);
}

/** Puts 1 to 256 hashes into a tile. */
export function encodeTile(hashes: readonly Uint8Array[]): Buffer {
  if (hashes.length < 1 || hashes.length > tileWidth) throw new RangeError(`no tile has ${hashes.length} hashes`);
  return Buffer.concat(hashes, hashes.length * hashSize);
}

/** The hashes of a tile that must hold exactly `width`. */
export function decodeTile(bytes: Uint8Array, width: number): Buffer[] {
  if (bytes.length !== width * hashSize)
    throw new TlogError(
      "TILE_MALFORMED",
      `a tile of ${width} hashes has ${width * hashSize} bytes, not ${bytes.length}`,
    );
  return Array.from({ length: width }, (_, at) => Buffer.from(bytes.subarray(at * hashSize, (at + 1) * hashSize)));
}

/** The root of a power-of-two run of hashes inside a tile; of all 256, the hash that stands one level up. */
export function rootOfRun(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  const middle = hashes.length / 2;
  if (!Number.isInteger(middle) || middle === 0)
    throw new RangeError("only a power of two hashes make a perfect subtree");
  return nodeHash(rootOfRun(hashes.slice(0, middle)), rootOfRun(hashes.slice(middle)));
}

/** Puts up to 256 entries into a bundle: for each, its length as two bytes (big-endian), then the entry. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length < 1 || entries.length > tileWidth) throw new RangeError(`no bundle has ${entries.length} entries`);
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > 0xffff) throw new RangeError("an entry has at most 65,535 bytes");
      const length = Buffer.allocUnsafe(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** The entries of a bundle that must hold exactly `count`, with nothing behind them. */
export function decodeBundle(bytes: Uint8Array, count: number): Buffer[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Buffer[] = [];
  let at = 0;
  while (at < view.length && entries.length < count) {
    if (at + 2 > view.length) throw new TlogError("BUNDLE_MALFORMED", "an entry's length is cut off");
    const end = at + 2 + view.readUInt16BE(at);
    if (end > view.length) throw new TlogError("BUNDLE_MALFORMED", `entry ${entries.length} of the bundle is cut off`);
    entries.push(Buffer.from(view.subarray(at + 2, end)));
    at = end;
  }
  if (entries.length !== count || at !== view.length)
    throw new TlogError("BUNDLE_MALFORMED", `the bundle does not hold exactly ${count} entries`);
  return entries;
}
