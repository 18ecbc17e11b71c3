// Tile paths and contents, with the worked example of the specification.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  CompactRange,
  consistencyFromTiles,
  decodeBundle,
  decodeTile,
  encodeBundle,
  encodeTile,
  hashesAtLevel,
  inclusionFromTiles,
  leafHash,
  parseTilePath,
  rootOfRun,
  type TileName,
  tileOf,
  tilePath,
  tilesBetween,
  tilesFor,
} from "./index.js";

test("writes paths as the specification does", () => {
  assert.equal(tilePath({ level: 0, index: 0, width: 256 }), "tile/0/000");
  assert.equal(tilePath({ level: 0, index: 273, width: 112 }), "tile/0/273.p/112");
  assert.equal(tilePath({ level: 15, index: 1234067, width: 256 }), "tile/15/x001/x234/067");
  assert.equal(tilePath({ level: "entries", index: 1000, width: 1 }), "tile/entries/x001/000.p/1");
});

test("reads only paths written so", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant("entries" as const)),
      fc.maxSafeNat(),
      fc.integer({ min: 1, max: 256 }),
      (level, index, width) => {
        const tile: TileName = { level, index, width };
        assert.deepEqual(parseTilePath(tilePath(tile)), tile);
      },
    ),
  );
  for (const path of [
    "tile/0/00",
    "tile/0/0000",
    "tile/00/000",
    "tile/64/000",
    "tile/0/x000/000",
    "tile/0/000/",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/../000",
    "tile/8/0/000",
    "tile/data/000",
    "/tile/0/000",
    "tile/0/x9999/000",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
    "tile/0/001/000",
    "tile/0/000\n",
  ]) {
    assert.throws(() => parseTilePath(path), { code: "TILE_PATH_MALFORMED" }, path);
  }
});

test("a tree of 70,000 has the tiles of the specification's example", () => {
  const paths = [...tilesFor(70_000)].map(tilePath);
  assert.equal(paths.filter((path) => path.startsWith("tile/0/") && !path.includes(".p/")).length, 273);
  assert.equal(paths.filter((path) => path.startsWith("tile/entries/")).length, 274);
  for (const path of ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"])
    assert.ok(paths.includes(path), path);
  assert.equal(paths.length, 274 + 274 + 2 + 1);
});

test("a tree of exactly 256 has a full tile and one hash above it", () => {
  assert.deepEqual([...tilesFor(255)].map(tilePath), ["tile/entries/000.p/255", "tile/0/000.p/255"]);
  assert.deepEqual([...tilesFor(256)].map(tilePath), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
  assert.deepEqual([...tilesFor(257)].map(tilePath), [
    "tile/entries/000",
    "tile/entries/001.p/1",
    "tile/0/000",
    "tile/0/001.p/1",
    "tile/1/000.p/1",
  ]);
  assert.deepEqual([...tilesFor(0)], []);
});

test("what is needed between two sizes is what changed", () => {
  assert.deepEqual([...tilesBetween(256, 257)].map(tilePath), ["tile/entries/001.p/1", "tile/0/001.p/1"]);
  assert.deepEqual([...tilesBetween(255, 256)].map(tilePath), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
  assert.deepEqual([...tilesBetween(300, 300)], []);
  fc.assert(
    fc.property(fc.nat(200_000), fc.nat(2_000), (oldSize, more) => {
      const before = new Set([...tilesFor(oldSize)].map(tilePath));
      const after = [...tilesFor(oldSize + more)].map(tilePath);
      const between = [...tilesBetween(oldSize, oldSize + more)].map(tilePath);
      assert.deepEqual(
        between,
        after.filter((path) => !before.has(path)),
      );
    }),
    { numRuns: 30 },
  );
});

test("hashes above 2^31 entries are counted right", () => {
  assert.equal(hashesAtLevel(2 ** 40 + 5, 4), 256);
  assert.equal(hashesAtLevel(2 ** 40 + 5, 5), 1);
  assert.deepEqual(tileOf(2 ** 40 + 5, 0, 2 ** 32), { level: 0, index: 2 ** 32, width: 5 });
  assert.equal(tileOf(2 ** 40 + 5, 0, 2 ** 32 + 1), undefined);
});

test("tiles and bundles come back as they were, and not with a byte more or less", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 256 }), (entries) => {
      const bundle = encodeBundle(entries);
      assert.deepEqual(
        decodeBundle(bundle, entries.length),
        entries.map((entry) => Buffer.from(entry)),
      );
      assert.throws(() => decodeBundle(bundle.subarray(0, -1), entries.length), { code: "BUNDLE_MALFORMED" });
      assert.throws(() => decodeBundle(Buffer.concat([bundle, Buffer.of(0)]), entries.length), {
        code: "BUNDLE_MALFORMED",
      });
      assert.throws(() => decodeBundle(bundle, entries.length + 1), { code: "BUNDLE_MALFORMED" });
      const hashes = entries.map(leafHash);
      assert.deepEqual(decodeTile(encodeTile(hashes), hashes.length), hashes);
      assert.throws(() => decodeTile(encodeTile(hashes).subarray(1), hashes.length), { code: "TILE_MALFORMED" });
    }),
    { numRuns: 50 },
  );
  assert.throws(() => encodeBundle([]), RangeError);
  assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), RangeError);
  assert.throws(() => encodeTile([]), RangeError);
});

