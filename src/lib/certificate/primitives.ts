// What the verifier borrows from where it runs: inflating and checking a signature. Two makers exist, one for Node
// (node-primitives.ts) and one for the browser (web-primitives.ts); the rules are the same code in both.
// SPDX-License-Identifier: Apache-2.0
import type { TrustedKey } from "./trust.js";

export type Inflated = { readonly bytes: Uint8Array } | "corrupt" | "too-large";

export interface Primitives {
  /** Inflates one zlib stream that must fill `bytes` to the end, into at most `limit` bytes. */
  inflate(bytes: Uint8Array, limit: number): Promise<Inflated>;
  /** Checks a signature with the algorithm of the key (ES256: raw r||s). False for a key that cannot be used. */
  verify(key: TrustedKey, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
