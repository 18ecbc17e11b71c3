// Single bytes of a published log changed, one at a time, at seeded places: each must be refused.
// SPDX-License-Identifier: Apache-2.0
import { diceOf } from "../../src/demo/random.js";

export interface ByteChange {
  readonly path: string;
  readonly at: number;
  /** Flipped bits: from 1 to 255. */
  readonly by: number;
}

/** The changes that were accepted: none, when all is well. */
export async function acceptedChanges(
  files: ReadonlyMap<string, Buffer>,
  { changes, seed, isRefused, onProgress }: ByteChanges,
): Promise<ByteChange[]> {
  const dice = diceOf(seed);
  const paths = [...files.keys()].sort();
  const accepted: ByteChange[] = [];
  for (let n = 0; n < changes; n++) {
    const path = paths[dice.pick(`file ${n}`, 0, paths.length - 1)]!;
    const bytes = Buffer.from(files.get(path)!);
    const at = dice.pick(`place ${n}`, 0, bytes.length - 1);
    const by = dice.pick(`bits ${n}`, 1, 255);
    bytes[at]! ^= by;
    if (!(await isRefused(new Map(files).set(path, bytes)))) accepted.push({ path, at, by });
    onProgress?.(n + 1);
  }
  return accepted;
}

export interface ByteChanges {
  readonly changes: number;
  readonly seed: number;
  readonly isRefused: (files: ReadonlyMap<string, Buffer>) => Promise<boolean>;
  readonly onProgress?: (done: number) => void;
}
