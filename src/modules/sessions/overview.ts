// What an admin answers for, in figures, and the sessions of a facility or jurisdiction by date.
// SPDX-License-Identifier: Apache-2.0
import { addDays, dateInIndia, type IsoDate } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { scopeOf } from "../facilities/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import { selectCounts, selectLowStock } from "./batch-store.js";
import { withState } from "./manage-batches.js";
import { selectSessions } from "./store.js";
import type { Overview, SessionsFound, SessionView } from "./types.js";

const daysAhead = 7;
const fewDoses = 50;
const soonDays = 14;

type OwnRefusal = "NOT_SIGNED_IN" | "NOT_ALLOWED";

export async function overviewOf(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<Outcome<Overview, OwnRefusal>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const scope = scopeOf(signIn.staff);
  if (!scope) return refused("NOT_ALLOWED");
  const today = dateInIndia(deps.clock());
  const [counts, low] = await Promise.all([
    selectCounts(deps.db, scope, today, addDays(today, daysAhead)),
    selectLowStock(deps.db, scope, { today, soon: addDays(today, soonDays), fewDoses }),
  ]);
  return done({ ...counts, lowStock: low.map((row) => withState(row, today)) });
}

/** Sessions of the admin's jurisdiction, of any status, from a date on. */
export async function listSessions(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  wanted: { facilityId?: string | undefined; from: IsoDate; to?: IsoDate | undefined; skip?: number | undefined },
): Promise<Outcome<SessionsFound, OwnRefusal>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const scope = scopeOf(signIn.staff);
  if (!scope) return refused("NOT_ALLOWED");
  const limit = 25;
  const sessions = await selectSessions(deps.db, {
    ...scope,
    facilityId: scope.facilityId ?? wanted.facilityId,
    from: wanted.from,
    to: wanted.to,
    skip: Math.min(Math.max(wanted.skip ?? 0, 0), 10_000),
    limit: limit + 1,
  });
  return done({ sessions: sessions.slice(0, limit), more: sessions.length > limit });
}

/** The sessions of one facility on one day; for its own staff. */
export function findSessionsOf(
  deps: Pick<Deps, "db">,
  wanted: { facilityId: string; on: IsoDate },
): Promise<SessionView[]> {
  return selectSessions(deps.db, { facilityId: wanted.facilityId, from: wanted.on, to: wanted.on, skip: 0, limit: 50 });
}
