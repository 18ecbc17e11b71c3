// SQL of what is on offer: all published sessions of some districts at once, and which districts changed since.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import { facilityColumns, facilityTables } from "../facilities/index.js";
import type { OfferedSession, OfferedSlot } from "./types.js";

/** Districts that have a published session from a day on. */
export async function selectDistrictsWithOffers(db: Queryable, from: IsoDate): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    `SELECT DISTINCT district_id AS id FROM registry.sessions WHERE status = 'published' AND held_on >= $1 ORDER BY 1`,
    [from],
  );
  return rows.map((row) => row.id);
}

interface OfferRow extends Omit<OfferedSession, "facility" | "slots"> {
  readonly slots: OfferedSlot[] | null;
}

/** Published sessions of districts, or those of some ids, from a day on; in no order. */
export async function selectOffers(
  db: Queryable,
  wanted: { readonly districtIds: readonly number[] } | { readonly sessionIds: readonly string[] },
  from: IsoDate,
): Promise<OfferedSession[]> {
  const [condition, ids] =
    "districtIds" in wanted
      ? (["s.district_id = ANY ($1::int[])", wanted.districtIds] as const)
      : (["s.session_id = ANY ($1::uuid[])", wanted.sessionIds] as const);
  const rows = await db.rows<OfferRow & OfferedSession["facility"]>(
    `SELECT s.session_id AS "sessionId", s.held_on AS "heldOn", s.product, s.min_age AS "minAge", s.max_age AS "maxAge",
       s.fee_rupees AS "feeRupees", ${facilityColumns},
       (SELECT json_agg(json_build_object('startsAt', to_char(sl.starts_at, 'HH24:MI'), 'endsAt', to_char(sl.ends_at, 'HH24:MI'),
            'dose1', p.dose1, 'dose2', p.dose2, 'precaution', p.precaution) ORDER BY sl.slot_number)
        FROM registry.slots sl CROSS JOIN LATERAL (
          SELECT coalesce(sum(pl.capacity - pl.taken) FILTER (WHERE pl.pool = 'dose1'), 0) AS dose1,
            coalesce(sum(pl.capacity - pl.taken) FILTER (WHERE pl.pool = 'dose2'), 0) AS dose2,
            coalesce(sum(pl.capacity - pl.taken) FILTER (WHERE pl.pool = 'precaution'), 0) AS precaution
          FROM registry.places pl WHERE pl.session_id = sl.session_id AND pl.slot_number = sl.slot_number) p
        WHERE sl.session_id = s.session_id) AS slots
     FROM registry.sessions s JOIN ${facilityTables} ON f.facility_id = s.facility_id
     WHERE ${condition} AND s.held_on >= $2 AND s.status = 'published'`,
    [ids, from],
  );
  return rows.map(({ sessionId, heldOn, product, minAge, maxAge, feeRupees, slots, ...facility }) => ({
    sessionId,
    heldOn,
    product,
    minAge,
    maxAge,
    feeRupees,
    facility,
    slots: slots ?? [],
  }));
}

export interface ChangeRow {
  /** The next question begins here: every transaction before it has ended. */
  readonly next: string;
  readonly changes: { districtId: number; sessionId: string | null; newest: number; count: number }[] | null;
}

/** Changes of transactions from `since` on, and where to go on from. A transaction that still runs is asked for again. */
export async function selectChanges(db: Queryable, since: string): Promise<ChangeRow> {
  const [row] = await db.rows<ChangeRow>(
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS next,
       (SELECT json_agg(c) FROM (
          SELECT district_id AS "districtId", session_id AS "sessionId", max(change_id) AS newest, count(*) AS count
          FROM registry.availability_changes WHERE xact >= $1::xid8 GROUP BY district_id, session_id) c) AS changes`,
    [since],
  );
  return row!;
}

/** From here on a reader that loads everything misses nothing. */
export async function selectNow(db: Queryable): Promise<string> {
  const [row] = await db.rows<{ next: string }>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS next");
  return row!.next;
}

/** By the database's own clock, as the rows were written. */
export async function deleteOldChanges(db: Queryable): Promise<void> {
  await db.rows("DELETE FROM registry.availability_changes WHERE changed_at < now() - interval '15 minutes'");
}
