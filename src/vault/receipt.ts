// What the recorder hands out for each entry, and what the opener wants to see before it opens anything.
// SPDX-License-Identifier: Apache-2.0

import type { BatchReceipt } from "../lib/tlog/index.js";
import { leafHash, type NoteVerifier, openReceipt, receiptCovers } from "../lib/tlog/index.js";
import { type Entry, type EntryKind, leafKinds, leafOf } from "./entry.js";

/** JSON form; byte strings in base64. `note` is the signed batch receipt, the same for all entries of a batch. */
export interface Receipt {
  readonly note: string;
  readonly index: number;
  readonly entry: string;
  readonly salt: string;
  readonly tag: string;
  readonly path: readonly string[];
}

export const receiptLifetimeMs = 30_000;

/** The receipt is forged, altered, for another log, stale or used: nothing is opened. */
export class ReceiptRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ReceiptRefused";
  }
}

export interface ReceiptRules {
  readonly origin: string;
  readonly verifier: NoteVerifier;
  readonly now: () => number;
  /** Receipts of earlier entries are refused: nobody remembers whether they were used before this process began. */
  readonly firstIndex: number;
}

export interface ReceiptBook {
  /** Gives the entry that the log has taken; each receipt is good once. */
  accept(receipt: unknown): Entry;
}

export function receiptBook(rules: ReceiptRules): ReceiptBook {
  const usedUntil = new Map<number, number>();
  const opened = new Map<string, BatchReceipt>();

  function batchOf(note: string): BatchReceipt {
    const known = opened.get(note);
    if (known) return known;
    let batch: BatchReceipt;
    try {
      batch = openReceipt(note, [rules.verifier]);
    } catch {
      throw new ReceiptRefused("signature is not the log's");
    }
    if (opened.size >= 256) opened.delete(opened.keys().next().value!);
    opened.set(note, batch);
    return batch;
  }

  function useOnce(index: number, now: number): void {
    for (const [used, until] of usedUntil) {
      if (until > now) break;
      usedUntil.delete(used);
    }
    if (usedUntil.has(index)) throw new ReceiptRefused("used before");
    usedUntil.set(index, now + 2 * receiptLifetimeMs);
  }

  return {
    accept(candidate) {
      const receipt = checkShape(candidate);
      const batch = batchOf(receipt.note);
      const entry = JSON.parse(receipt.entry) as Entry;
      const leaf = leafHash(leafOf(entry.kind, bytesOf(receipt.tag), bytesOf(receipt.salt), receipt.entry));
      const path = receipt.path.map(bytesOf);
      if (
        !receiptCovers(batch, {
          origin: rules.origin,
          index: receipt.index,
          leaf,
          path,
        })
      ) {
        throw new ReceiptRefused("the log has not taken this entry");
      }
      const now = rules.now();
      const age = now - Date.parse(entry.at);
      if (!(age <= receiptLifetimeMs && age >= -1_000) || receipt.index < rules.firstIndex) {
        throw new ReceiptRefused("stale");
      }
      useOnce(receipt.index, now);
      return entry;
    },
  };
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

function checkShape(candidate: unknown): Receipt {
  const receipt = candidate as Receipt;
  const isReceipt =
    typeof candidate === "object" &&
    candidate !== null &&
    [receipt.note, receipt.entry, receipt.salt, receipt.tag].every((part) => typeof part === "string") &&
    Number.isSafeInteger(receipt.index) &&
    Array.isArray(receipt.path) &&
    receipt.path.length <= 10 &&
    receipt.path.every((part) => typeof part === "string") &&
    bytesOf(receipt.salt).length === 32 &&
    bytesOf(receipt.tag).length === 32 &&
    kindIn(receipt.entry) !== undefined;
  if (!isReceipt) throw new ReceiptRefused("not a receipt");
  return receipt;
}

function kindIn(entry: string): EntryKind | undefined {
  try {
    const kind = (JSON.parse(entry) as { kind?: unknown }).kind;
    return typeof kind === "string" && Object.hasOwn(leafKinds, kind) ? (kind as EntryKind) : undefined;
  } catch {
    return undefined;
  }
}
