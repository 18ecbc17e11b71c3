// Releases the counts of past days that have become enough to show. Running it twice changes nothing.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Deps } from "../disclosure/index.js";
import { releasesOf } from "./rules.js";
import * as store from "./store.js";

/** How many daily counts were released. */
export async function releaseCoverage(deps: Pick<Deps, "db" | "clock">): Promise<number> {
  return deps.db.transaction(async (tx) => {
    const releases = releasesOf(await store.lockWaiting(tx, dateInIndia(deps.clock())));
    if (releases.length > 0) await store.markReleased(tx, releases);
    return releases.length;
  });
}
