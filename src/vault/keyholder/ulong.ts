// CK_ULONG, the number of PKCS#11: eight bytes, in the machine's order, which is little-endian where Sakshi runs.
// SPDX-License-Identifier: Apache-2.0

export function ulongBytes(value = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
export function readUlong(bytes: Buffer, at = 0): number {
  return Number(bytes.readBigUInt64LE(at));
}
