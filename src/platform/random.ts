// Randomness: ids in time order, digits, bearer tokens. Always from the system's generator.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, randomInt } from "node:crypto";

/** UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits. */
export function uuidv7(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `count` decimal digits, leading zeros kept. */
export function randomDigits(count: number): string {
  return Array.from({ length: count }, () => String(randomInt(10))).join("");
}

/** A bearer token of 256 bits, base64url. Store `tokenHash(token)`, never the token. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export function isUuid(text: unknown): text is string {
  return typeof text === "string" && uuidShape.test(text);
}
