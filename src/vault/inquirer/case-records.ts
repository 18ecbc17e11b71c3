// The sealed records of a case: kept in vault.records under a key of the case's own, as if the case were a person. Destroying
// that key ends the case's data.
// SPDX-License-Identifier: Apache-2.0
import type { ReleasedAnswer, SampleTable } from "../../modules/disclosure/inquiry.js";
import type { Db } from "../../platform/db/db.js";
import type { PersonKeys } from "../opener/people.js";
import { openRecord, type RecordRow, sealRecords } from "../opener/records.js";

export interface CaseRecords {
  /** `file` as it came, base64. */
  sample: { name: string; file: string; table: SampleTable };
  /** `linked`: ids of people; `masks`: which account each mask stands for. */
  answer: { released: ReleasedAnswer; linked: readonly string[]; masks: Readonly<Record<string, string>> };
  draft: { fields: Readonly<Record<string, unknown>> };
}
type Kind = keyof CaseRecords;

export async function putCaseRecord<K extends Kind>(
  db: Db,
  keys: PersonKeys,
  inquiryId: string,
  record: K | `${K}/${string}`,
  value: CaseRecords[K],
): Promise<void> {
  const [sealed] = await sealRecords(db, keys, inquiryId, [{ record, value }]);
  await db.rows("INSERT INTO vault.records (subject_id, record, version, box) VALUES ($1, $2, $3, $4)", [
    inquiryId,
    record,
    sealed!.version,
    sealed!.box,
  ]);
}

/** The newest version of each record of a kind, latest sealed first, by what stands after the slash ("" for none). */
export async function caseRecords<K extends Kind>(
  db: Db,
  keys: PersonKeys,
  inquiryId: string,
  kind: K,
): Promise<Map<string, CaseRecords[K]>> {
  const rows = await db.rows<RecordRow>(
    `SELECT subject_id, record, version, box FROM (
       SELECT DISTINCT ON (record) subject_id, record, version, box, sealed_at FROM vault.records
       WHERE subject_id = $1 AND split_part(record, '/', 1) = $2 ORDER BY record, version DESC) AS newest
     ORDER BY sealed_at DESC`,
    [inquiryId, kind],
  );
  const key = keys.records();
  return new Map(rows.map((row) => [row.record.slice(kind.length + 1), openRecord(key, row) as CaseRecords[K]]));
}
