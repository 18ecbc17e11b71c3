// Receipts: the log's signed word that a batch of entries is durably in it, given before a checkpoint covers them.
// One signature a batch, over the root of a small Merkle tree of the batch's leaves; a path for each entry.
// A receipt must never pass for a checkpoint: it has a key id of its own and a prefix before what is signed.
// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign, verify } from "node:crypto";
import { fromBase64 } from "./base64.js";
import { parseDecimal } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize, nodeHash } from "./hash.js";
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
import { verifyInclusion } from "./proofs.js";

/** Signature type "other" of the signed-note format, followed by this name of ours. */
export const receiptType = 0xff;
const receiptKind = Buffer.from("sakshi-batch-receipt-v1\n", "utf8");
const signedPrefix = "sakshi batch receipt v1\n";

/** `count` entries from index `first` on are in the log of `origin`; `root` is of the tree of their leaf hashes alone. */
export interface BatchReceipt {
  readonly origin: string;
  readonly first: number;
  readonly count: number;
  readonly root: Buffer;
}

export interface BatchTree {
  readonly root: Buffer;
  /** The inclusion proof of the batch's entry `at` (0 is the first). */
  path(at: number): Buffer[];
}

/**
 * The tree over one batch.
 * @example
 * const tree = batchTree(leaves);
 * const note = signReceipt({ origin, first, count: leaves.length, root: tree.root }, receiptSigner(origin, privateKey));
 * // the opener: receiptCovers(openReceipt(note, [receiptVerifier(vkey)]), { origin, index: first + 2, leaf: leaves[2], path: tree.path(2) })
 */
export function batchTree(leaves: readonly Buffer[]): BatchTree {
  if (leaves.length === 0) throw new RangeError("a batch has at least one entry");
  const levels: Buffer[][] = [[...leaves]];
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const level: Buffer[] = [];
    for (let at = 0; at < below.length; at += 2)
      level.push(at + 1 < below.length ? nodeHash(below[at]!, below[at + 1]!) : below[at]!);
    levels.push(level);
  }
  return {
    root: levels.at(-1)![0]!,
    path(at) {
      if (!Number.isInteger(at) || at < 0 || at >= leaves.length) throw new RangeError(`no entry ${at} in the batch`);
      return levels.flatMap((level, height) => {
        const place = Math.floor(at / 2 ** height);
        const sibling = level[place % 2 === 0 ? place + 1 : place - 1];
        return sibling ? [sibling] : [];
      });
    },
  };
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

/** A signed note: origin, "receipt <first> <count>", root. */
export function signReceipt({ origin, first, count, root }: BatchReceipt, signer: NoteSigner): string {
  return signNote(`${origin}\nreceipt ${first} ${count}\n${root.toString("base64")}\n`, [signer]);
}

/** Opens a receipt and checks its signature. Throws when it is not one. */
export function openReceipt(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): BatchReceipt {
  const [origin, range = "", rootText = "", end, ...more] = openNote(note, verifiers).text.split("\n");
  const [word, firstText = "", countText = "", ...rest] = range.split(" ");
  const first = parseDecimal(firstText);
  const count = parseDecimal(countText);
  const root = fromBase64(rootText);
  if (
    !origin ||
    word !== "receipt" ||
    first === undefined ||
    !count ||
    root?.length !== hashSize ||
    rest.length > 0 ||
    end !== "" ||
    more.length > 0
  ) {
    throw new TlogError("RECEIPT_MALFORMED", "not the text of a receipt");
  }
  return { origin, first, count, root };
}

export interface ReceiptClaim {
  readonly origin: string;
  /** Index in the log, not in the batch. */
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** True when an opened receipt and the path show that the log has taken this leaf at this index. */
export function receiptCovers(receipt: BatchReceipt, { origin, index, leaf, path }: ReceiptClaim): boolean {
  return (
    receipt.origin === origin &&
    verifyInclusion({ index: index - receipt.first, size: receipt.count, leaf, root: receipt.root, proof: path })
  );
}
