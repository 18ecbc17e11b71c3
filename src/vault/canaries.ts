// Canaries: invented people whom nobody has a reason to look at. A canary's id is a UUID of version 7 whose random bits
// are a keyed function of its time; so the vault knows one when it is asked for it, and whoever lacks the key sees a
// person like any other. The key needs two halves: the pseudonym key file, and a share in the database.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { PersonRecord } from "../modules/disclosure/types.js";

export type CanaryIdentity = Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4">;

export function canaryKey(pseudonyms: KeyObject, share: Uint8Array): KeyObject {
  return createSecretKey(createHmac("sha256", pseudonyms).update("vr/canary-key/v1\0").update(share).digest());
}

function code(key: KeyObject, what: "id" | "row" | "salt", of: string): Buffer {
  return createHmac("sha256", key).update(`vr/canary/${what}/v1\0`).update(of).digest();
}

/** The canary of a millisecond: one at most. */
export function canaryAt(key: KeyObject, ms: number): string {
  const hex = bytesAt(key, ms).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function bytesAt(key: KeyObject, ms: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(ms, 0, 6);
  code(key, "id", bytes.toString("hex", 0, 6)).copy(bytes, 6, 0, 10);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

export function isCanary(key: KeyObject, id: string): boolean {
  const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
  return bytes.length === 16 && bytesAt(key, bytes.readUIntBE(0, 6)).equals(bytes);
}

const givenNames = ["Asha", "Ravi", "Meena", "Suresh", "Lakshmi", "Imran", "Kavita", "Joseph", "Harpreet", "Deepa"];
const familyNames = ["Kale", "Nayak", "Reddy", "Sinha", "Das", "Pillai", "Gill", "Khan", "Bora", "Joshi", "Patil"];
const genders = ["Male", "Female"] as const;
const photoIds = ["Aadhaar Card", "Driving License", "PAN Card"];

/** Who a canary is: the same whenever it is asked, so that nothing has to be kept. */
export function canaryIdentity(key: KeyObject, id: string): CanaryIdentity {
  const bytes = code(key, "row", id);
  const one = <T>(list: readonly T[], at: number): T => list[bytes.readUInt16BE(at) % list.length]!;
  return {
    name: `${one(givenNames, 0)} ${one(familyNames, 2)}`,
    birthYear: 1940 + (bytes.readUInt16BE(4) % 60),
    gender: one(genders, 6),
    photoIdType: one(photoIds, 8),
    photoIdLast4: String(bytes.readUInt16BE(10) % 10_000).padStart(4, "0"),
  };
}

/** Hides which person it is until the key is shown, and binds to it: nobody can name another canary afterwards. */
export function canaryCommitment(key: KeyObject, id: string): Buffer {
  const row = JSON.stringify(canaryIdentity(key, id));
  return createHash("sha256")
    .update("vr/canary/v1\0")
    .update(code(key, "salt", id))
    .update(`${id}\0${row}`)
    .digest();
}
