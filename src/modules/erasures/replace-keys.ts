// After erasures: the keys that had wrapped the keys of erased people are replaced and destroyed, up to the root key, so
// that no backup opens what is gone. In steps; what is left when it ends early waits for the next run.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyDesk } from "../disclosure/index.js";

const busyPauseMs = 500;

export async function replaceKeys(keys: Pick<KeyDesk, "step">): Promise<void> {
  for (;;) {
    const { did } = await keys.step();
    if (did === "done") return;
    if (did === "busy") await sleep(busyPauseMs);
  }
}
