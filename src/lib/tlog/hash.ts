// Hashes of a Merkle tree as RFC 6962 section 2.1 (and RFC 9162 section 2.1.1) has them: a byte before each
// input keeps a leaf from ever passing for a node.
// SPDX-License-Identifier: Apache-2.0
import { hash } from "node:crypto";

export const hashSize = 32;

// Shared scratch space: safe because hashing is synchronous and the result is a buffer of its own.
const nodeInput = Buffer.alloc(1 + 2 * hashSize, 0x01);

export function sha256(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}

/**
 * The hash of an entry: SHA-256(0x00 || entry).
 * @example
 * leafHash(Buffer.alloc(0)).toString("hex"); // "6e340b9cffb37a98…"
 */
export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + entry.length);
  input[0] = 0x00;
  input.set(entry, 1);
  return sha256(input);
}

/** The hash of two subtrees side by side: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashSize || right.length !== hashSize)
    throw new RangeError("a node joins two hashes of 32 bytes");
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashSize);
  return sha256(nodeInput);
}

/** The root of the empty tree: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256(Buffer.alloc(0));
}
