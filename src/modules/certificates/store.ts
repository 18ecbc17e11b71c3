// SQL of certificates: which exist for whom, valid or revoked. The signed text lies sealed in the vault.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { CertificateRow } from "./types.js";

const columns = `certificate_id AS "certificateId", vaccination_id AS "vaccinationId", status, issued_at AS "issuedAt"`;

export async function findByVaccination(
  db: Queryable,
  beneficiaryId: string,
  vaccinationId: string,
): Promise<CertificateRow | undefined> {
  const [row] = await db.rows<CertificateRow>(
    `SELECT ${columns} FROM registry.certificates WHERE beneficiary_id = $1 AND vaccination_id = $2`,
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

/**
 * Takes the place of the dose's certificate. Nothing is written if the dose has one already, or if it was voided in
 * the meantime: the row lock makes a voiding that is on its way wait, and its revocation then finds the certificate.
 */
export async function insert(
  tx: Queryable,
  row: { beneficiaryId: string; certificateId: string; vaccinationId: string; issuedAt: Date },
): Promise<boolean> {
  const inserted = await tx.rows(
    `WITH dose AS (
       SELECT 1 FROM registry.vaccinations
       WHERE beneficiary_id = $1 AND vaccination_id = $3 AND status = 'valid' FOR SHARE)
     INSERT INTO registry.certificates (beneficiary_id, certificate_id, vaccination_id, status, issued_at)
     SELECT $1, $2, $3, 'valid', $4 FROM dose
     ON CONFLICT (beneficiary_id, vaccination_id) DO NOTHING RETURNING certificate_id`,
    [row.beneficiaryId, row.certificateId, row.vaccinationId, row.issuedAt],
  );
  return inserted.length === 1;
}

export async function revoke(
  db: Queryable,
  beneficiaryId: string,
  vaccinationId: string,
  revokedAt: Date,
): Promise<boolean> {
  const revoked = await db.rows(
    `UPDATE registry.certificates SET status = 'revoked', revoked_at = $3
     WHERE beneficiary_id = $1 AND vaccination_id = $2 AND status = 'valid' RETURNING certificate_id`,
    [beneficiaryId, vaccinationId, revokedAt],
  );
  return revoked.length === 1;
}

export async function referenceIdOf(db: Queryable, beneficiaryId: string): Promise<number | undefined> {
  const [row] = await db.rows<{ referenceId: number }>(
    `SELECT reference_id AS "referenceId" FROM registry.beneficiaries WHERE beneficiary_id = $1`,
    [beneficiaryId],
  );
  return row?.referenceId;
}
