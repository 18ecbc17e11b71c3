// All SQL of places and facilities.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint, type Queryable } from "../../platform/db/db.js";
import type { DistrictView, FacilityInput, FacilityView, StateView } from "./types.js";

export interface PlaceRows {
  readonly states: readonly StateView[];
  readonly districts: readonly DistrictView[];
}

/** Writes what is new or renamed, and nothing else. */
export async function upsertPlaces(db: Queryable, places: PlaceRows): Promise<void> {
  await db.rows(
    `INSERT INTO registry.states (state_id, name) SELECT * FROM unnest($1::int[], $2::text[])
     ON CONFLICT (state_id) DO UPDATE SET name = excluded.name WHERE states.name <> excluded.name`,
    [places.states.map((s) => s.stateId), places.states.map((s) => s.name)],
  );
  await db.rows(
    `INSERT INTO registry.districts (district_id, state_id, name) SELECT * FROM unnest($1::int[], $2::int[], $3::text[])
     ON CONFLICT (district_id) DO UPDATE SET name = excluded.name, state_id = excluded.state_id
     WHERE (districts.name, districts.state_id) IS DISTINCT FROM (excluded.name, excluded.state_id)`,
    [
      places.districts.map((d) => d.districtId),
      places.districts.map((d) => d.stateId),
      places.districts.map((d) => d.name),
    ],
  );
}

export function selectStates(db: Queryable): Promise<StateView[]> {
  return db.rows<StateView>(`SELECT state_id AS "stateId", name FROM registry.states ORDER BY name`);
}

export function selectDistricts(db: Queryable, stateId: number): Promise<DistrictView[]> {
  return db.rows<DistrictView>(
    `SELECT district_id AS "districtId", state_id AS "stateId", name FROM registry.districts WHERE state_id = $1 ORDER BY name`,
    [stateId],
  );
}

export async function selectDistrict(db: Queryable, districtId: number): Promise<DistrictView | undefined> {
  const [row] = await db.rows<DistrictView>(
    `SELECT district_id AS "districtId", state_id AS "stateId", name FROM registry.districts WHERE district_id = $1`,
    [districtId],
  );
  return row;
}

/** The columns of a FacilityView; `f`, `d` and `st` are facilities, districts and states. Other stores join it in. */
export const facilityColumns = `f.facility_id AS "facilityId", f.center_id AS "centerId", f.name, f.address,
  f.state_id AS "stateId", st.name AS "stateName", f.district_id AS "districtId", d.name AS "districtName",
  f.block_name AS "blockName", f.pincode, to_char(f.opens_at, 'HH24:MI') AS "opensAt",
  to_char(f.closes_at, 'HH24:MI') AS "closesAt", f.fee_type AS "feeType", f.is_active AS "isActive",
  f.latitude, f.longitude`;
export const facilityTables = `registry.facilities f JOIN registry.districts d ON d.district_id = f.district_id
  JOIN registry.states st ON st.state_id = f.state_id`;

export async function selectFacility(db: Queryable, facilityId: string): Promise<FacilityView | undefined> {
  const [row] = await db.rows<FacilityView>(
    `SELECT ${facilityColumns} FROM ${facilityTables} WHERE f.facility_id = $1`,
    [facilityId],
  );
  return row;
}

/** Which facilities: each part narrows. */
export interface FacilityFilter {
  readonly facilityId?: string | undefined;
  readonly districtId?: number | undefined;
  readonly stateId?: number | undefined;
  readonly pincode?: number | undefined;
  readonly nameHas?: string | undefined;
  readonly onlyActive?: boolean | undefined;
  readonly skip: number;
  readonly limit: number;
}

