// What is on offer, for whoever keeps it in memory: everything once, then only the districts that changed.
// A watcher that pauses for longer than changes are kept starts anew.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./availability-store.js";
import type { OfferedSession } from "./types.js";

/** How far a watcher has read. Opaque to whoever holds it. */
export interface OfferMark {
  readonly since: string;
  /** What was seen of transactions from `since` on, for districts: it comes again until the oldest of them has ended. */
  readonly seen: ReadonlyMap<number, string>;
}
const districtsAtOnce = 40;

export interface Offers {
  readonly mark: OfferMark;
  /** The districts that were read, also those with nothing on offer. */
  readonly districtIds: readonly number[];
  readonly sessions: readonly OfferedSession[];
}

/** Everything on offer from today on. */
export async function allOffers(deps: Pick<Deps, "db" | "clock">): Promise<Offers> {
  const since = await store.selectNow(deps.db);
  const districtIds = await store.selectDistrictsWithOffers(deps.db, dateInIndia(deps.clock()));
  return { mark: { since, seen: new Map() }, districtIds, sessions: await read(deps, districtIds) };
}

/** What the districts that changed after the mark offer now. */
export async function changedOffers(deps: Pick<Deps, "db" | "clock">, mark: OfferMark): Promise<Offers> {
  const { next, districts } = await store.selectChanges(deps.db, mark.since);
  const found = (districts ?? []).map(({ id, newest, count }) => [id, `${newest}/${count}`] as const);
  const districtIds = found.filter(([id, what]) => mark.seen.get(id) !== what).map(([id]) => id);
  // With the same beginning the same rows are counted again; a later one counts fewer, and reads once more at most.
  const seen = next === mark.since ? new Map(found) : new Map<number, string>();
  return { mark: { since: next, seen }, districtIds, sessions: await read(deps, districtIds) };
}

/** Old changes go now and then; no watcher needs them. */
export function forgetOldChanges(deps: Pick<Deps, "db">): Promise<void> {
  return store.deleteOldChanges(deps.db);
}

async function read(deps: Pick<Deps, "db" | "clock">, districtIds: readonly number[]): Promise<OfferedSession[]> {
  const today = dateInIndia(deps.clock());
  const sessions: OfferedSession[] = [];
  for (let at = 0; at < districtIds.length; at += districtsAtOnce) {
    sessions.push(...(await store.selectOffers(deps.db, districtIds.slice(at, at + districtsAtOnce), today)));
  }
  return sessions;
}
