// SQL of certificates: which exist for whom, valid or revoked. The signed text lies sealed in the vault.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { CertificateRow } from "./types.js";

const columns = `certificate_id AS "certificateId", vaccination_id AS "vaccinationId", status, issued_at AS "issuedAt"`;

/** The dose's certificate in force. */
export async function findValidByVaccination(
  db: Queryable,
  beneficiaryId: string,
  vaccinationId: string,
): Promise<CertificateRow | undefined> {
  const [row] = await db.rows<CertificateRow>(
    `SELECT ${columns} FROM registry.certificates
     WHERE beneficiary_id = $1 AND vaccination_id = $2 AND status = 'valid'`,
    [beneficiaryId, vaccinationId],
  );
  return row;
}

/** The person's certificates in force, that of the highest dose first: jobs may issue them in any order. */
export async function listValid(db: Queryable, beneficiaryId: string): Promise<CertificateRow[]> {
  return db.rows<CertificateRow>(
    `SELECT ${columns} FROM registry.certificates
     JOIN (SELECT beneficiary_id, vaccination_id, dose_number FROM registry.vaccinations WHERE status = 'valid') dose
       USING (beneficiary_id, vaccination_id)
     WHERE beneficiary_id = $1 AND status = 'valid'
     ORDER BY dose_number DESC, certificate_id`,
    [beneficiaryId],
  );
}

/** Which of these people have a certificate in force. */
export async function selectHolders(db: Queryable, beneficiaryIds: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `SELECT DISTINCT beneficiary_id AS id FROM registry.certificates WHERE beneficiary_id = ANY ($1::uuid[]) AND status = 'valid'`,
    [beneficiaryIds],
  );
  return rows.map((row) => row.id);
}

export interface NewCertificate {
  readonly beneficiaryId: string;
  readonly certificateId: string;
  readonly vaccinationId: string;
  readonly issuedAt: Date;
  /** How often the person had been corrected when the certificate was made. */
  readonly corrections: number;
  readonly statusList: number;
  readonly statusIndex: number;
}

/**
 * Takes the place of the dose's certificate. Nothing is written if the dose has one already, if it was voided, the person
 * corrected or a signing key stolen in the meantime: the row locks make a change that is on its way wait, and its revocation
 * then finds the certificate.
 */
export async function insert(tx: Queryable, row: NewCertificate): Promise<boolean> {
  const inserted = await tx.rows(
    `WITH person AS (
       SELECT 1 FROM registry.beneficiaries WHERE beneficiary_id = $1 AND corrections = $5 FOR SHARE),
     dose AS (
       SELECT 1 FROM registry.vaccinations
       WHERE beneficiary_id = $1 AND vaccination_id = $3 AND status = 'valid' FOR SHARE)
     INSERT INTO registry.certificates (beneficiary_id, certificate_id, vaccination_id, status, issued_at, status_list, status_index)
     SELECT $1, $2, $3, 'valid', $4, $6, $7 FROM person, dose
     WHERE NOT EXISTS (SELECT FROM registry.reissues r WHERE $4 BETWEEN r.signed_from AND r.revoked_at)
     ON CONFLICT (beneficiary_id, vaccination_id) WHERE status = 'valid' DO NOTHING RETURNING certificate_id`,
    [
      row.beneficiaryId,
      row.certificateId,
      row.vaccinationId,
      row.issuedAt,
      row.corrections,
      row.statusList,
      row.statusIndex,
    ],
  );
  return inserted.length === 1;
}

const markRevoked = `gone AS (
    UPDATE registry.certificates c SET status = 'revoked', revoked_at = $2 FROM wanted w
    WHERE c.beneficiary_id = w.beneficiary_id AND c.certificate_id = w.certificate_id
    RETURNING c.certificate_id, c.status_list, c.status_index),
  marked AS (
    UPDATE registry.status_places p SET revoked_at = $2 FROM gone
    WHERE p.list_number = gone.status_list AND p.status_index = gone.status_index)
  SELECT certificate_id FROM gone`;

