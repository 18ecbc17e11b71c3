// The builder against itself: grown in one go, or taken up again from its own files at any size, it is the same.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompactRange, leafHash, type Tile, TileBuilder, tilePath, tilesBetween, tilesFor } from "./index.js";

const entries = Array.from({ length: 66_000 }, (_, at) => Buffer.from(`entry ${at}`));

function grow(builder: TileBuilder, from: number, to: number): Map<string, Buffer> {
  const tiles: Tile[] = entries.slice(from, to).flatMap((entry) => builder.append(entry));
  return new Map([...tiles, ...builder.partials()].map(({ name, bytes }) => [tilePath(name), bytes]));
}

test("gives out exactly the tiles of its size, and the root of the compact range", () => {
  for (const size of [0, 1, 255, 256, 257, 600, 65_536, 66_000]) {
    const builder = new TileBuilder();
    const files = grow(builder, 0, size);
    assert.deepEqual([...files.keys()].sort(), [...tilesFor(size)].map(tilePath).sort(), `size ${size}`);
    const range = new CompactRange();
    for (const entry of entries.slice(0, size)) range.append(leafHash(entry));
    assert.deepEqual(builder.root(), range.root());
  }
});

test("taken up again from its files, it goes on as if nothing had happened", async () => {
  for (const [size, to] of [
    [0, 300],
    [1, 2],
    [255, 256],
    [256, 257],
    [300, 700],
    [65_535, 65_536],
    [65_536, 65_537],
    [65_600, 66_000],
  ] as const) {
    const files = grow(new TileBuilder(), 0, size);
    const read: string[] = [];
    const again = await TileBuilder.resume(size, (tile) => {
      read.push(tilePath(tile));
      return Promise.resolve(files.get(tilePath(tile))!);
    });
    const whole = new TileBuilder();
    const all = grow(whole, 0, to);
    const more = grow(again, size, to);
    assert.deepEqual(again.root(), whole.root(), `${size} to ${to}`);
    assert.deepEqual(
      [...more.keys()].sort(),
      [...tilesBetween(size, to)]
        .map(tilePath)
        .concat(unchanged(again, size, to))
        .sort(),
    );
    for (const [path, bytes] of more) assert.deepEqual(bytes, all.get(path), path);
    assert.ok(read.length <= 4, "reads the edge and nothing else");
  }
});

/** Partial tiles that were there before and are still the edge. */
function unchanged(builder: TileBuilder, size: number, to: number): string[] {
  const changed = new Set([...tilesBetween(size, to)].map(tilePath));
  return builder
    .partials()
    .map(({ name }) => tilePath(name))
    .filter((path) => !changed.has(path));
}

test("does not take up files that do not fit together", async () => {
  const files = grow(new TileBuilder(), 0, 300);
  const resume = () => TileBuilder.resume(300, (tile) => Promise.resolve(files.get(tilePath(tile))!));
  const bundle = files.get("tile/entries/001.p/44")!;
  files.set("tile/entries/001.p/44", Buffer.concat([bundle.subarray(0, -1), Buffer.from("x")]));
  await assert.rejects(resume(), { code: "BUNDLE_MALFORMED", message: /entry 299/ });
  files.set("tile/entries/001.p/44", bundle);
  files.set("tile/0/001.p/44", files.get("tile/0/001.p/44")!.subarray(32));
  await assert.rejects(resume(), { code: "TILE_MALFORMED" });
});
