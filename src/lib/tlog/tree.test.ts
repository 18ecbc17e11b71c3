// The tree against RFC 6962 written down a second time, as slowly and plainly as the RFC says it.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  CompactRange,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  type TreeNode,
  verifyConsistency,
  verifyInclusion,
} from "./index.js";

// The eight entries and the roots that the test vectors of RFC 6962 implementations share (certificate-transparency).
const knownEntries = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => Buffer.from(hex, "hex"));
const knownRoots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const sha = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();

/** MTH of RFC 6962 section 2.1. */
function slowRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.of(1), slowRoot(leaves.slice(0, k)), slowRoot(leaves.slice(k)));
}

/** PATH of RFC 6962 section 2.1.1. */
function slowPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return index < k
    ? [...slowPath(index, leaves.slice(0, k)), slowRoot(leaves.slice(k))]
    : [...slowPath(index - k, leaves.slice(k)), slowRoot(leaves.slice(0, k))];
}

/** SUBPROOF of RFC 6962 section 2.1.2. */
function slowSubproof(m: number, leaves: readonly Buffer[], isWhole: boolean): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [slowRoot(leaves)];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m <= k
    ? [...slowSubproof(m, leaves.slice(0, k), isWhole), slowRoot(leaves.slice(k))]
    : [...slowSubproof(m - k, leaves.slice(k), false), slowRoot(leaves.slice(0, k))];
}

const leavesUpTo = Array.from({ length: 600 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
const reader =
  (leaves: readonly Buffer[]) =>
  ({ height, index }: TreeNode) =>
    slowRoot(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height));

function rangeOf(leaves: readonly Buffer[]): CompactRange {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range;
}

test("gives the roots that other implementations give", () => {
  const range = new CompactRange();
  assert.equal(range.root().toString("hex"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  knownEntries.forEach((entry, at) => {
    range.append(leafHash(entry));
    assert.equal(range.root().toString("hex"), knownRoots[at]);
  });
});

test("a compact range has the root of the plain tree at every size to 600", () => {
  const range = new CompactRange();
  for (let size = 1; size <= leavesUpTo.length; size++) {
    range.append(leavesUpTo[size - 1]!);
    if (size < 70 || (size > 250 && size < 260) || size > 509)
      assert.deepEqual(range.root(), slowRoot(leavesUpTo.slice(0, size)), `size ${size}`);
  }
});

test("a compact range written out and taken up again goes on as if nothing had happened", () => {
  for (const size of [0, 1, 2, 3, 255, 256, 257, 511, 512]) {
    const range = rangeOf(leavesUpTo.slice(0, size));
    const again = CompactRange.from(range.size, range.toBytes());
    again.append(leavesUpTo[size]!);
    assert.deepEqual(again.root(), slowRoot(leavesUpTo.slice(0, size + 1)));
    assert.equal(range.size, size);
  }
  assert.throws(() => CompactRange.from(3, Buffer.alloc(32)), { code: "RANGE_MALFORMED" });
});

test("an append tells of each subtree it completes", () => {
  const told: string[] = [];
  const range = rangeOf(leavesUpTo.slice(0, 7));
  range.append(leavesUpTo[7]!, (height, index, hash) => {
    assert.deepEqual(hash, reader(leavesUpTo)({ height, index }));
    told.push(`${height}/${index}`);
  });
  assert.deepEqual(told, ["0/7", "1/3", "2/1", "3/0"]);
});

test("sizes beyond 2^31 are counted right", () => {
  const size = 2 ** 40 + 2 ** 33 + 1;
  const range = CompactRange.from(size, Buffer.concat([leavesUpTo[0]!, leavesUpTo[1]!, leavesUpTo[2]!]));
  const told: string[] = [];
  range.append(leavesUpTo[3]!, (height, index) => told.push(`${height}/${index}`));
  assert.equal(range.size, size + 1);
  assert.deepEqual(told, [`0/${size}`, `1/${(size - 1) / 2}`]);
  assert.equal(range.toBytes().length, 3 * 32);
});

test("every inclusion proof of trees up to 40 is the RFC's and verifies", () => {
  for (let size = 1; size <= 40; size++) {
    const leaves = leavesUpTo.slice(0, size);
    const root = slowRoot(leaves);
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(index, size, reader(leaves));
      assert.deepEqual(proof, slowPath(index, leaves));
      assert.ok(verifyInclusion({ index, size, leaf: leaves[index]!, root, proof }));
      if (size > 1) assert.ok(!verifyInclusion({ index: (index + 1) % size, size, leaf: leaves[index]!, root, proof }));
    }
  }
});

test("every consistency proof of trees up to 40 is the RFC's and verifies", () => {
  for (let newSize = 0; newSize <= 40; newSize++) {
    for (let oldSize = 0; oldSize <= newSize; oldSize++) {
      const leaves = leavesUpTo.slice(0, newSize);
      const oldRoot = slowRoot(leaves.slice(0, oldSize));
      const newRoot = slowRoot(leaves);
      const proof = consistencyProof(oldSize, newSize, reader(leaves));
      if (oldSize > 0) assert.deepEqual(proof, slowSubproof(oldSize, leaves, true));
      assert.ok(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }), `${oldSize} to ${newSize}`);
      if (oldSize > 0) {
        const otherRoot = leafHash(oldRoot);
        assert.ok(!verifyConsistency({ oldSize, newSize, oldRoot: otherRoot, newRoot, proof }));
        assert.ok(!verifyConsistency({ oldSize, newSize, oldRoot, newRoot: otherRoot, proof }));
      }
    }
  }
});

