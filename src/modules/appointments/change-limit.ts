// How often an account may change its appointments. Each change sends a message to everybody concerned and gives a
// place back: without a limit one sign-in could fill a phone, spend the programme's messages and hold places in turn.
// SPDX-License-Identifier: Apache-2.0
import { takeLimits } from "../../platform/limits/index.js";
import type { Deps } from "../disclosure/index.js";

const mostAnHour = 20;

/** Takes one change; the seconds to wait when there were too many, or 0. */
export function takeChange(deps: Deps, accountId: string): Promise<number> {
  return takeLimits(deps, [
    { name: "appointment-changes-by-account", who: accountId, windowSeconds: 3600, most: mostAnHour },
  ]);
}
