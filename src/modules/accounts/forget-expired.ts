// Forgets what has served its purpose: old codes, old counters, and the sealed numbers of sign-ins that are over.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../disclosure/index.js";
import { deleteExpired } from "./store.js";

export async function forgetExpired(deps: Pick<Deps, "db" | "clock">): Promise<void> {
  await deleteExpired(deps.db, deps.clock());
}
