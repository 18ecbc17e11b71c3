// All SQL of sessions, slots, places and batches.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import { type FacilityView, facilityColumns, facilityTables } from "../facilities/index.js";
import { noPlaces, sumPlaces } from "./rules.js";
import type { Pool, SessionPlan, SessionStatus, SessionView } from "./types.js";
import { pools } from "./types.js";

interface SessionRow {
  session_id: string;
  status: SessionStatus;
  held_on: IsoDate;
  product: string;
  min_age: number;
  max_age: number | null;
  fee_rupees: number;
  facility: FacilityView;
  slots: { n: number; from: string; to: string; places: Partial<Record<Pool, [number, number]>> | null }[] | null;
}

function viewOf(row: SessionRow): SessionView {
  const slots = (row.slots ?? []).map((slot) => {
    const left = { ...noPlaces };
    const capacity = { ...noPlaces };
    for (const pool of pools) [capacity[pool], left[pool]] = slot.places?.[pool] ?? [0, 0];
    return { slotNumber: slot.n, startsAt: slot.from, endsAt: slot.to, left, capacity };
  });
  return {
    sessionId: row.session_id,
    status: row.status,
    heldOn: row.held_on,
    product: row.product,
    minAge: row.min_age,
    maxAge: row.max_age,
    feeRupees: row.fee_rupees,
    facility: row.facility,
    slots,
    left: sumPlaces(slots.map((slot) => slot.left)),
    capacity: sumPlaces(slots.map((slot) => slot.capacity)),
  };
}

export interface SessionFilter {
  readonly sessionId?: string | undefined;
  readonly pincode?: number | undefined;
  readonly districtId?: number | undefined;
  readonly stateId?: number | undefined;
  readonly facilityId?: string | undefined;
  readonly from?: IsoDate | undefined;
  readonly to?: IsoDate | undefined;
  readonly product?: string | undefined;
  readonly feeType?: string | undefined;
  readonly age?: number | undefined;
  readonly status?: SessionStatus | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** Sessions with facility, slots and places left: one statement whatever the filter. */
export async function selectSessions(db: Queryable, filter: SessionFilter): Promise<SessionView[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: string, value: unknown) => {
    if (value === undefined) return;
    const parameter = `$${values.push(value)}`;
    conditions.push(condition.replaceAll("?", parameter));
  };
  where("s.session_id = ?", filter.sessionId);
  where("s.pincode = ?", filter.pincode);
  where("s.district_id = ?", filter.districtId);
  where("s.state_id = ?", filter.stateId);
  where("s.facility_id = ?", filter.facilityId);
  where("s.held_on >= ?", filter.from);
  where("s.held_on <= ?", filter.to);
  where("s.product = ?", filter.product);
  where("f.fee_type = ?", filter.feeType);
  where("s.min_age <= ? AND coalesce(s.max_age, 200) >= ?", filter.age);
  where("s.status = ?", filter.status);
  const limits = `LIMIT $${values.push(filter.limit)} OFFSET $${values.push(filter.skip)}`;
  const rows = await db.rows<SessionRow>(
    `WITH page AS (
       SELECT s.session_id, s.status, s.held_on, s.product, s.min_age, s.max_age, s.fee_rupees, ${facilityColumns}
       FROM registry.sessions s JOIN ${facilityTables} ON f.facility_id = s.facility_id
       WHERE ${conditions.join(" AND ")}
       ORDER BY s.held_on, f.name, s.session_id ${limits}
     )
     SELECT p.session_id, p.status, p.held_on, p.product, p.min_age, p.max_age, p.fee_rupees,
       jsonb_build_object('facilityId', p."facilityId", 'centerId', p."centerId", 'name', p.name, 'address', p.address,
         'stateId', p."stateId", 'stateName', p."stateName", 'districtId', p."districtId", 'districtName', p."districtName",
         'blockName', p."blockName", 'pincode', p.pincode, 'opensAt', p."opensAt", 'closesAt', p."closesAt",
         'feeType', p."feeType", 'isActive', p."isActive", 'latitude', p.latitude, 'longitude', p.longitude) AS facility,
       (SELECT jsonb_agg(jsonb_build_object('n', sl.slot_number, 'from', to_char(sl.starts_at, 'HH24:MI'),
           'to', to_char(sl.ends_at, 'HH24:MI'),
           'places', (SELECT jsonb_object_agg(pl.pool, jsonb_build_array(pl.capacity, pl.capacity - pl.taken))
                      FROM registry.places pl WHERE pl.session_id = sl.session_id AND pl.slot_number = sl.slot_number))
         ORDER BY sl.slot_number)
        FROM registry.slots sl WHERE sl.session_id = p.session_id) AS slots
     FROM page p ORDER BY p.held_on, p.name, p.session_id`,
    values,
  );
  return rows.map(viewOf);
}

