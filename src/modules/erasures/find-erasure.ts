// The request that waits for a person, for pages of the account that holds them. Discloses nothing.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../disclosure/index.js";
import { selectWaiting } from "./store.js";
import type { Erasure } from "./types.js";

export function findErasure(deps: Pick<Deps, "db">, beneficiaryId: string): Promise<Erasure | undefined> {
  return selectWaiting(deps.db, beneficiaryId);
}
