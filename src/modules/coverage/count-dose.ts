// Counts one dose into the public figures, or takes back one entered in error. An event is counted once.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { JobPayloads } from "../../platform/jobs/enqueue.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./store.js";

/** False when the event was counted before. */
export async function countDose(deps: Pick<Deps, "db" | "clock">, event: JobPayloads["count-dose"]): Promise<boolean> {
  const now = deps.clock();
  return store.countDose(deps.db, event, dateInIndia(now), now);
}
