// The demo's chance: the same seed number gives the same country, with the same ids.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

export interface Dice {
  /** An id that belongs to a label: the same label, the same id. */
  id(label: string): string;
  /** A whole number from `least` to `most` that belongs to a label. */
  pick(label: string, least: number, most: number): number;
}

export function diceOf(seed: number): Dice {
  const hash = (label: string) => createHash("sha256").update(`sakshi demo ${seed}: ${label}`).digest();
  return {
    id(label) {
      const bytes = hash(label).subarray(0, 16);
      // UUID version 8 (RFC 9562): bits of our own choice.
      bytes[6] = (bytes[6]! & 0x0f) | 0x80;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = bytes.toString("hex");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
    pick: (label, least, most) => least + (hash(label).readUInt32BE(16) % (most - least + 1)),
  };
}

/** Runs the work on all items, a few at a time. */
export async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