export async function revoke(
  db: Queryable,
  beneficiaryId: string,
  vaccinationId: string,
  revokedAt: Date,
): Promise<boolean> {
  const revoked = await db.rows(
    `WITH wanted AS (
       SELECT beneficiary_id, certificate_id FROM registry.certificates
       WHERE beneficiary_id = $1 AND vaccination_id = $3 AND status = 'valid' FOR UPDATE),
     ${markRevoked}`,
    [beneficiaryId, revokedAt, vaccinationId],
  );
  return revoked.length === 1;
}

/** Of a person's that are in force, those which the stolen key signed. */
export async function revokeStolen(
  db: Queryable,
  beneficiaryId: string,
  reissueId: string,
  revokedAt: Date,
): Promise<boolean> {
  const revoked = await db.rows(
    `WITH wanted AS (
       SELECT c.beneficiary_id, c.certificate_id FROM registry.reissues r JOIN registry.certificates c
         ON c.issued_at BETWEEN r.signed_from AND r.revoked_at
       WHERE r.reissue_id = $3 AND c.beneficiary_id = $1 AND c.status = 'valid' FOR UPDATE OF c),
     ${markRevoked}`,
    [beneficiaryId, revokedAt, reissueId],
  );
  return revoked.length > 0;
}

/** All of a person's that are in force. */
export async function revokeAll(db: Queryable, beneficiaryId: string, revokedAt: Date): Promise<void> {
  await db.rows(
    `WITH wanted AS (
       SELECT beneficiary_id, certificate_id FROM registry.certificates
       WHERE beneficiary_id = $1 AND status = 'valid' FOR UPDATE),
     ${markRevoked}`,
    [beneficiaryId, revokedAt],
  );
}

export async function takeStatusPlace(
  db: Queryable,
  now: Date,
): Promise<Pick<NewCertificate, "statusList" | "statusIndex">> {
  const [row] = await db.rows<Pick<NewCertificate, "statusList" | "statusIndex">>(
    `SELECT list_number AS "statusList", status_index AS "statusIndex" FROM registry.take_status_place($1)`,
    [now],
  );
  return row!;
}

/** The number of the newest status list; 0 when nothing was issued yet. */
export async function lastStatusList(db: Queryable): Promise<number> {
  const [last] = await db.rows<{ list: number }>(
    "SELECT coalesce(max(list_number), 0) AS list FROM registry.status_lists",
  );
  return last!.list;
}

/** Lists in which something was revoked since, with how many of their places are revoked. */
export async function changedStatusLists(db: Queryable, since: Date): Promise<{ list: number; revoked: number }[]> {
  return db.rows(
    `SELECT changed.list_number AS list, (
       SELECT count(*)::int FROM registry.status_places p
       WHERE p.list_number = changed.list_number AND p.revoked_at IS NOT NULL) AS revoked
     FROM (SELECT DISTINCT list_number FROM registry.status_places WHERE revoked_at > $1) changed`,
    [since],
  );
}

export async function revokedPlaces(db: Queryable): Promise<{ list: number; place: number }[]> {
  return db.rows(
    `SELECT list_number AS list, status_index AS place FROM registry.status_places
     WHERE revoked_at IS NOT NULL ORDER BY list_number, status_index`,
  );
}

export async function correctionsOf(db: Queryable, beneficiaryId: string): Promise<number> {
  const [row] = await db.rows<{ corrections: number }>(
    "SELECT corrections FROM registry.beneficiaries WHERE beneficiary_id = $1",
    [beneficiaryId],
  );
  return row?.corrections ?? 0;
}

/** Counts one more correction, if nobody else did since; holds the person until the transaction ends. */
export async function bumpCorrections(tx: Queryable, beneficiaryId: string, from: number): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE registry.beneficiaries SET corrections = corrections + 1
     WHERE beneficiary_id = $1 AND corrections = $2 RETURNING corrections`,
    [beneficiaryId, from],
  );
  return rows.length === 1;
}

export async function referenceIdOf(db: Queryable, beneficiaryId: string): Promise<number | undefined> {
  const [row] = await db.rows<{ referenceId: number }>(
    `SELECT reference_id AS "referenceId" FROM registry.beneficiaries WHERE beneficiary_id = $1`,
    [beneficiaryId],
  );
  return row?.referenceId;
}
