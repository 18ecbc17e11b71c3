// Once a day has ended in India, the recorder counts what each member of staff looked at, by keyed pseudonym, and says
// who stands out among peers. It asks no opener: who was looked at stays a pseudonym.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Clock } from "../../platform/clock.js";
import { addDays, dateInIndia, instantInIndia } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import { pseudonymOf } from "../entry.js";
import { type StaffDay, unusualOf } from "./peer-scores.js";

const tryEveryMs = 600_000;
const actorsAtOnce = 500;

type Member = Pick<StaffDay, "actor" | "role" | "facility">;
type Counts = Omit<StaffDay, keyof Member>;

/** Scores yesterday, unless that was done. */
export async function scoreYesterday(db: Db, pseudonyms: KeyObject, now: Date): Promise<void> {
  const today = dateInIndia(now);
  const [from, to] = [instantInIndia(addDays(today, -1)), instantInIndia(today)];
  const [closed] = await db.rows<{ is: boolean }>('SELECT log.day_is_closed($1) AS "is"', [from]);
  if (closed?.is) return;
  const staff = await db.rows<Member>("SELECT actor, role, facility FROM log.staff_of_day($1, $2)", [from, to]);
  const days: StaffDay[] = [];
  for (let at = 0; at < staff.length; at += actorsAtOnce) {
    const some = staff.slice(at, at + actorsAtOnce);
    const rows = await db.rows<Counts & { place: number }>(
      "SELECT place, looks, people, idle, night FROM log.looks_of_day($1, $2, $3::bytea[])",
      [from, to, some.map(({ actor }) => pseudonymOf(pseudonyms, "actor", actor))],
    );
    days.push(...rows.map(({ place, ...counts }) => ({ ...some[place]!, ...counts })));
  }
  const unusual = unusualOf(days);
  await db.rows("SELECT log.close_day($1, $2, $3, $4, $5)", [now, from, to, days.length, JSON.stringify(unusual)]);
}

/** Tries again every ten minutes; a day that is done costs one short question. */
export function scoreEachDay(
  db: Db,
  pseudonyms: KeyObject,
  clock: Clock,
  onFailure: (error: unknown) => void,
): () => void {
  const timer = setInterval(() => void scoreYesterday(db, pseudonyms, clock()).catch(onFailure), tryEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
