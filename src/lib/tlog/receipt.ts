// Receipts: the log's signed word that a batch of entries is durably in it, given before a checkpoint covers them.
// One signature a batch, over all its leaves.
// A receipt must never pass for a checkpoint: it has a key id of its own and a prefix before what is signed.
// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign, verify } from "node:crypto";
import { fromBase64 } from "./base64.js";
import { parseDecimal } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize, sha256 } from "./hash.js";
import {
  ed25519PublicKey,
  formatVkey,
  keyIdOf,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  parseVkey,
  rawEd25519,
  signNote,
} from "./note.js";

/** Signature type "other" of the signed-note format, followed by this name of ours. */
export const receiptType = 0xff;
const receiptKind = Buffer.from("sakshi-batch-receipt-v1\n", "utf8");
const signedPrefix = "sakshi batch receipt v1\n";

/** `count` entries from index `first` on are in the log of `origin`; `digest` is of their leaf hashes, in order. */
export interface BatchReceipt {
  readonly origin: string;
  readonly first: number;
  readonly count: number;
  readonly digest: Buffer;
}

/**
 * What a receipt signs: SHA-256 over the batch's leaf hashes, 32 bytes each.
 * @example
 * const leaves = Buffer.concat(entries.map(leafHash));
 * const note = signReceipt({ origin, first, count: entries.length, digest: batchDigest(leaves) }, receiptSigner(origin, privateKey));
 * // the opener: openReceipt(note, [receiptVerifier(vkey)]).digest.equals(batchDigest(leaves))
 */
export function batchDigest(leaves: Uint8Array): Buffer {
  if (leaves.length === 0 || leaves.length % hashSize !== 0) throw new RangeError("a batch is a list of leaf hashes");
  return sha256(leaves);
}

export function receiptSigner(name: string, privateKey: KeyObject): NoteSigner {
  const key = Buffer.concat([receiptKind, rawEd25519(privateKey)]);
  return {
    name,
    keyId: keyIdOf(name, receiptType, key),
    vkey: formatVkey(name, receiptType, key),
    sign: (text) => sign(null, Buffer.from(signedPrefix + text, "utf8"), privateKey),
  };
}

export function receiptVerifier(vkey: string): NoteVerifier {
  const { name, keyId, type, key } = parseVkey(vkey);
  if (type !== receiptType || !key.subarray(0, receiptKind.length).equals(receiptKind)) {
    throw new TlogError("VKEY_MALFORMED", "not a key for receipts");
  }
  const publicKey = ed25519PublicKey(key.subarray(receiptKind.length));
  return {
    name,
    keyId,
    verify: (text, signature) =>
      signature.length === 64 && verify(null, Buffer.from(signedPrefix + text, "utf8"), publicKey, signature),
  };
}

/** A signed note: origin, "receipt <first> <count>", digest. */
export function signReceipt({ origin, first, count, digest }: BatchReceipt, signer: NoteSigner): string {
  return signNote(`${origin}\nreceipt ${first} ${count}\n${digest.toString("base64")}\n`, [signer]);
}

/** Opens a receipt and checks its signature. Throws when it is not one. */
export function openReceipt(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): BatchReceipt {
  const [origin, range = "", digestText = "", end, ...more] = openNote(note, verifiers).text.split("\n");
  const [word, firstText = "", countText = "", ...rest] = range.split(" ");
  const first = parseDecimal(firstText);
  const count = parseDecimal(countText);
  const digest = fromBase64(digestText);
  if (
    !origin ||
    word !== "receipt" ||
    first === undefined ||
    !count ||
    digest?.length !== hashSize ||
    rest.length > 0 ||
    end !== "" ||
    more.length > 0
  ) {
    throw new TlogError("RECEIPT_MALFORMED", "not the text of a receipt");
  }
  return { origin, first, count, digest };
}
