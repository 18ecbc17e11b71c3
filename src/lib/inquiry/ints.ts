// Lists of whole numbers that grow, and their grouping by a key in one pass: the bones of an index over millions.
// SPDX-License-Identifier: Apache-2.0

export class GrowingInts {
  #values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }
}

export interface Groups {
  /** The numbers of the entries with this key, in order. */
  of(key: number): Int32Array;
}

/** Entries by key (counting sort). */
export function grouped(keys: GrowingInts, keyCount: number): Groups {
  const starts = new Int32Array(keyCount + 1);
  for (let i = 0; i < keys.length; i++) starts[keys.at(i) + 1]!++;
  for (let key = 0; key < keyCount; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice(0, keyCount);
  const entries = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) entries[next[keys.at(i)]!++] = i;
  return { of: (key) => entries.subarray(starts[key]!, starts[key + 1]!) };
}
