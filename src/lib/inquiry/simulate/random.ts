// Random numbers from a seed: the same seed gives the same world, byte for byte, on every machine.
// sfc32 (Chris Doty-Humphrey, PractRand), seeded by SHA-256 of the seed and a name for the stream.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number | string, stream = "") {
    const digest = createHash("sha256").update(`${seed}\n${stream}`).digest();
    this.#state = new Uint32Array([0, 4, 8, 12].map((at) => digest.readUInt32LE(at)));
  }

  /** At least 0, below 1. */
  next(): number {
    const s = this.#state;
    const sum = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3] = s[3]! + 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + sum;
    return sum / 2 ** 32;
  }

  /** At least 0, below n. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Zipf-like: early ones are picked much oftener, as names are. */
  pickCommon<T>(list: readonly T[]): T {
    return list[Math.floor(list.length * this.next() ** 2.2)]!;
  }

  /** Up to n different ones, in random order. */
  sample<T>(list: readonly T[], n: number): T[] {
    const pool = [...list];
    const take = Math.min(n, pool.length);
    for (let i = 0; i < take; i++) {
      const j = i + this.below(pool.length - i);
      [pool[i], pool[j]] = [pool[j]!, pool[i]!];
    }
    return pool.slice(0, take);
  }
}
