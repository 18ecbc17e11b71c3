// The sealed box: version u8 | key epoch u16 | nonce 12 | ciphertext | tag 16, AES-256-GCM. What a box is, and where
// it belongs, is bound as associated data: a box moved to another row, record or version does not open.
// SPDX-License-Identifier: Apache-2.0
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from "node:crypto";

const boxVersion = 1;
const nonceBytes = 12;
/** Version, epoch and nonce. */
export const headBytes = 3 + nonceBytes;
const tagBytes = 16;
export const boxOverhead = headBytes + tagBytes;

/** A box that does not open: wrong key, wrong place, or changed. Says no more. */
export class BoxError extends Error {
  constructor() {
    super("sealed box does not open");
    this.name = "BoxError";
  }
}

// Chance is drawn by the pool: one call to the generator for hundreds of nonces and salts. What was taken is wiped.
const pool = Buffer.alloc(8_192);
let used = pool.length;
export function freshBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const drawn = pool.subarray(used, used + count);
  const fresh = Buffer.from(drawn);
  drawn.fill(0);
  used += count;
  return fresh;
}

/** Joins parts with their lengths, so that no two lists of parts give the same bytes. */
export function context(...parts: readonly (string | number | Buffer)[]): Buffer {
  const each = parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(String(part), "utf8")));
  const joined = Buffer.allocUnsafe(each.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const bytes of each) {
    at = joined.writeUInt32BE(bytes.length, at);
    at += bytes.copy(joined, at);
  }
  return joined;
}

/** How a box begins: its version and the epoch of its key. Part of what its tag covers. */
export function boxHead(epoch: number): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt8(boxVersion, 0);
  head.writeUInt16BE(epoch, 1);
  return head;
}

export function sealBox(key: KeyObject, epoch: number, content: Buffer, aad: Buffer): Buffer {
  const head = Buffer.concat([boxHead(epoch), freshBytes(nonceBytes)], headBytes);
  const cipher = createCipheriv("aes-256-gcm", key, head.subarray(3), { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([head.subarray(0, 3), aad]));
  // In this mode all comes with the first call: the last gives nothing but the tag.
  const sealed = cipher.update(content);
  cipher.final();
  return Buffer.concat([head, sealed, cipher.getAuthTag()], boxOverhead + content.length);
}

/** The epoch of the key that a box says it was sealed with. */
export function boxEpoch(box: Buffer): number {
  if (box.length < boxOverhead || box[0] !== boxVersion) throw new BoxError();
  return box.readUInt16BE(1);
}

export function openBox(key: KeyObject, box: Buffer, aad: Buffer): Buffer {
  if (box.length < boxOverhead || box[0] !== boxVersion) throw new BoxError();
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(3, headBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.concat([box.subarray(0, 3), aad]));
    decipher.setAuthTag(box.subarray(-tagBytes));
    const content = decipher.update(box.subarray(headBytes, -tagBytes));
    decipher.final();
    return content;
  } catch {
    throw new BoxError();
  }
}

/** Length, content, zeros: up to `size` bytes, or to the next 64-byte step, so that length says little. */
export function pad(content: Buffer, size = Math.ceil((content.length + 4) / 64) * 64): Buffer {
  if (content.length + 4 > size) throw new RangeError("content is longer than its fixed size");
  const padded = Buffer.alloc(size);
  padded.writeUInt32BE(content.length, 0);
  content.copy(padded, 4);
  return padded;
}

export function unpad(padded: Buffer): Buffer {
  const length = padded.length >= 4 ? padded.readUInt32BE(0) : Number.POSITIVE_INFINITY;
  if (length > padded.length - 4) throw new BoxError();
  return padded.subarray(4, 4 + length);
}

/** A key for one use, derived from another by one HMAC. */
export function subkey(key: KeyObject, label: string): KeyObject {
  const bytes = createHmac("sha256", key).update(label).digest();
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}
