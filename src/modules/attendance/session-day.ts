// Today's sessions of the facility, and one session's list. Nothing here identifies anybody: a record opens later,
// through the gate, when the person has checked in.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type Staff, type StaffActor, worksAtSessionSite } from "../staff/index.js";
import * as store from "./store.js";
import type { DayLine, DaySession, SessionDay } from "./types.js";

const pageSize = 50;
type SiteError = "NOT_SIGNED_IN" | "NOT_ALLOWED";

/** The facility and date that a member of staff works at; refused for roles that do not work at a session site. */
export async function siteOf(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<Outcome<{ staff: Staff; day: store.Day }, SiteError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const { staff } = signIn;
  if (!worksAtSessionSite(staff.role) || !staff.facilityId) return refused("NOT_ALLOWED");
  return done({ staff, day: { facilityId: staff.facilityId, on: dateInIndia(deps.clock()) } });
}

export async function listTodaysSessions(deps: Deps, actor: StaffActor): Promise<Outcome<DaySession[], SiteError>> {
  const site = await siteOf(deps, actor);
  return site.ok ? done(await store.sessions(deps.db, site.value.day, null)) : site;
}

/** A session that admits people today where this member of staff works. */
export async function findTodaysSession(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  sessionId: string,
): Promise<Outcome<{ staff: Staff; session: DaySession }, SiteError | "ATTENDANCE_NOT_TODAY">> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const session = isUuid(sessionId) && (await store.sessions(deps.db, site.value.day, sessionId))[0];
  return session && !session.isCancelled ? done({ staff: site.value.staff, session }) : refused("ATTENDANCE_NOT_TODAY");
}

export async function findSessionDay(
  deps: Deps,
  actor: StaffActor,
  input: { sessionId: string; last4?: string | undefined; skip?: number | undefined },
): Promise<Outcome<SessionDay, SiteError | "ATTENDANCE_NOT_TODAY" | "INPUT_INVALID">> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const session = isUuid(input.sessionId) && (await store.sessions(deps.db, site.value.day, input.sessionId))[0];
  if (!session) return refused("ATTENDANCE_NOT_TODAY");
  if (input.last4 && !/^\d{4}$/.test(input.last4))
    return invalid([{ field: "last4", code: "ATTENDANCE_SEARCH_WRONG" }]);
  const skip = Math.min(Math.max(Math.trunc(input.skip ?? 0) || 0, 0), 10_000);
  const lines = await store.lines(deps.db, site.value.day, input.sessionId, {
    last4: input.last4 || null,
    appointmentId: null,
    beneficiaryId: null,
    skip,
    limit: pageSize + 1,
  });
  return done({ session, lines: lines.slice(0, pageSize), more: lines.length > pageSize });
}

export interface PersonToday {
  readonly staff: Staff;
  readonly session: DaySession;
  readonly line: DayLine;
}

/** One line of today's list; refused when it is of another facility or day. */
export async function findPersonToday(
  deps: Deps,
  actor: StaffActor,
  ids: { sessionId: string; appointmentId: string; beneficiaryId: string },
): Promise<Outcome<PersonToday, SiteError | "ATTENDANCE_NOT_TODAY">> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  if (![ids.sessionId, ids.appointmentId, ids.beneficiaryId].every(isUuid)) return refused("ATTENDANCE_NOT_TODAY");
  const [[session], [line]] = await Promise.all([
    store.sessions(deps.db, site.value.day, ids.sessionId),
    store.lines(deps.db, site.value.day, ids.sessionId, {
      last4: null,
      appointmentId: ids.appointmentId,
      beneficiaryId: ids.beneficiaryId,
      skip: 0,
      limit: 1,
    }),
  ]);
  if (session && line) return done({ staff: site.value.staff, session, line });
  // An old link of the day's own list, whose appointment was cancelled or moved since: no attempt at anybody.
  if (await store.wasHere(deps.db, site.value.day, ids)) return refused("ATTENDANCE_NOT_TODAY");
  // Ids that lead nowhere here: the recorder refuses, writes the attempt down and counts it.
  await deps.gate.disclose({
    actor,
    purpose: "check-in",
    explanation: { kind: "appointment-here", appointmentId: ids.appointmentId },
    subjects: [ids.beneficiaryId],
    fields: ["name"],
  });
  return refused("ATTENDANCE_NOT_TODAY");
}
