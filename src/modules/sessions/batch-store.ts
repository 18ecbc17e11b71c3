// SQL of batches: the stock that sessions of a facility are held with.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint, type Queryable } from "../../platform/db/db.js";
import type { Scope } from "../facilities/index.js";
import type { BatchView } from "./types.js";

export type BatchRow = Omit<BatchView, "state"> & { readonly facilityName: string };

const batchColumns = `b.batch_id AS "batchId", b.facility_id AS "facilityId", b.product, b.lot_number AS "lotNumber",
  b.expires_on AS "expiresOn", b.doses_received AS "dosesReceived", greatest(b.doses_received - b.doses_used, 0) AS "dosesLeft",
  b.withdrawn_at AS "withdrawnAt", f.name AS "facilityName"`;

export function selectBatches(db: Queryable, facilityId: string): Promise<BatchRow[]> {
  return db.rows<BatchRow>(
    `SELECT ${batchColumns} FROM registry.batches b JOIN registry.facilities f USING (facility_id)
     WHERE b.facility_id = $1 ORDER BY b.withdrawn_at IS NOT NULL, b.expires_on, b.lot_number LIMIT 200`,
    [facilityId],
  );
}

/** "exists" when the lot is in the list already under another id; a repeated form changes nothing. */
export async function insertBatch(
  db: Queryable,
  batch: {
    batchId: string;
    facilityId: string;
    product: string;
    lotNumber: string;
    expiresOn: string;
    doses: number;
    at: Date;
  },
): Promise<"added" | "exists"> {
  try {
    await db.rows(
      `INSERT INTO registry.batches (facility_id, batch_id, product, lot_number, expires_on, doses_received, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (facility_id, batch_id) DO NOTHING`,
      [batch.facilityId, batch.batchId, batch.product, batch.lotNumber, batch.expiresOn, batch.doses, batch.at],
    );
    return "added";
  } catch (error) {
    if (brokenConstraint(error) === "batches_facility_id_product_lot_number_key") return "exists";
    throw error;
  }
}

export async function markWithdrawn(db: Queryable, facilityId: string, batchId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.batches SET withdrawn_at = coalesce(withdrawn_at, $3) WHERE facility_id = $1 AND batch_id = $2 RETURNING batch_id`,
    [facilityId, batchId, at],
  );
  return rows.length === 1;
}

const scopeCondition = `($1::uuid IS NULL OR f.facility_id = $1) AND ($2::int IS NULL OR f.district_id = $2) AND ($3::int IS NULL OR f.state_id = $3)`;

/** Usable stock that runs out or expires soon, the most pressing first. */
export function selectLowStock(
  db: Queryable,
  scope: Scope,
  limits: { today: string; soon: string; fewDoses: number },
): Promise<BatchRow[]> {
  return db.rows<BatchRow>(
    `SELECT ${batchColumns} FROM registry.batches b JOIN registry.facilities f USING (facility_id)
     WHERE ${scopeCondition} AND f.is_active AND b.withdrawn_at IS NULL AND b.expires_on >= $4
       AND b.doses_received > b.doses_used AND (b.expires_on <= $5 OR b.doses_received - b.doses_used <= $6)
     ORDER BY b.doses_received - b.doses_used, b.expires_on LIMIT 10`,
    [
      scope.facilityId ?? null,
      scope.districtId ?? null,
      scope.stateId ?? null,
      limits.today,
      limits.soon,
      limits.fewDoses,
    ],
  );
}

export interface Counts {
  readonly sessionsToday: number;
  readonly sessionsAhead: number;
  readonly drafts: number;
  readonly places: number;
  readonly taken: number;
  readonly dosesToday: number;
}

/** Figures of a jurisdiction for today ($4) until a week later ($5). */
export async function selectCounts(db: Queryable, scope: Scope, today: string, until: string): Promise<Counts> {
  const [row] = await db.rows<Counts>(
    `WITH near AS (
       SELECT s.session_id, s.held_on, s.status FROM registry.sessions s JOIN registry.facilities f USING (facility_id)
       WHERE ${scopeCondition} AND s.held_on BETWEEN $4 AND $5 AND s.status <> 'cancelled')
     SELECT count(*) FILTER (WHERE status = 'published' AND held_on = $4)::int AS "sessionsToday",
       count(*) FILTER (WHERE status = 'published' AND held_on > $4)::int AS "sessionsAhead",
       count(*) FILTER (WHERE status = 'draft')::int AS drafts,
       coalesce((SELECT sum(p.capacity) FROM near n JOIN registry.places p USING (session_id) WHERE n.status = 'published'), 0)::int AS places,
       coalesce((SELECT sum(p.taken) FROM near n JOIN registry.places p USING (session_id) WHERE n.status = 'published'), 0)::int AS taken,
       (SELECT count(*) FROM near n JOIN registry.vaccinations v USING (session_id)
        WHERE n.held_on = $4 AND v.status = 'valid')::int AS "dosesToday"
     FROM near`,
    [scope.facilityId ?? null, scope.districtId ?? null, scope.stateId ?? null, today, until],
  );
  return row!;
}
