// What is on offer, for whoever keeps it in memory: everything once, then only what changed.
// A watcher that pauses for longer than changes are kept starts anew.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./availability-store.js";
import type { OfferedSession } from "./types.js";

/** How far a watcher has read. Opaque to whoever holds it. */
export interface OfferMark {
  readonly since: string;
  /** What was seen of transactions from `since` on: it comes again until the oldest of them has ended. */
  readonly seen: ReadonlyMap<string, string>;
}
const districtsAtOnce = 40;
const sessionsAtOnce = 2_000;

export interface Offers {
  readonly mark: OfferMark;
  /** The districts that were read whole, also those with nothing on offer. */
  readonly districtIds: readonly number[];
  /** The sessions that were read alone, also those that are not on offer any more. */
  readonly sessionIds: readonly string[];
  readonly sessions: readonly OfferedSession[];
}

/** Everything on offer from today on. */
export async function allOffers(deps: Pick<Deps, "db" | "clock">): Promise<Offers> {
  const since = await store.selectNow(deps.db);
  const districtIds = await store.selectDistrictsWithOffers(deps.db, dateInIndia(deps.clock()));
  const sessions = await readDistricts(deps, districtIds);
  return { mark: { since, seen: new Map() }, districtIds, sessionIds: [], sessions };
}

/** What changed after the mark, as it is now. */
export async function changedOffers(deps: Pick<Deps, "db" | "clock">, mark: OfferMark): Promise<Offers> {
  const { next, changes } = await store.selectChanges(deps.db, mark.since);
  const named = (changes ?? []).map((one) => ({
    ...one,
    name: one.sessionId ?? `district ${one.districtId}`,
    what: `${one.newest}/${one.count}`,
  }));
  const fresh = named.filter(({ name, what }) => mark.seen.get(name) !== what);
  const districtIds = fresh.filter((one) => one.sessionId === null).map((one) => one.districtId);
  const whole = new Set(districtIds);
  const sessionIds = fresh.flatMap((one) => (one.sessionId && !whole.has(one.districtId) ? [one.sessionId] : []));
  const sessions = [...(await readDistricts(deps, districtIds)), ...(await readSessions(deps, sessionIds))];
  // With the same beginning the same rows are counted again; a later one counts fewer, and reads once more at most.
  const seen = next === mark.since ? new Map(named.map(({ name, what }) => [name, what])) : new Map<string, string>();
  return { mark: { since: next, seen }, districtIds, sessionIds, sessions };
}

/** Old changes go now and then; no watcher needs them. */
export function forgetOldChanges(deps: Pick<Deps, "db">): Promise<void> {
  return store.deleteOldChanges(deps.db);
}

async function readDistricts(deps: Pick<Deps, "db" | "clock">, ids: readonly number[]): Promise<OfferedSession[]> {
  const today = dateInIndia(deps.clock());
  const sessions: OfferedSession[] = [];
  for (let at = 0; at < ids.length; at += districtsAtOnce) {
    const districtIds = ids.slice(at, at + districtsAtOnce);
    for (const one of await store.selectOffers(deps.db, { districtIds }, today)) sessions.push(one);
  }
  return sessions;
}

async function readSessions(deps: Pick<Deps, "db" | "clock">, ids: readonly string[]): Promise<OfferedSession[]> {
  const today = dateInIndia(deps.clock());
  const sessions: OfferedSession[] = [];
  for (let at = 0; at < ids.length; at += sessionsAtOnce) {
    const sessionIds = ids.slice(at, at + sessionsAtOnce);
    for (const one of await store.selectOffers(deps.db, { sessionIds }, today)) sessions.push(one);
  }
  return sessions;
}
