// SQL of the public figures. Only released counts are ever summed; of waiting ones it is only known that they are.
// SPDX-License-Identifier: Apache-2.0
import type { Db, Queryable, Tx } from "../../platform/db/db.js";
import type { JobPayloads } from "../../platform/jobs/enqueue.js";
import type { DailyCount } from "./types.js";

/** False when the event was counted before. */
export async function countDose(
  db: Queryable,
  event: JobPayloads["count-dose"],
  today: string,
  now: Date,
): Promise<boolean> {
  const [row] = await db.rows<{ counted: boolean }>(
    "SELECT registry.count_dose($1, $2, $3, $4, $5, $6::smallint, $7, $8, $9) AS counted",
    [
      event.eventId,
      event.givenOn,
      event.stateId,
      event.districtId,
      event.product,
      event.doseNumber,
      event.by,
      today,
      now,
    ],
  );
  return row!.counted;
}

/** Locks and gives the counts that wait, of days that are over. */
export async function lockWaiting(tx: Tx, today: string): Promise<DailyCount[]> {
  return tx.rows<DailyCount>(
    `SELECT district_id AS "districtId", product, dose_number AS "doseNumber", given_on AS "givenOn", doses
     FROM registry.coverage_daily WHERE released_on IS NULL AND given_on < $1
     ORDER BY district_id, product, dose_number, given_on FOR UPDATE`,
    [today],
  );
}

export async function markReleased(
  tx: Tx,
  releases: readonly { count: DailyCount; releasedOn: string }[],
): Promise<void> {
  await tx.rows(
    `UPDATE registry.coverage_daily c SET released_on = r.released_on
     FROM unnest($1::int[], $2::text[], $3::smallint[], $4::date[], $5::date[])
       AS r (district_id, product, dose_number, given_on, released_on)
     WHERE c.district_id = r.district_id AND c.product = r.product AND c.dose_number = r.dose_number
       AND c.given_on = r.given_on`,
    [
      releases.map(({ count }) => count.districtId),
      releases.map(({ count }) => count.product),
      releases.map(({ count }) => count.doseNumber),
      releases.map(({ count }) => count.givenOn),
      releases.map(({ releasedOn }) => releasedOn),
    ],
  );
}

export interface SumRow {
  placeId: number;
  product: string;
  doseNumber: number;
  doses: number;
  hasMore: boolean;
}

/** Released doses by place, product and dose; places are states, or the districts of one state. */
export async function sums(db: Db, stateId: number | null, today: string): Promise<SumRow[]> {
  return db.rows<SumRow>(
    `SELECT CASE WHEN $1::int IS NULL THEN state_id ELSE district_id END AS "placeId", product,
       dose_number AS "doseNumber", coalesce(sum(doses) FILTER (WHERE released_on IS NOT NULL), 0)::bigint AS doses,
       coalesce(bool_or(released_on IS NULL AND doses > 0), false) AS "hasMore"
     FROM registry.coverage_daily WHERE ($1::int IS NULL OR state_id = $1) AND given_on < $2
     GROUP BY 1, 2, 3`,
    [stateId, today],
  );
}

export async function days(db: Db, stateId: number | null, since: string): Promise<{ day: string; doses: number }[]> {
  return db.rows(
    `SELECT released_on AS day, sum(doses)::bigint AS doses FROM registry.coverage_daily
     WHERE released_on >= $2 AND ($1::int IS NULL OR state_id = $1) GROUP BY released_on ORDER BY released_on`,
    [stateId, since],
  );
}

export interface ReportRow {
  /** Null for everything before. */
  day: string | null;
  product: string;
  doseNumber: number;
  doses: number;
}

/** Released doses of a part of the country: all before a day in one line a product and dose, and each day after it. */
export async function reportRows(
  db: Queryable,
  within: { stateId: number | null; districtId: number | null },
  since: string,
  today: string,
): Promise<ReportRow[]> {
  return db.rows<ReportRow>(
    `SELECT CASE WHEN released_on >= $3 THEN released_on END AS day, product, dose_number AS "doseNumber",
       sum(doses)::bigint AS doses
     FROM registry.coverage_daily
     WHERE ($1::int IS NULL OR state_id = $1) AND ($2::int IS NULL OR district_id = $2)
       AND released_on IS NOT NULL AND given_on < $4
     GROUP BY 1, 2, 3`,
    [within.stateId, within.districtId, since, today],
  );
}

export async function placesIn(db: Db, stateId: number | null): Promise<{ id: number; name: string }[]> {
  return stateId === null
    ? db.rows("SELECT state_id AS id, name FROM registry.states ORDER BY name")
    : db.rows("SELECT district_id AS id, name FROM registry.districts WHERE state_id = $1 ORDER BY name", [stateId]);
}

export async function stateName(db: Db, stateId: number): Promise<string | undefined> {
  const [row] = await db.rows<{ name: string }>("SELECT name FROM registry.states WHERE state_id = $1", [stateId]);
  return row?.name;
}

export interface CsvRow {
  shownOn: string | null;
  stateName: string;
  districtName: string;
  product: string;
  doseNumber: number;
  doses: number;
}

/** One line a day of release, place, product and dose; waiting doses as one line without day or number. */
export async function lines(
  db: Db,
  within: { stateId: number | null; districtId: number | null },
  today: string,
  limit: number,
): Promise<CsvRow[]> {
  return db.rows<CsvRow>(
    `SELECT c.released_on AS "shownOn", s.name AS "stateName", d.name AS "districtName", c.product,
       c.dose_number AS "doseNumber", sum(c.doses)::bigint AS doses
     FROM registry.coverage_daily c JOIN registry.states s USING (state_id)
     JOIN registry.districts d ON d.district_id = c.district_id
     WHERE ($1::int IS NULL OR c.state_id = $1) AND ($2::int IS NULL OR c.district_id = $2) AND c.given_on < $3
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.doses) > 0
     ORDER BY c.released_on DESC NULLS LAST, 2, 3, 4, 5 LIMIT $4`,
    [within.stateId, within.districtId, today, limit],
  );
}
