// Base64 from bytes to bytes. Node's own goes through strings, which cannot be wiped.
// SPDX-License-Identifier: Apache-2.0

const alphabet = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "latin1");
const padding = 0x3d;

export function base64Of(bytes: Buffer): Buffer {
  const text = Buffer.alloc(Math.ceil(bytes.length / 3) * 4, padding);
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const held = Math.min(3, bytes.length - at);
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit <= held; digit++) text[to + digit] = alphabet[(word >> (18 - 6 * digit)) & 63]!;
  }
  return text;
}

/** Throws RangeError for anything that is not base64 with its padding. */
export function bytesOfBase64(text: Buffer): Buffer {
  const padded = text.at(-2) === padding ? 2 : text.at(-1) === padding ? 1 : 0;
  if (text.length % 4 !== 0) throw new RangeError("not base64");
  const bytes = Buffer.alloc((text.length / 4) * 3 - padded);
  for (let at = 0; at < text.length; at += 4) {
    let word = 0;
    for (let digit = 0; digit < 4; digit++) {
      const isPadding = at + digit >= text.length - padded;
      const value = isPadding ? 0 : alphabet.indexOf(text[at + digit]!);
      if (value < 0) throw new RangeError("not base64");
      word = (word << 6) | value;
    }
    for (let byte = 0, to = (at / 4) * 3; byte < 3 && to + byte < bytes.length; byte++) {
      bytes[to + byte] = (word >> (16 - 8 * byte)) & 255;
    }
  }
  return bytes;
}
