// DER (X.690), written only: the few kinds of values that certificates of keys and signatures of papers are made of.
// SPDX-License-Identifier: Apache-2.0
import { joinBytes, utf8Bytes } from "./bytes.js";

export type Der = Uint8Array<ArrayBuffer>;

export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = joinBytes(...contents);
  return joinBytes(new Uint8Array([tag, ...lengthOf(content.length)]), content);
}
function lengthOf(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...items: readonly Uint8Array[]): Der => tagged(0x30, ...items);
/** A SET OF: its items in the order of their bytes (X.690 11.6). */
export const setOf = (...items: readonly Uint8Array[]): Der => tagged(0x31, ...[...items].sort(compare));
export const octets = (bytes: Uint8Array): Der => tagged(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Der => tagged(0x03, new Uint8Array([unused]), bytes);
export const text = (value: string): Der => tagged(0x0c, utf8Bytes(value));
export const yes: Der = tagged(0x01, new Uint8Array([0xff]));

/** A number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? new Uint8Array(1) : bytes.subarray(first);
  return tagged(0x02, ...(short[0]! >= 0x80 ? [new Uint8Array(1)] : []), short);
}

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) | 0x80);
    return digits;
  });
  return tagged(0x06, new Uint8Array(bytes));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function time(at: Date): Der {
  const digits = `${at.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
  return at.getUTCFullYear() < 2050 ? tagged(0x17, utf8Bytes(digits.slice(2))) : tagged(0x18, utf8Bytes(digits));
}

/** An ECDSA signature as X.509 and CMS want it, from raw r||s. */
export function ecdsaSignature(raw: Uint8Array): Der {
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
}
