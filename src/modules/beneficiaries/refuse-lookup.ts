// Refuses to look a person up by a number alone: a phone number, a reference id, a key of a partner. It looks nothing
// up, so the answer is the same for everybody; that somebody tried is written down as a miss.
// SPDX-License-Identifier: Apache-2.0
import { refused } from "../../platform/errors.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { uuidv7 } from "../../platform/random.js";
import type { Actor, Deps } from "../disclosure/index.js";

/** No sign-in has this id: the log's entry names nobody as the one who looked. */
const nobodySignedIn = "00000000-0000-4000-8000-000000000000";

export async function refuseLookup(deps: Deps, caller: { readonly address: string; readonly actor?: Actor }) {
  const who = subscriberOf(caller.address);
  // Whoever knocks without end is turned away before the log, which is not theirs to fill.
  const seconds = await takeLimits(deps, [{ name: "refused-look-up", who, windowSeconds: 600, most: 60 }]);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const miss = await deps.gate.disclose({
    actor: caller.actor ?? { kind: "citizen", signInId: nobodySignedIn },
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [uuidv7()],
    fields: ["name"],
  });
  if (miss.ok) throw new Error("a look-up without proof was explained");
  return miss.code === "DISCLOSURE_LOG_UNAVAILABLE" ? miss : refused("BENEFICIARY_PROOF_MISSING");
}