test("proofs around tile boundaries verify, and none verifies with anything changed", () => {
  const sizes = [1, 2, 255, 256, 257, 511, 512, 513, 600];
  const roots = new Map(sizes.map((size) => [size, slowRoot(leavesUpTo.slice(0, size))]));
  fc.assert(
    fc.property(
      fc.constantFrom(...sizes),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (size, indexSeed, place, bit) => {
        const index = indexSeed % size;
        const leaf = leavesUpTo[index]!;
        const root = roots.get(size)!;
        const proof = inclusionProof(index, size, reader(leavesUpTo.slice(0, size)));
        assert.ok(verifyInclusion({ index, size, leaf, root, proof }));
        assert.ok(!verifyInclusion({ index, size, leaf, root, proof: [...proof, leaf] }));
        assert.ok(!verifyInclusion({ index, size, leaf: flip(leaf, bit), root, proof }));
        assert.ok(!verifyInclusion({ index, size, leaf, root: flip(root, bit), proof }));
        if (proof.length === 0) return;
        const at = place % proof.length;
        assert.ok(!verifyInclusion({ index, size, leaf, root, proof: proof.with(at, flip(proof[at]!, bit)) }));
        assert.ok(!verifyInclusion({ index, size, leaf, root, proof: proof.toSpliced(at, 1) }));
      },
    ),
    { numRuns: 60 },
  );
});

test("hostile numbers and lengths are refused, not thrown at", () => {
  const hash = emptyRoot();
  for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
    assert.equal(verifyInclusion({ index: 0, size, leaf: hash, root: hash, proof: [] }), false);
  }
  assert.equal(
    verifyInclusion({ index: 0, size: 1, leaf: Buffer.alloc(31), root: Buffer.alloc(31), proof: [] }),
    false,
  );
  assert.equal(verifyConsistency({ oldSize: 2, newSize: 1, oldRoot: hash, newRoot: hash, proof: [] }), false);
  assert.equal(
    verifyConsistency({ oldSize: 0, newSize: 5, oldRoot: Buffer.alloc(32), newRoot: hash, proof: [] }),
    false,
  );
  assert.equal(verifyConsistency({ oldSize: 1, newSize: 2, oldRoot: hash, newRoot: hash, proof: [] }), false);
});

function flip(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
  return changed;
}
