// What the verifier borrows from where it runs: inflating, hashing and checking a signature. Two makers exist, one for
// Node (node-primitives.ts) and one for the browser (web-primitives.ts); the rules are the same code in both.
// SPDX-License-Identifier: Apache-2.0
import type { TrustedKey } from "./trust.js";

export type Inflated = { readonly bytes: Uint8Array } | "corrupt" | "too-large";
export type Hash = "SHA-256" | "SHA-384" | "SHA-512";

export interface Primitives {
  /** Inflates one stream (zlib, or deflate without a header) that must fill `bytes` to the end, into at most `limit` bytes. */
  inflate(bytes: Uint8Array, limit: number, form?: "zlib" | "raw"): Promise<Inflated>;
  digest(hash: Hash, bytes: Uint8Array): Promise<Uint8Array>;
  /** Checks a signature with the algorithm of the key (ECDSA: raw r||s). False for a key that cannot be used. */
  verify(key: TrustedKey, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