interface SessionKey {
  readonly sessionId: string;
  readonly facilityId: string;
}

const slotsAndPlaces = `new_slots AS (
    INSERT INTO registry.slots (session_id, slot_number, starts_at, ends_at)
    SELECT w.session_id, u.n, u.starts_at, u.ends_at
    FROM written w, unnest($8::time[], $9::time[]) WITH ORDINALITY AS u (starts_at, ends_at, n)
    RETURNING session_id, slot_number)
  INSERT INTO registry.places (session_id, slot_number, pool, capacity)
  SELECT n.session_id, n.slot_number, p.pool, p.capacity
  FROM new_slots n, unnest($10::text[], $11::int[]) AS p (pool, capacity)`;

const planValues = (key: SessionKey, plan: SessionPlan) => [
  key.sessionId,
  key.facilityId,
  plan.product,
  plan.heldOn,
  plan.minAge,
  plan.maxAge,
  plan.feeRupees,
  plan.slots.map((slot) => slot.startsAt),
  plan.slots.map((slot) => slot.endsAt),
  pools,
  pools.map((pool) => plan.capacity[pool]),
];

/** Session, slots and places in one statement. Does nothing when the id is there: the form came twice. */
export async function insertSession(
  db: Queryable,
  key: SessionKey,
  plan: SessionPlan,
  by: string,
  at: Date,
): Promise<void> {
  await db.rows(
    `WITH written AS (
       INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age,
         max_age, fee_rupees, status, created_by, created_at)
       SELECT $1, f.facility_id, f.state_id, f.district_id, f.pincode, $3, $4, $5, $6, $7, 'draft', $12, $13
       FROM registry.facilities f WHERE f.facility_id = $2 AND f.is_active
       ON CONFLICT (session_id) DO NOTHING RETURNING session_id),
     ${slotsAndPlaces}`,
    [...planValues(key, plan), by, at],
  );
}

/** Writes a draft anew. False when it is no draft (any more). Run inside a transaction. */
export async function replaceDraft(tx: Queryable, key: SessionKey, plan: SessionPlan): Promise<boolean> {
  const [draft] = await tx.rows(`SELECT FROM registry.sessions WHERE session_id = $1 AND status = 'draft' FOR UPDATE`, [
    key.sessionId,
  ]);
  if (!draft) return false;
  await tx.rows("DELETE FROM registry.places WHERE session_id = $1", [key.sessionId]);
  await tx.rows("DELETE FROM registry.slots WHERE session_id = $1", [key.sessionId]);
  await tx.rows(
    `WITH written AS (
       UPDATE registry.sessions SET product = $3, held_on = $4, min_age = $5, max_age = $6, fee_rupees = $7
       WHERE session_id = $1 AND facility_id = $2 RETURNING session_id),
     ${slotsAndPlaces}`,
    planValues(key, plan),
  );
  return true;
}

export async function markPublished(db: Queryable, sessionId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.sessions SET status = 'published', published_at = $2 WHERE session_id = $1 AND status = 'draft' RETURNING session_id`,
    [sessionId, at],
  );
  return rows.length === 1;
}

export async function markCancelled(
  db: Queryable,
  sessionId: string,
  by: string,
  reason: string,
  at: Date,
): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.sessions SET status = 'cancelled', cancelled_at = $4, cancelled_by = $2, cancel_reason = $3
     WHERE session_id = $1 AND status IN ('draft', 'published') RETURNING session_id`,
    [sessionId, by, reason, at],
  );
  return rows.length === 1;
}
