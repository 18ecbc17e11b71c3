// The public leaf of the disclosure log: 66 bytes, the same for everybody and about nobody.
// version || kind || tag || commitment. The tag is a keyed code of the subject's own counter; the commitment is a
// hash of the entry behind a secret salt. Who, why and when must never stand here: a small clinic, a minute and a
// purpose name a person.
// SPDX-License-Identifier: Apache-2.0
import { TlogError } from "./errors.js";
import { hashSize, sha256 } from "./hash.js";

export const leafSize = 66;
export const leafVersion = 1;

export interface Leaf {
  /** One byte; what the numbers mean is the application's. */
  readonly kind: number;
  readonly tag: Buffer;
  readonly commitment: Buffer;
}

export function encodeLeaf({ kind, tag, commitment }: Leaf): Buffer {
  if (tag.length !== 32 || commitment.length !== hashSize || !Number.isInteger(kind) || kind < 0 || kind > 255) {
    throw new TlogError("LEAF_MALFORMED", "a leaf has a kind of one byte, a tag and a commitment of 32 bytes each");
  }
  return Buffer.concat([Buffer.of(leafVersion, kind), tag, commitment], leafSize);
}

export function decodeLeaf(bytes: Uint8Array): Leaf {
  if (bytes.length !== leafSize || bytes[0] !== leafVersion)
    throw new TlogError("LEAF_MALFORMED", "not a leaf of version 1");
  return { kind: bytes[1]!, tag: Buffer.from(bytes.subarray(2, 34)), commitment: Buffer.from(bytes.subarray(34)) };
}

const commitmentPrefix = Buffer.from("vr/entry/v1\0", "utf8");

/** SHA-256("vr/entry/v1" || 0x00 || salt || entry). With 32 secret random bytes of salt it tells nothing of the entry. */
export function commitmentOf(salt: Uint8Array, entry: Uint8Array): Buffer {
  if (salt.length !== 32) throw new TlogError("LEAF_MALFORMED", "a salt has 32 bytes");
  return sha256(Buffer.concat([commitmentPrefix, salt, entry]));
}
