// Finds published sessions for anybody: by PIN code or district, for up to seven days. Asks nothing about a person.
// SPDX-License-Identifier: Apache-2.0
import { addDays, isIsoDate } from "../../platform/clock.js";
import { done, invalid, type Outcome, type Problem } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import type { SessionCode } from "./errors.js";
import { selectSessions } from "./store.js";
import type { SessionSearch, SessionsFound, SessionView } from "./types.js";

const mostDays = 7;
const largestPage = 50;
const furthestSkip = 1_000;

function checkSearch(search: SessionSearch): Problem<SessionCode>[] {
  const problems: Problem<SessionCode>[] = [];
  if ((search.pincode === undefined) === (search.districtId === undefined)) {
    problems.push({ field: "pincode", code: "SESSION_PLACE_MISSING" });
  }
  const { pincode } = search;
  if (pincode !== undefined && !(Number.isInteger(pincode) && pincode >= 100_000 && pincode <= 999_999)) {
    problems.push({ field: "pincode", code: "SESSION_PINCODE_WRONG" });
  }
  // The last day searched must be one as well: the calendar ends with the year 9999.
  if (!isIsoDate(search.from) || !isIsoDate(addDays(search.from, mostDays)))
    problems.push({ field: "from", code: "SESSION_DATE_WRONG" });
  return problems;
}

export async function searchSessions(
  deps: Pick<Deps, "db">,
  search: SessionSearch,
): Promise<Outcome<SessionsFound, SessionCode | "INPUT_INVALID">> {
  const problems = checkSearch(search);
  if (problems.length > 0) return invalid(problems);
  const days = Math.min(Math.max(Math.trunc(search.days) || 1, 1), mostDays);
  const limit = Math.min(Math.max(Math.trunc(search.limit ?? 10), 1), largestPage);
  const sessions = await selectSessions(deps.db, {
    pincode: search.pincode,
    districtId: search.districtId,
    from: search.from,
    to: addDays(search.from, days - 1),
    product: search.product,
    feeType: search.feeType,
    age: search.age,
    status: "published",
    skip: Math.min(Math.max(Math.trunc(search.skip ?? 0), 0), furthestSkip),
    limit: limit + 1,
  });
  return done({ sessions: sessions.slice(0, limit), more: sessions.length > limit });
}

/** One session whatever its status, or undefined. */
export async function findSession(deps: Pick<Deps, "db">, sessionId: string): Promise<SessionView | undefined> {
  if (!isUuid(sessionId)) return undefined;
  const [session] = await selectSessions(deps.db, { sessionId, skip: 0, limit: 1 });
  return session;
}
