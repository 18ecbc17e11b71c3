// The zip of a Co-WIN code: exactly one member "certificate.json", stored or deflated, nothing before, between or after.
// Written by hand because a reader that looks for something readable can be shown two certificates in one file.
// SPDX-License-Identifier: Apache-2.0
import { joinBytes, utf8Bytes, utf8Text } from "./bytes.js";
import type { Primitives } from "./primitives.js";

export const zipStart = "PK\u0003\u0004";
const memberName = "certificate.json";
const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, descriptor: 0x08074b50 } as const;
const size = { local: 30, central: 46, end: 22 } as const;
const method = { stored: 0, deflated: 8 } as const;
/** Bit 3: sizes and checksum stand after the data. Bit 11: the name is UTF-8. Bits 1 and 2: how hard it was deflated. */
const allowedFlags = 0b1000_0000_1110;
const descriptorFlag = 0b1000;

interface Member {
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly compressedSize: number;
  readonly size: number;
}
export type Unzipped = { readonly bytes: Uint8Array } | "corrupt" | "too-large";

/** True if a zip's last record stands at the very end and its offsets add up. */
export function isWholeZip(bytes: Uint8Array): boolean {
  return layout(bytes) !== undefined;
}

export async function unzipCertificate(bytes: Uint8Array, limit: number, primitives: Primitives): Promise<Unzipped> {
  const found = layout(bytes);
  const member = found && readCentral(bytes, found.central);
  const data = found && member && readLocal(bytes, member, found.central);
  if (!member || !data) return "corrupt";
  if (member.size > limit) return "too-large";
  const content = member.method === method.stored ? { bytes: data } : await primitives.inflate(data, limit, "raw");
  if (typeof content === "string") return content;
  return content.bytes.length === member.size && checksumOf(content.bytes) === member.checksum ? content : "corrupt";
}

/** The zip that a Co-WIN QR code holds: one deflated member, sizes in its header. */
export function zipCertificate(content: Uint8Array, deflateRaw: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const data = deflateRaw(content);
  const name = utf8Bytes(memberName);
  const shared = new DataView(new ArrayBuffer(26));
  shared.setUint16(0, 20, true); // version needed: 2.0
  shared.setUint16(4, method.deflated, true);
  // No time of day: the first day that the format has, so that one certificate always gives one code.
  shared.setUint16(8, 0x0021, true);
  for (const [at, value] of [
    [10, checksumOf(content)],
    [14, data.length],
    [18, content.length],
  ] as const)
    shared.setUint32(at, value, true);
  shared.setUint16(22, name.length, true);
  const head = new Uint8Array(shared.buffer);
  const local = joinBytes(numbers([signature.local]), head, name, data);
  // From the central directory on: writer's version, the same 26 bytes, then comment, disk, attributes and offset, all 0.
  const central = joinBytes(numbers([signature.central]), new Uint8Array([20, 0]), head, new Uint8Array(14), name);
  const end = joinBytes(numbers([signature.end, 0, 0x00010001, central.length, local.length]), new Uint8Array(2));
  return joinBytes(local, central, end);
}

function numbers(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => {
    view.setUint32(4 * at, value, true);
  });
  return new Uint8Array(view.buffer);
}

function layout(bytes: Uint8Array): { readonly central: number } | undefined {
  const end = bytes.length - size.end;
  if (end < size.local + size.central) return undefined;
  const view = viewOf(bytes);
  const centralSize = view.getUint32(end + 12, true);
  const central = view.getUint32(end + 16, true);
  const plain =
    view.getUint32(end, true) === signature.end &&
    view.getUint32(end + 4, true) === 0 && // one disk
    view.getUint16(end + 8, true) === 1 &&
    view.getUint16(end + 10, true) === 1 &&
    view.getUint16(end + 20, true) === 0; // no comment
  return plain && central >= size.local && central + centralSize === end ? { central } : undefined;
}

function readCentral(bytes: Uint8Array, at: number): Member | undefined {
  const view = viewOf(bytes);
  const end = bytes.length - size.end;
  if (at + size.central > end || view.getUint32(at, true) !== signature.central) return undefined;
  const nameSize = view.getUint16(at + 28, true);
  const extraSize = view.getUint16(at + 30, true);
  const commentSize = view.getUint16(at + 32, true);
  const isWhole = at + size.central + nameSize + extraSize + commentSize === end;
  if (!isWhole || view.getUint32(at + 42, true) !== 0) return undefined;
  if (utf8Text(bytes.subarray(at + size.central, at + size.central + nameSize)) !== memberName) return undefined;
  const member = {
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    compressedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
  };
  const isStored = member.method === method.stored && member.size === member.compressedSize;
  if (!isStored && member.method !== method.deflated) return undefined;
  return (member.flags & ~allowedFlags) === 0 ? member : undefined;
}

/** The member's data: the local header must say the same as the directory, and nothing may lie between the two. */
function readLocal(bytes: Uint8Array, member: Member, central: number): Uint8Array | undefined {
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== signature.local || view.getUint16(6, true) !== member.flags) return undefined;
  if (view.getUint16(8, true) !== member.method) return undefined;
  const nameSize = view.getUint16(26, true);
  const start = size.local + nameSize + view.getUint16(28, true);
  const end = start + member.compressedSize;
  if (end > central) return undefined;
  if (utf8Text(bytes.subarray(size.local, size.local + nameSize)) !== memberName) return undefined;
  const said = [member.checksum, member.compressedSize, member.size];
  const local = [14, 18, 22].map((at) => view.getUint32(at, true));
  if ((member.flags & descriptorFlag) === 0)
    return same(local, said) && end === central ? bytes.subarray(start, end) : undefined;
  // With a descriptor the local numbers are zero, though some writers fill them in as well.
  if (!local.every((value, index) => value === 0 || value === said[index])) return undefined;
  const descriptor = central - end;
  if (descriptor !== 12 && descriptor !== 16) return undefined;
  const marked = descriptor === 16;
  if (marked && view.getUint32(end, true) !== signature.descriptor) return undefined;
  const after = [0, 4, 8].map((at) => view.getUint32(end + at + (marked ? 4 : 0), true));
  return same(after, said) ? bytes.subarray(start, end) : undefined;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, index) => value === b[index]);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const checksumTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zip and gzip use it (APPNOTE 4.4.7, RFC 1952). */
export function checksumOf(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = checksumTable[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
