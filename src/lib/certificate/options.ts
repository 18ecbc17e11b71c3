// What a verifier is given besides the certificate. Nothing here is fetched: keys and lists are handed in.
// SPDX-License-Identifier: Apache-2.0
import type { RevocationList } from "./divoc-revocation.js";
import type { JsonObject } from "./json.js";
import type { Primitives } from "./primitives.js";
import type { ShcRevocations } from "./shc-revocation.js";
import type { StatusList } from "./status.js";
import type { TrustList } from "./trust.js";

/** What a presentation must prove besides the credential: that its holder meant it for this verifier and moment. */
export interface HolderBinding {
  readonly audience: string;
  readonly nonce: string;
  /** How old the proof may be; ten minutes unless given. */
  readonly maxAgeMs?: number;
}

export interface VerifyOptions {
  readonly trust: TrustList;
  readonly at: Date;
  readonly primitives: Primitives;
  /** Signed lists of revoked certificates, as `readStatusList` gives them. */
  readonly statusLists?: readonly StatusList[];
  /** Revoked Co-WIN certificates, as DIVOC lists them. */
  readonly revokedDivoc?: RevocationList;
  /** Revoked SMART Health Cards, as their issuers list them. */
  readonly revokedShc?: ShcRevocations;
  /** Asks an SD-JWT for proof that its holder presents it. */
  readonly holderBinding?: HolderBinding;
  /**
   * Reads W3C credentials as RDF (N-Quads), for proofs that sign meanings only. It must fetch nothing, know each context by
   * its name, and give undefined for a word without a meaning. Two words of one context that mean the same could change
   * places under such a signature: lend it only vocabularies without.
   */
  readonly asRdf?: (document: JsonObject) => Promise<string | undefined>;
}
