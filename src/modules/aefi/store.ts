// SQL of adverse event reports: ids, severity and time. The note is in the vault.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Severity } from "./types.js";

export async function facilityOfDose(
  db: Queryable,
  beneficiaryId: string,
  vaccinationId: string,
): Promise<string | undefined> {
  const [row] = await db.rows<{ facilityId: string }>(
    `SELECT facility_id AS "facilityId" FROM registry.vaccinations
     WHERE beneficiary_id = $1 AND vaccination_id = $2 AND status = 'valid'`,
    [beneficiaryId, vaccinationId],
  );
  return row?.facilityId;
}

export async function reportExists(db: Queryable, beneficiaryId: string, reportId: string): Promise<boolean> {
  const rows = await db.rows("SELECT FROM registry.aefi_reports WHERE beneficiary_id = $1 AND report_id = $2", [
    beneficiaryId,
    reportId,
  ]);
  return rows.length > 0;
}

export interface NewReport {
  beneficiaryId: string;
  reportId: string;
  vaccinationId: string;
  severity: Severity;
  staffId: string;
  now: Date;
}

export async function insert(tx: Queryable, report: NewReport): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.aefi_reports (beneficiary_id, report_id, vaccination_id, severity, reported_by, reported_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [report.beneficiaryId, report.reportId, report.vaccinationId, report.severity, report.staffId, report.now],
  );
}

/** Reports by severity in a jurisdiction; a null level does not narrow. */
export async function count(
  db: Queryable,
  within: { stateId: number | null; districtId: number | null; facilityId: string | null },
  since: Date,
): Promise<{ severity: Severity; reports: number }[]> {
  return db.rows(
    `SELECT r.severity, count(*)::int AS reports
     FROM registry.aefi_reports r JOIN registry.vaccinations v USING (beneficiary_id, vaccination_id)
     JOIN registry.facilities f ON f.facility_id = v.facility_id
     WHERE r.reported_at >= $4 AND ($1::int IS NULL OR f.state_id = $1) AND ($2::int IS NULL OR f.district_id = $2)
       AND ($3::uuid IS NULL OR f.facility_id = $3)
     GROUP BY r.severity`,
    [within.stateId, within.districtId, within.facilityId, since],
  );
}
