// Work that uses something up (places, doses) is measured in waves: everybody once, against the clock; then what they
// used is put back while the clock stands.
// SPDX-License-Identifier: Apache-2.0
import type { Measured } from "./harness.js";

export interface Wave {
  /** Everybody once; says how many that were. */
  run(): Promise<number>;
  /** Throws when the wave left anything wrong; then puts everything back. */
  settle(): Promise<void>;
}

export function inWaves({ run, settle }: Wave): Measured {
  return async (seconds) => {
    let [done, elapsed] = [0, 0];
    while (elapsed < seconds * 1_000) {
      const begun = performance.now();
      done += await run();
      elapsed += performance.now() - begun;
      await settle();
    }
    return (done * 1_000) / elapsed;
  };
}
