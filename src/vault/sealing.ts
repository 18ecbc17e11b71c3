// The recorder asks the opener to seal entries, for it has no key of any person itself, and proves by a keyed code
// that it is the recorder that asks. Once the log has them it hands over its receipt.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";
import type { FrameClient } from "../platform/frames/index.js";
import { accountabilitySealedBytes, type EntryKind, subjectSealedBytes } from "./entry.js";

export interface Unsealed {
  readonly kind: EntryKind;
  /** Absent in a miss. */
  readonly subject?: string;
  readonly isNew: boolean;
  readonly n: number;
  readonly entry: string;
  /** Left out in a miss, where the opener makes it from the entry and its salt. */
  readonly accountability?: string;
}
const sealingStates = ["nobody", "sealed", "unavailable"] as const;
export type SealingState = (typeof sealingStates)[number];
export interface SealedEntry {
  /** "nobody": the person has no key. "unavailable": it cannot be had now. Then nothing else here means anything. */
  readonly state: SealingState;
  readonly tag: Buffer;
  readonly salt: Buffer;
  readonly accountability: Buffer;
  readonly subject: Buffer;
}

const sealedStride = 1 + 32 + 32 + accountabilitySealedBytes + subjectSealedBytes;
const entriesPerCall = 256;

/** The keyed code of a sealing request, over the text that both sides see. */
export function sealingMac(channel: KeyObject, body: Buffer): Buffer {
  return createHmac("sha256", channel).update("vr/seal-entries/v1\0").update(body).digest();
}

export function packSealed(entries: readonly SealedEntry[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => [
      Buffer.of(sealingStates.indexOf(entry.state)),
      entry.tag,
      entry.salt,
      entry.accountability,
      entry.subject,
    ]),
    entries.length * sealedStride,
  );
}

function unpackSealed(bytes: Buffer, count: number): SealedEntry[] {
  if (bytes.length !== count * sealedStride) throw new Error("the opener sealed another number of entries");
  return Array.from({ length: count }, (_, at) => {
    const row = bytes.subarray(at * sealedStride, (at + 1) * sealedStride);
    const subjectAt = 65 + accountabilitySealedBytes;
    return {
      state: sealingStates[row[0]!] ?? "unavailable",
      tag: row.subarray(1, 33),
      salt: row.subarray(33, 65),
      accountability: row.subarray(65, subjectAt),
      subject: row.subarray(subjectAt),
    };
  });
}

export type SealEntries = (entries: readonly Unsealed[]) => Promise<SealedEntry[]>;
/** A signed receipt, and the leaf hashes of its batch in order. Rejects unless the opener has taken it. */
export type HandOver = (note: string, leaves: Buffer) => Promise<void>;

export function handingTo(opener: FrameClient): HandOver {
  return async (note, leaves) => {
    const { head } = await opener.call({ head: { op: "taken", note }, blobs: [leaves] });
    if (!(head as { ok: boolean }).ok) throw new Error("the opener refused the log's receipt");
  };
}

export function sealingBy(opener: FrameClient, channel: KeyObject): SealEntries {
  async function sealSome(entries: readonly Unsealed[]): Promise<SealedEntry[]> {
    const body = Buffer.from(JSON.stringify(entries), "utf8");
    const answer = await opener.call({
      head: { op: "seal-entries" },
      blobs: [sealingMac(channel, body), body],
    });
    return unpackSealed(answer.blobs[0] ?? Buffer.alloc(0), entries.length);
  }
  return async (entries) => {
    const parts: Promise<SealedEntry[]>[] = [];
    for (let at = 0; at < entries.length; at += entriesPerCall)
      parts.push(sealSome(entries.slice(at, at + entriesPerCall)));
    return (await Promise.all(parts)).flat();
  };
}
