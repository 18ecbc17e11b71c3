// The rows of made-up people by the thousand: what registering, booking, vaccination and certificates leave behind, in
// one statement. Boxes and keys are noise of the right length: nobody can open them, and nobody is in them.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../platform/db/db.js";

/** What records of the demo weigh, sealed: `sakshi db sizes` tells what they weigh on an installation. */
const bytesOf = { identity: 168, contact: 95, dose: 543, certificate: 5_351, key: 63, token: 32, phone: 16 };

const noise = (bytes: number): string => `substr($3::bytea, 1 + (random() * ($4 - ${bytes}))::integer, ${bytes})`;

/** A UUIDv7 of an instant: rows come to lie in their indexes as they would over the months. */
const idAt = (instant: string): string =>
  `(overlay(overlay(gen_random_uuid()::text PLACING '7' FROM 15) PLACING
     regexp_replace(lpad(to_hex((extract(epoch FROM ${instant}) * 1000)::bigint), 12, '0'), '(.{8})(.{4})', '\\1-\\2') FROM 1))::uuid`;

// Three people an account; the second dose for three in five; a hundred doses a session.
const growStatement = `
WITH facility AS MATERIALIZED (
  SELECT facility_id, state_id, district_id, pincode, row_number() OVER () - 1 AS place, count(*) OVER () AS places
  FROM registry.facilities WHERE is_active),
vaccinator AS (SELECT staff_id FROM registry.staff ORDER BY staff_id LIMIT 1),
account AS MATERIALIZED (
  SELECT a, ${idAt("$5::timestamptz + a * interval '3 milliseconds'")} AS account_id, $5::timestamptz AS at
  FROM generate_series(0, $2::integer / 3 - 1) AS a),
person AS MATERIALIZED (
  SELECT n, account_id, at, ${idAt("at + n * interval '1 millisecond'")} AS beneficiary_id,
    10000000000000 + floor(random() * 90000000000000)::bigint AS reference_id
  FROM generate_series(0, $2::integer - 1) AS n JOIN account ON a = n / 3),
given AS MATERIALIZED (
  SELECT person.*, dose::smallint, at + dose * interval '40 days' AS given_at,
    1000 * dose + (row_number() OVER (PARTITION BY dose ORDER BY n) - 1) / 100 AS session
  FROM person CROSS JOIN generate_series(1, 2) AS dose WHERE dose = 1 OR n % 5 < 3),
session AS MATERIALIZED (
  SELECT session, ${idAt("min(given_at)")} AS session_id, min(given_at) AS held_at, f.*
  FROM given JOIN facility f ON f.place = (session + $1::bigint) % f.places
  GROUP BY session, f.facility_id, f.state_id, f.district_id, f.pincode, f.place, f.places),
dose AS MATERIALIZED (
  SELECT given.*, session_id, facility_id, ${idAt("given_at")} AS vaccination_id, ${idAt("given_at")} AS appointment_id
  FROM given JOIN session USING (session)),
accounts AS (
  INSERT INTO registry.accounts (account_id, members, created_at) SELECT account_id, 3, at FROM account),
phones AS (
  INSERT INTO registry.account_phones (phone_index, account_id) SELECT ${noise(bytesOf.phone)}, account_id FROM account
  ON CONFLICT DO NOTHING),
sign_ins AS (
  INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at, ended_at)
  SELECT ${idAt("at")}, ${noise(bytesOf.token)}, account_id, '', at, at, at + interval '15 minutes', at FROM account
  ON CONFLICT DO NOTHING),
beneficiaries AS (
  INSERT INTO registry.beneficiaries (beneficiary_id, account_id, reference_id, registered_by, created_at)
  SELECT beneficiary_id, account_id, reference_id, 'self', at FROM person),
-- Two of a hundred million may draw one number: then one of them has none.
reference_ids AS (
  INSERT INTO registry.beneficiary_references (reference_id, beneficiary_id) SELECT reference_id, beneficiary_id FROM person
  ON CONFLICT DO NOTHING),
-- Buckets that no key belongs to: rotations pass them by.
keys AS (
  INSERT INTO vault.person_keys (subject_id, bucket, epoch, wrapped)
  SELECT beneficiary_id, 1000000 + (($1::bigint + n) / 10000)::integer, 1, ${noise(bytesOf.key)} FROM person),
sessions AS (
  INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age, status, published_at)
  SELECT session_id, facility_id, state_id, district_id, pincode, 'COVISHIELD', held_at::date, 18, 'published', held_at FROM session
  RETURNING session_id),
slots AS (
  INSERT INTO registry.slots SELECT session_id, 1, '09:00', '17:00' FROM sessions RETURNING session_id),
places AS (
  INSERT INTO registry.places (session_id, slot_number, pool, capacity, taken)
  SELECT session_id, 1, pool, 100, CASE pool WHEN 'dose1' THEN 100 ELSE 0 END
  FROM slots CROSS JOIN unnest(ARRAY['dose1', 'dose2', 'precaution', 'walk-in']) AS pool),
appointments AS (
  INSERT INTO registry.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number,
    channel, status, request_key, booked_at, checked_in_at, checked_in_by, ended_at)
  SELECT session_id, appointment_id, beneficiary_id, account_id, 1, CASE dose WHEN 1 THEN 'dose1' ELSE 'dose2' END, dose,
    'online', 'completed', gen_random_uuid(), at, given_at, staff_id, given_at FROM dose, vaccinator),
vaccinations AS (
  INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key,
    recorded_by, recorded_at, observe_until)
  SELECT beneficiary_id, vaccination_id, dose, session_id, facility_id, 'valid', gen_random_uuid(), staff_id, given_at,
    given_at + interval '30 minutes' FROM dose, vaccinator),
certificates AS (
  INSERT INTO registry.certificates (beneficiary_id, certificate_id, vaccination_id, status, issued_at)
  SELECT beneficiary_id, upper(replace(vaccination_id::text, '-', '')), vaccination_id, 'valid', given_at FROM dose),
told AS (
  INSERT INTO registry.organisations_told (beneficiary_id, organisation)
  SELECT DISTINCT beneficiary_id, facility_id::text FROM dose),
counted AS (
  INSERT INTO registry.coverage_events (event_id, counted_at) SELECT ${idAt("given_at")}, given_at FROM dose),
records AS (
  INSERT INTO vault.records (subject_id, record, version, box, sealed_at)
  SELECT beneficiary_id, 'identity', 1, ${noise(bytesOf.identity)}, at FROM person
  UNION ALL SELECT beneficiary_id, 'contact', 1, ${noise(bytesOf.contact)}, at FROM person
  UNION ALL SELECT beneficiary_id, 'dose/' || vaccination_id, 1, ${noise(bytesOf.dose)}, given_at FROM dose
  UNION ALL SELECT beneficiary_id, 'certificate/' || upper(replace(vaccination_id::text, '-', '')), 1,
    ${noise(bytesOf.certificate)}, given_at FROM dose)
SELECT (SELECT count(*) FROM person) AS people, (SELECT count(*) FROM dose) AS doses`;

export interface Grown {
  readonly people: number;
  readonly doses: number;
}

/** `people` is a multiple of three; `first` tells this piece from others; they registered from `at` on. */
export async function insertGrown(
  db: Queryable,
  piece: { readonly first: number; readonly people: number; readonly at: Date; readonly noise: Buffer },
): Promise<Grown> {
  const { first, people, at, noise } = piece;
  const [grown] = await db.rows<Grown>(growStatement, [first, people, noise, noise.length, at]);
  return grown!;
}

/** What a piece refers to: false when there is no facility or nobody works. */
export async function canGrow(db: Queryable): Promise<boolean> {
  const found = await db.rows("SELECT FROM registry.facilities, registry.staff WHERE is_active LIMIT 1");
  return found.length > 0;
}

/** So that the next question is planned for the size that the tables have now. */
export async function noteSizes(db: Queryable): Promise<void> {
  await db.rows("ANALYZE");
}
