// Base45 (RFC 9285), strict: what the standard does not allow is refused, not repaired.
// SPDX-License-Identifier: Apache-2.0

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const values = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;

/** Two bytes become three characters, a last single byte becomes two. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = "";
  let i = 0;
  for (; i + 1 < bytes.length; i += 2) {
    const n = bytes[i]! * 256 + bytes[i + 1]!;
    text += alphabet[n % 45]! + alphabet[Math.floor(n / 45) % 45]! + alphabet[Math.floor(n / 2025)]!;
  }
  if (i < bytes.length) text += alphabet[bytes[i]! % 45]! + alphabet[Math.floor(bytes[i]! / 45)]!;
  return text;
}

/** The bytes, or undefined for text that no encoder can have written. */
export function decodeBase45(text: string): Uint8Array | undefined {
  const rest = text.length % 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest === 2 ? 1 : 0));
  let at = 0;
  for (let i = 0; i < text.length; i += 3) {
    const low = valueAt(text, i);
    const middle = valueAt(text, i + 1);
    if (low < 0 || middle < 0) return undefined;
    if (i + 2 >= text.length) {
      const n = low + middle * 45;
      if (n > 0xff) return undefined;
      bytes[at++] = n;
      break;
    }
    const high = valueAt(text, i + 2);
    const n = low + middle * 45 + high * 2025;
    if (high < 0 || n > 0xffff) return undefined;
    bytes[at++] = n >> 8;
    bytes[at++] = n & 0xff;
  }
  return bytes;
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? values[code]! : -1;
}
