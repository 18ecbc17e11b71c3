// Sealed records of a person: which record holds which field, how a record is bound to its row, and the newest
// version of each. Nothing opened here is kept.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Field, PersonRecord, SealedBox, SealedValues } from "../../modules/disclosure/types.js";
import type { Db } from "../../platform/db/db.js";
import { context, openBox, pad, sealBox, unpad } from "../box.js";
import type { PersonKeys } from "./people.js";

const recordEpoch = 1;

/** Which sealed record holds a field. A record of a list field is "kind/id". */
export const recordOf: Record<
  Field,
  "identity" | "contact" | "dose" | "certificate" | "aefi" | "passport" | "ticket" | "evidence" | "emergency"
> = {
  name: "identity",
  birthYear: "identity",
  gender: "identity",
  photoIdType: "identity",
  photoIdLast4: "identity",
  mobile: "contact",
  passportNumber: "passport",
  birthDate: "passport",
  doses: "dose",
  certificates: "certificate",
  aefi: "aefi",
  tickets: "ticket",
  evidence: "evidence",
  emergencies: "emergency",
};
const emptyOf = (field: Field): null | [] =>
  ["doses", "certificates", "aefi", "tickets", "evidence", "emergencies"].includes(field) ? [] : null;

export interface RecordRow {
  subject_id: string;
  record: string;
  version: number;
  box: Buffer;
}

/** A box belongs to one row and version: elsewhere it does not open. */
function placeOf(subject: string, record: string, version: number): Buffer {
  return context("record", record, subject, version);
}

function sealRecord(key: KeyObject, row: Omit<RecordRow, "box">, value: unknown): Buffer {
  const content = pad(Buffer.from(JSON.stringify(value), "utf8"));
  const box = sealBox(key, recordEpoch, content, placeOf(row.subject_id, row.record, row.version));
  content.fill(0);
  return box;
}

export function openRecord(key: KeyObject, row: RecordRow): Record<string, unknown> {
  const content = unpad(openBox(key, row.box, placeOf(row.subject_id, row.record, row.version)));
  const value = JSON.parse(content.toString("utf8")) as Record<string, unknown>;
  content.fill(0);
  return value;
}

export interface RecordsWanted {
  readonly subjects: readonly string[];
  readonly fields: readonly Field[];
}
type RecordKind = (typeof recordOf)[Field];

function kindsOf(fields: readonly Field[]): Set<RecordKind> {
  return new Set(fields.map((field) => recordOf[field]));
}

/** For each that wants records, in one query: the newest version of each record that holds one of its fields. */
export async function newestRecords(db: Db, wanted: readonly RecordsWanted[]): Promise<Map<string, RecordRow[]>[]> {
  const subjects = new Set(wanted.flatMap((one) => one.subjects));
  const kinds = new Set(wanted.flatMap((one) => [...kindsOf(one.fields)]));
  const rows = await db.rows<RecordRow & { kind: RecordKind }>(
    `SELECT DISTINCT ON (subject_id, record) subject_id, record, version, box, split_part(record, '/', 1) AS kind
     FROM vault.records WHERE subject_id = ANY ($1::uuid[]) AND split_part(record, '/', 1) = ANY ($2::text[])
     ORDER BY subject_id, record, version DESC`,
    [[...subjects], [...kinds]],
  );
  const held = Map.groupBy(rows, (row) => row.subject_id);
  return wanted.map((one) => {
    const own = kindsOf(one.fields);
    return new Map(
      one.subjects.map((subject) => [subject, (held.get(subject) ?? []).filter((row) => own.has(row.kind))]),
    );
  });
}

/** The asked fields of one person, and no others; with `doseDates`, "from/to", only the doses given on these days. */
export function openFields(
  keys: PersonKeys,
  rows: readonly RecordRow[],
  fields: readonly Field[],
  doseDates?: string,
): Partial<PersonRecord> {
  const key = keys.records();
  const opened = rows.map((row) => ({ kind: row.record.split("/")[0], value: openRecord(key, row) }));
  const person: Record<string, unknown> = {};
  for (const field of fields) {
    const held = opened
      .filter(({ kind }) => kind === recordOf[field])
      .map(({ value }) => value)
      .filter(({ givenOn }) => field !== "doses" || isWithin(doseDates, givenOn));
    const isList = Array.isArray(emptyOf(field));
    person[field] = isList ? held : (held[0]?.[field] ?? null);
  }
  return person;
}

function isWithin(dates: string | undefined, day: unknown): boolean {
  if (dates === undefined) return true;
  const [from = "", to = ""] = dates.split("/");
  return typeof day === "string" && from <= day && day <= to;
}

/** The records that values make, and the fields that they fill. */
export function recordsOf(
  values: SealedValues,
  mobile: string | null | undefined,
): { record: string; fields: Field[]; value: object }[] {
  const made: { record: string; fields: Field[]; value: object }[] = [];
  if (values.identity) {
    const { name, birthYear, gender, photoIdType, photoIdLast4 } = values.identity;
    const fields: Field[] = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"];
    made.push({
      record: "identity",
      fields,
      value: { name, birthYear, gender, photoIdType, photoIdLast4 },
    });
  }
  if (mobile !== undefined) made.push({ record: "contact", fields: ["mobile"], value: { mobile } });
  if (values.dose)
    made.push({
      record: `dose/${values.dose.vaccinationId}`,
      fields: ["doses"],
      value: values.dose,
    });
  if (values.certificate) {
    made.push({
      record: `certificate/${values.certificate.certificateId}`,
      fields: ["certificates"],
      value: values.certificate,
    });
  }
  if (values.aefi)
    made.push({
      record: `aefi/${values.aefi.reportId}`,
      fields: ["aefi"],
      value: values.aefi,
    });
  if (values.passport) {
    const { passportNumber, birthDate } = values.passport;
    made.push({ record: "passport", fields: ["passportNumber", "birthDate"], value: { passportNumber, birthDate } });
  }
  if (values.ticket)
    made.push({ record: `ticket/${values.ticket.ticketId}`, fields: ["tickets"], value: values.ticket });
  if (values.evidence) {
    const { ticketId, n } = values.evidence;
    made.push({ record: `evidence/${ticketId}-${n}`, fields: ["evidence"], value: values.evidence });
  }
  if (values.emergency)
    made.push({ record: `emergency/${values.emergency.grantId}`, fields: ["emergencies"], value: values.emergency });
  return made;
}

/** Seals each record as its next version. */
export async function sealRecords(
  db: Db,
  keys: PersonKeys,
  subject: string,
  records: readonly { record: string; value: object }[],
): Promise<SealedBox[]> {
  const rows = await db.rows<{ record: string; version: number }>(
    "SELECT record, max(version) AS version FROM vault.records WHERE subject_id = $1 AND record = ANY ($2::text[]) GROUP BY record",
    [subject, records.map(({ record }) => record)],
  );
  const versions = new Map(rows.map(({ record, version }) => [record, version]));
  const key = keys.records();
  return records.map(({ record, value }) => {
    const version = (versions.get(record) ?? 0) + 1;
    return {
      subjectId: subject,
      record,
      version,
      box: sealRecord(key, { subject_id: subject, record, version }, value),
    };
  });
}
