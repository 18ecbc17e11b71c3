// Has the database remove what the catalogue's periods allow no longer. Gives how many rows went, by table.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../disclosure/index.js";
import { removeOld } from "./store.js";

export async function keepNoLonger({ db, clock }: Pick<Deps, "db" | "clock">): Promise<ReadonlyMap<string, number>> {
  const removed = await removeOld(db, clock());
  return new Map(removed.map(({ table, gone }) => [table, gone]));
}
