// Randomness: ids in time order, digits, bearer tokens. Always from the system's generator.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";

/** UUID version 7 (RFC 9562): 48 bits of milliseconds, then random bits. */
export function uuidv7(now = Date.now()): string {
  const time = now.toString(16).padStart(12, "0");
  // Variant and random bits as in version 4: Node draws those of many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
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