/** A log of `size` entries as a map from path to bytes, and its root. */
function logInMemory(size: number): { files: Map<string, Buffer>; root: Buffer; leaves: Buffer[] } {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
  const range = new CompactRange();
  const levels: Buffer[][] = [];
  for (const leaf of leaves) {
    range.append(leaf, (height, _index, hash) => {
      const level = height / 8;
      if (!Number.isInteger(level)) return;
      levels[level] ??= [];
      levels[level].push(hash);
    });
  }
  const files = new Map<string, Buffer>();
  for (const tile of tilesFor(size)) {
    if (tile.level !== "entries")
      files.set(tilePath(tile), encodeTile(levels[tile.level]!.slice(tile.index * 256, tile.index * 256 + tile.width)));
  }
  return { files, root: range.root(), leaves };
}

test("each level holds the roots of the full tiles below", () => {
  const { files } = logInMemory(70_000);
  const level1 = decodeTile(files.get("tile/1/001.p/17")!, 17);
  assert.deepEqual(rootOfRun(decodeTile(files.get("tile/0/256")!, 256)), level1[0]);
  assert.deepEqual(
    rootOfRun(decodeTile(files.get("tile/1/000")!, 256)),
    decodeTile(files.get("tile/2/000.p/1")!, 1)[0],
  );
});

test("proofs made from the tiles of 70,000 entries verify, and none can be made from changed ones", async () => {
  const { files, root, leaves } = logInMemory(70_000);
  const fetchTile = (tile: TileName) => Promise.resolve(files.get(tilePath(tile))!);
  const checkpoint = { origin: "log.example", size: 70_000, root };
  for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
    const proof = await inclusionFromTiles({ index, leaf: leaves[index]!, checkpoint, fetchTile });
    assert.ok(proof.length <= 17);
    await assert.rejects(inclusionFromTiles({ index, leaf: leaves[index + 1] ?? leaves[0]!, checkpoint, fetchTile }), {
      code: "PROOF_WRONG",
    });
  }
  for (const size of [1, 255, 256, 257, 12_345, 65_536, 69_999, 70_000]) {
    const range = new CompactRange();
    for (const leaf of leaves.slice(0, size)) range.append(leaf);
    const from = { origin: "log.example", size, root: range.root() };
    const proof = await consistencyFromTiles({ from, to: checkpoint, fetchTile });
    if (size === 12_345) assert.equal(proof.length, 18);
    await assert.rejects(consistencyFromTiles({ from: { ...from, root: leafHash(root) }, to: checkpoint, fetchTile }), {
      code: "PROOF_WRONG",
    });
  }
  await assert.rejects(consistencyFromTiles({ from: { ...checkpoint, size: 70_001 }, to: checkpoint, fetchTile }), {
    code: "PROOF_WRONG",
  });
  const broken = Buffer.from(files.get("tile/0/000")!);
  broken[40]! ^= 1;
  files.set("tile/0/000", broken);
  await assert.rejects(inclusionFromTiles({ index: 5, leaf: leaves[5]!, checkpoint, fetchTile }), {
    code: "PROOF_WRONG",
  });
});
