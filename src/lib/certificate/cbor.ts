// CBOR (RFC 8949) as certificates use it: maps as Map, no repeated keys, no trailing bytes, bounded depth.
// The depth is checked before decoding, so that hostile nesting never reaches a recursive decoder.
// SPDX-License-Identifier: Apache-2.0
import { decode, encode, Tagged } from "cborg";

export { Tagged };
export type CborTags = "envelope" | "content";

const maxDepth = 16;
const valueOnly = (content: () => unknown) => content();
// Envelopes: 18 is COSE_Sign1, 61 is CWT. Content: 0 and 1 are dates, of which the value is what counts.
const knownTags = {
  envelope: { 18: Tagged.decoder(18), 61: Tagged.decoder(61) },
  content: { 0: valueOnly, 1: valueOnly, 61: Tagged.decoder(61) },
};

/** The decoded item, or undefined for anything but one well-formed item of at most 16 levels. */
export function decodeCbor(bytes: Uint8Array, tags: CborTags): unknown {
  if (!isShallow(bytes)) return undefined;
  try {
    return decode(bytes, {
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowUndefined: false,
      allowBigInt: false,
      tags: knownTags[tags],
    });
  } catch {
    // cborg throws on malformed input only; what was wrong inside does not change the answer.
    return undefined;
  }
}

/** Encodes maps in the order they were built, integers and strings in their shortest form. */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { mapSorter: keepOrder });
}

const keepOrder = () => 0;

/** True if every item lies at most `maxDepth` levels deep. Reads heads only; malformed input is left to the decoder. */
function isShallow(bytes: Uint8Array): boolean {
  const open: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = bytes[at]!;
    const major = head >> 5;
    const minor = head & 31;
    at += 1;
    let argument = minor;
    if (minor >= 24 && minor < 28) {
      const width = 1 << (minor - 24);
      if (at + width > bytes.length) return true;
      argument = 0;
      for (let i = 0; i < width; i++) argument = argument * 256 + bytes[at + i]!;
      at += width;
    }
    const endless = minor === 31;
    if (major === 7 && endless) {
      open.pop();
      closeFinished(open);
      continue;
    }
    let children = 0;
    if (major === 4) children = endless ? Infinity : argument;
    else if (major === 5) children = endless ? Infinity : argument * 2;
    else if (major === 6) children = 1;
    else if ((major === 2 || major === 3) && endless) children = Infinity;
    else if (major === 2 || major === 3) at += argument;
    if (open.length > 0) open[open.length - 1]! -= 1;
    if (children > 0) open.push(children);
    if (open.length > maxDepth) return false;
    closeFinished(open);
  }
  return true;
}

function closeFinished(open: number[]): void {
  while (open.length > 0 && open[open.length - 1] === 0) open.pop();
}
