// Carries out what is due: an entry in the log, the key destroyed, the registration marked. A run that was interrupted in
// between finds the key gone and marks what is left. People taken off their account are asked for by that.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../disclosure/index.js";
import { adoptRemoved, hasKey, markErased, markNotStarted, markStarted, selectDue } from "./store.js";

const atOnce = 500;

/** How many were erased, and how many were refused by the log or the vault and wait for the next run. */
export async function eraseDue(deps: Deps): Promise<{ erased: number; refused: number }> {
  const { db, gate, clock } = deps;
  await adoptRemoved(db, clock());
  let erased = 0;
  let refused = 0;
  for (const { erasureId, beneficiaryId } of await selectDue(db, clock(), atOnce)) {
    if (!(await markStarted(db, erasureId, clock()))) continue;
    if (await hasKey(db, beneficiaryId)) {
      const outcome = await gate.erase({ subject: beneficiaryId, erasureId });
      if (!outcome.ok) {
        // Without a clear no the key may be gone: then it stays begun, and the next run looks again.
        if (outcome.code === "DISCLOSURE_NOT_ALLOWED") await markNotStarted(db, erasureId);
        refused++;
        continue;
      }
    }
    await db.transaction((tx) => markErased(tx, { erasureId, beneficiaryId }, clock()));
    erased++;
  }
  return { erased, refused };
}
