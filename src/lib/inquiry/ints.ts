// Lists of whole numbers that grow, their grouping by a key, and tables from hashes to numbers: the bones of an index
// over millions, in plain arrays of numbers.
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

/** How many of a sorted list are at most a value. */
export function countUpTo(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
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

/** 53 bits of a text that is an id, over its UTF-16 units; ids of plain letters hash the same from bytes. */
export function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15);
  }
  return finished(a, b);
}

/** The same from the bytes of a text of plain letters. */
export class BytesHash {
  value = 0;

  /** Hashes up to a byte, and says where that is; `to` where it does not come, or an escape or a letter beyond ASCII does. */
  until(bytes: Uint8Array, from: number, to: number, last: number): number {
    let [a, b, i] = [0x811c9dc5, 0x9747b28c, from];
    for (; i < to; i++) {
      const unit = bytes[i]!;
      if (unit === last) break;
      if (unit === 92 || unit > 127) return to;
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x5bd1e995) ^ (b >>> 15);
    }
    this.value = finished(a, b);
    return i;
  }
}

function finished(a: number, b: number): number {
  const mixed = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  const other = Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 13)) >>> 0) * 2 ** 21 + ((other ^ (other >>> 16)) >>> 11);
}

/** From hashes to numbers; open addressing, at most half full. */
export class HashTable {
  #keys = new Float64Array(1024).fill(-1);
  #values = new Int32Array(1024);
  #count = 0;

  set(hash: number, value: number): void {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    const slot = this.#slot(hash);
    if (this.#keys[slot] === -1) this.#count++;
    this.#keys[slot] = hash;
    this.#values[slot] = value;
  }

  get(hash: number): number | undefined {
    const slot = this.#slot(hash);
    return this.#keys[slot] === -1 ? undefined : this.#values[slot];
  }

  #slot(hash: number): number {
    const mask = this.#keys.length - 1;
    let slot = (hash | 0) & mask;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#values = new Int32Array(keys.length * 2);
    this.#count = 0;
    keys.forEach((key, i) => {
      if (key !== -1) this.set(key, values[i]!);
    });
  }
}

/** Numbers under keys, of which 32 bits are kept: what is found under a key must be compared with what was meant. */
export class NumbersByKey {
  readonly #keys = new GrowingInts();
  readonly #numbers = new GrowingInts();
  #groups: Groups | undefined;
  #mask = 0;

  add(key: number, number: number): void {
    this.#keys.push(scrambled(key));
    this.#numbers.push(number);
  }

  close(): this {
    this.#mask = 2 ** Math.ceil(Math.log2(Math.max(16, this.#keys.length))) - 1;
    const buckets = new GrowingInts();
    for (let i = 0; i < this.#keys.length; i++) buckets.push(this.#keys.at(i) & this.#mask);
    this.#groups = grouped(buckets, this.#mask + 1);
    return this;
  }

  /** The numbers under a key, or none where there are more than `most`. */
  of(key: number, most: number): number[] {
    const wanted = scrambled(key);
    const found: number[] = [];
    for (const entry of this.#groups!.of(wanted & this.#mask)) {
      if (this.#keys.at(entry) !== wanted || found.at(-1) === this.#numbers.at(entry)) continue;
      if (found.length === most) return [];
      found.push(this.#numbers.at(entry));
    }
    return found;
  }
}

const scrambled = (key: number): number => {
  const high = Math.imul((key / 2 ** 26) | 0, 0x9e3779b1);
  const mixed = Math.imul(((key % 2 ** 26) | 0) ^ high ^ (high >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) | 0;
};