export function selectFacilities(db: Queryable, filter: FacilityFilter): Promise<FacilityView[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: string, value: unknown) =>
    conditions.push(condition.replace("?", `$${values.push(value)}`));
  if (filter.facilityId !== undefined) where("f.facility_id = ?", filter.facilityId);
  if (filter.districtId !== undefined) where("f.district_id = ?", filter.districtId);
  if (filter.stateId !== undefined) where("f.state_id = ?", filter.stateId);
  if (filter.pincode !== undefined) where("f.pincode = ?", filter.pincode);
  if (filter.nameHas) where("strpos(lower(f.name), lower(?)) > 0", filter.nameHas);
  if (filter.onlyActive) conditions.push("f.is_active");
  const limits = `LIMIT $${values.push(filter.limit)} OFFSET $${values.push(filter.skip)}`;
  return db.rows<FacilityView>(
    `SELECT ${facilityColumns} FROM ${facilityTables} WHERE ${["true", ...conditions].join(" AND ")}
     ORDER BY f.is_active DESC, f.name, f.facility_id ${limits}`,
    values,
  );
}

/** Degrees of longitude are shorter than those of latitude, by the cosine of the latitude. */
export function selectFacilitiesNear(
  db: Queryable,
  point: { readonly latitude: number; readonly longitude: number },
  degrees: number,
  limit: number,
): Promise<FacilityView[]> {
  return db.rows<FacilityView>(
    `SELECT ${facilityColumns} FROM ${facilityTables}
     WHERE f.is_active AND f.latitude BETWEEN $1::float8 - $3::float8 AND $1 + $3
       AND abs(f.longitude - $2::float8) * cos(radians($1)) <= $3
     ORDER BY (f.latitude - $1) ^ 2 + ((f.longitude - $2) * cos(radians($1))) ^ 2, f.facility_id LIMIT $4`,
    [point.latitude, point.longitude, degrees, limit],
  );
}

const inputValues = (input: FacilityInput, stateId: number) => [
  input.name,
  input.address,
  stateId,
  input.districtId,
  input.blockName || "Not Applicable",
  Number(input.pincode),
  input.opensAt,
  input.closesAt,
  input.feeType,
];

/** False when the id is taken: the form came twice. `centerId` is tried once; "taken" asks for another. */
export async function insertFacility(
  db: Queryable,
  facilityId: string,
  centerId: number,
  input: FacilityInput,
  stateId: number,
): Promise<boolean | "center-id-taken"> {
  try {
    const rows = await db.rows(
      `INSERT INTO registry.facilities (facility_id, center_id, name, address, state_id, district_id, block_name, pincode,
         opens_at, closes_at, fee_type)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (facility_id) DO NOTHING RETURNING facility_id`,
      [facilityId, centerId, ...inputValues(input, stateId)],
    );
    return rows.length === 1;
  } catch (error) {
    if (brokenConstraint(error) === "facilities_center_id_key") return "center-id-taken";
    throw error;
  }
}

/** False when the place, PIN code or fee would change under sessions that lie ahead. */
export async function updateFacility(
  db: Queryable,
  facilityId: string,
  input: FacilityInput,
  stateId: number,
  today: string,
): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.facilities SET name = $2, address = $3, state_id = $4, district_id = $5, block_name = $6, pincode = $7,
       opens_at = $8, closes_at = $9, fee_type = $10
     WHERE facility_id = $1 AND is_active AND ((district_id, pincode, fee_type) = ($5, $7, $10) OR NOT EXISTS (
       SELECT FROM registry.sessions s WHERE s.facility_id = $1 AND s.held_on >= $11 AND s.status IN ('draft', 'published')))
     RETURNING facility_id`,
    [facilityId, ...inputValues(input, stateId), today],
  );
  return rows.length === 1;
}

/** Closes unless a draft or published session lies ahead. True when it is closed now. */
export async function closeIfIdle(db: Queryable, facilityId: string, today: string): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.facilities SET is_active = false WHERE facility_id = $1 AND NOT EXISTS (
       SELECT FROM registry.sessions s WHERE s.facility_id = $1 AND s.held_on >= $2 AND s.status IN ('draft', 'published'))
     RETURNING facility_id`,
    [facilityId, today],
  );
  return rows.length === 1;
}
