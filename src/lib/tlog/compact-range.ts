// The edge of a growing tree: the roots of the perfect subtrees that the first `size` leaves make, one for each
// bit of `size`. It is all that is needed to append and to know the root; at most 53 hashes.
// Sizes are plain numbers: only arithmetic here, since bit operators are wrong beyond 2^31.
// SPDX-License-Identifier: Apache-2.0
import { TlogError } from "./errors.js";
import { emptyRoot, hashSize, nodeHash } from "./hash.js";

/** Told of each subtree that an append completes: its height (0 is the leaf), its place at that height, its root. */
export type NodeListener = (height: number, index: number, hash: Buffer) => void;

/**
 * @example
 * const range = new CompactRange();
 * for (const entry of entries) range.append(leafHash(entry));
 * range.root(); // what a checkpoint of this size signs
 */
export class CompactRange {
  #size = 0;
  readonly #byHeight: (Buffer | undefined)[] = [];

  /** Takes up a range that `toBytes` wrote: the subtree roots, largest subtree first. */
  static from(size: number, bytes: Uint8Array): CompactRange {
    const heights = heightsOf(size);
    if (bytes.length !== heights.length * hashSize) {
      throw new TlogError(
        "RANGE_MALFORMED",
        `a range of size ${size} has ${heights.length} hashes, not ${bytes.length / hashSize}`,
      );
    }
    const range = new CompactRange();
    range.#size = size;
    heights.forEach((height, at) => {
      range.#byHeight[height] = Buffer.from(bytes.subarray(at * hashSize, (at + 1) * hashSize));
    });
    return range;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one leaf by its leaf hash; carries like a binary counter, one node hash a leaf on average. */
  append(leaf: Buffer, onNode?: NodeListener): void {
    if (this.#size >= Number.MAX_SAFE_INTEGER) throw new RangeError("the tree is full");
    let hash = leaf;
    let index = this.#size;
    let height = 0;
    onNode?.(0, index, hash);
    while (index % 2 === 1) {
      hash = nodeHash(this.#byHeight[height]!, hash);
      this.#byHeight[height] = undefined;
      index = (index - 1) / 2;
      height++;
      onNode?.(height, index, hash);
    }
    this.#byHeight[height] = hash;
    this.#size++;
  }

  /** The root hash of the tree of `size` leaves. */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const hash of this.#byHeight) if (hash) root = root ? nodeHash(hash, root) : hash;
    return root ?? emptyRoot();
  }

  /** The subtree roots, largest subtree first: 32 bytes for each bit set in `size`. */
  toBytes(): Buffer {
    return Buffer.concat(this.#byHeight.filter((hash) => hash !== undefined).reverse());
  }

  /** A copy that can be appended to without changing this one. */
  clone(): CompactRange {
    return CompactRange.from(this.#size, this.toBytes());
  }
}

/** The heights of the perfect subtrees of a tree, highest first: the bits of its size. */
export function heightsOf(size: number): number[] {
  checkSize(size);
  const heights: number[] = [];
  for (let rest = size, height = 0; rest > 0; rest = Math.floor(rest / 2), height++) {
    if (rest % 2 === 1) heights.unshift(height);
  }
  return heights;
}

export function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is no tree size`);
}
