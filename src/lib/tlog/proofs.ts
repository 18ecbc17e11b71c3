// Inclusion proofs (this entry is in that tree) and consistency proofs (that tree is this one grown), as in
// RFC 6962 sections 2.1.1 and 2.1.2, verified as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
// Verifying functions never throw on hostile input: they return false.
// SPDX-License-Identifier: Apache-2.0
import { checkSize } from "./compact-range.js";
import { emptyRoot, hashSize, nodeHash } from "./hash.js";

/** A perfect subtree: 2^height leaves from leaf index * 2^height on. */
export interface TreeNode {
  readonly height: number;
  readonly index: number;
}
export type NodeReader = (node: TreeNode) => Buffer;
/** Leaves from `begin` up to, not including, `end`. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The perfect subtrees that make up a range, left to right. A range is a subtree of some tree: `begin` is aligned. */
export function nodesOf({ begin, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = begin; at < end; ) {
    let height = 0;
    let width = 1;
    while (width * 2 <= end - at) {
      width *= 2;
      height++;
    }
    nodes.push({ height, index: at / width });
    at += width;
  }
  return nodes;
}

/** The hash of a range from the hashes of its perfect subtrees. */
export function hashOf(range: LeafRange, read: NodeReader): Buffer {
  return nodesOf(range)
    .map(read)
    .reduceRight((right, left) => nodeHash(left, right));
}

/** The ranges whose hashes prove that leaf `index` is in the tree of `size`, the leaf's sibling first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  checkSize(size);
  checkSize(index);
  if (index >= size) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  for (let begin = 0, end = size; end - begin > 1; ) {
    const middle = begin + splitOf(end - begin);
    if (index < middle) {
      ranges.unshift({ begin: middle, end });
      end = middle;
    } else {
      ranges.unshift({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges;
}

/** The ranges whose hashes prove that the tree of `newSize` begins with the tree of `oldSize`. */
export function consistencyRanges(oldSize: number, newSize: number): LeafRange[] {
  checkSize(oldSize);
  checkSize(newSize);
  if (oldSize > newSize) throw new RangeError(`a tree of ${newSize} is not a tree of ${oldSize} grown`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = begin + splitOf(end - begin);
    if (oldSize <= middle) {
      ranges.unshift({ begin: middle, end });
      end = middle;
    } else {
      ranges.unshift({ begin, end: middle });
      begin = middle;
    }
  }
  // When the old tree is a perfect subtree of the new one, its root is known to the verifier and not sent.
  if (begin > 0) ranges.unshift({ begin, end });
  return ranges;
}

/**
 * Makes an inclusion proof from the hashes of perfect subtrees.
 * @example
 * const proof = inclusionProof(3, tree.size, (node) => tree.hash(node));
 */
export function inclusionProof(index: number, size: number, read: NodeReader): Buffer[] {
  return inclusionRanges(index, size).map((range) => hashOf(range, read));
}

export function consistencyProof(oldSize: number, newSize: number, read: NodeReader): Buffer[] {
  return consistencyRanges(oldSize, newSize).map((range) => hashOf(range, read));
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when `proof` shows that the leaf hash `leaf` stands at `index` in the tree of `size` with this root. */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isSize(size) || !isSize(index) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash: Buffer = Buffer.from(leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.equals(root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when `proof` shows that the new tree is the old one with leaves added behind: nothing changed, nothing gone. */
export function verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }: ConsistencyClaim): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize || !areHashes([oldRoot, newRoot, ...proof]))
    return false;
  if (oldSize === 0)
    return proof.length === 0 && emptyRoot().equals(oldRoot) && (newSize > 0 || emptyRoot().equals(newRoot));
  if (oldSize === newSize) return proof.length === 0 && Buffer.from(oldRoot).equals(newRoot);
  let at = oldSize - 1;
  let last = newSize - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  // A perfect old tree is a node of the new one: its own root is the start.
  const path = at === 0 ? [oldRoot, ...proof] : proof;
  const start = path[0];
  if (!start || proof.length === 0) return false;
  let oldHash: Buffer = Buffer.from(start);
  let newHash: Buffer = Buffer.from(start);
  for (const hash of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(hash, oldHash);
      newHash = nodeHash(hash, newHash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newHash = nodeHash(newHash, hash);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
}

/** The largest power of two strictly below n: where RFC 6962 divides n leaves. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === hashSize);
}
