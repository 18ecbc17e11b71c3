// What this library throws when bytes are not what they claim to be. The code is stable, the message is for people.
// SPDX-License-Identifier: Apache-2.0

export type TlogErrorCode =
  | "NOTE_MALFORMED"
  | "NOTE_NOT_SIGNED"
  | "NOTE_SIGNATURE_WRONG"
  | "VKEY_MALFORMED"
  | "CHECKPOINT_MALFORMED"
  | "TILE_MALFORMED"
  | "TILE_PATH_MALFORMED"
  | "BUNDLE_MALFORMED"
  | "PROOF_MALFORMED"
  | "PROOF_WRONG"
  | "LEAF_MALFORMED"
  | "RECEIPT_MALFORMED"
  | "RANGE_MALFORMED"
  | "POLICY_MALFORMED"
  | "SHARDS_MALFORMED"
  | "WITNESS_REQUEST_MALFORMED";

/** Thrown by everything in this folder that parses or opens. Verifying functions return false instead. */
export class TlogError extends Error {
  readonly code: TlogErrorCode;
  constructor(code: TlogErrorCode, message: string) {
    super(message);
    this.name = "TlogError";
    this.code = code;
  }
}
