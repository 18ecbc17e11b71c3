// The words in which a place and a way of coming are put to the rules.
// SPDX-License-Identifier: Apache-2.0
import type { DoseQuestion } from "./types.js";

/**
 * Channel and circumstances of a dose at a facility. A state opts in to walk-ins by publishing walk-in places, so
 * whoever stands in one came where it did.
 */
export function channelAt(
  feeType: "Free" | "Paid",
  access: "online" | "walk-in",
): Pick<DoseQuestion, "channel" | "circumstances"> {
  const channel = `${feeType === "Free" ? "gov" : "private"}-${access}`;
  return { channel, circumstances: access === "walk-in" ? ["state-opts-in"] : [] };
}
