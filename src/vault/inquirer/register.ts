// Builds the engine's picture of the register inside the vault: versions of each record as they were sealed, and who was
// shown which fields of whom as the disclosure log holds it. Everything up to one instant and one size of the log, so
// that the same question finds the same picture again.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { Registry, worldFormat } from "../../lib/inquiry/index.js";
import { decodeLeaf } from "../../lib/tlog/index.js";
import type { DoseDetails } from "../../modules/disclosure/types.js";
import type { Db } from "../../platform/db/db.js";
import { boxEpoch, openBox, unpad } from "../box.js";
import { isCanary } from "../canaries.js";
import { type AccountabilityEntry, pseudonymOf } from "../entry.js";
import { RootUnavailable } from "../keyholder/root-keys.js";
import { type Buckets, houseBucket } from "../opener/buckets.js";
import type { People, PersonKeys } from "../opener/people.js";
import { openRecord, type RecordRow } from "../opener/records.js";
import { type KnownLeak, knownLeakRows } from "./known-leaks.js";

export interface RegisterParts {
  readonly db: Db;
  readonly people: People;
  readonly pseudonyms: KeyObject;
  readonly buckets: Pick<Buckets, "key">;
  /** Tells canaries from people. */
  readonly canaries: KeyObject;
  readonly asOf: Date;
  readonly logSize: number;
  readonly leaks: readonly KnownLeak[];
  /** 0 to 1, now and then. */
  readonly onProgress: (stage: "people" | "disclosures", done: number) => void;
}
export interface Register {
  readonly registry: Registry;
  readonly people: number;
  readonly disclosures: number;
}

const peopleAtOnce = 1_000;
const entriesAtOnce = 5_000;
type SealedRow = RecordRow & { sealed_at: Date };

/** What our fields are called in the world format. */
const engineFields: Readonly<Record<string, string>> = {
  name: "name",
  birthYear: "birthYear",
  gender: "gender",
  mobile: "mobile",
  photoIdType: "idType",
  photoIdLast4: "idLast4",
  doses: "dose",
};

export async function buildRegister(parts: RegisterParts): Promise<Register> {
  const { db, asOf, logSize } = parts;
  const [log] = await db.rows<{ entries: number }>("SELECT count(*) AS entries FROM log.entries WHERE index < $1", [
    logSize,
  ]);
  const registry = new Registry({
    format: worldFormat,
    asOf: asOf.toISOString(),
    population: 0,
    logComplete: log!.entries === logSize,
    fieldsHeld: {
      name: "full",
      birthYear: "year",
      gender: "code",
      mobile: "full",
      idType: "text",
      idLast4: "last4",
      dose: "full",
    },
  });
  const facilities = await db.rows<{ facility_id: string; district_id: number; name: string }>(
    "SELECT facility_id, district_id, name FROM registry.facilities ORDER BY facility_id",
  );
  for (const { facility_id, district_id, name } of facilities)
    registry.addFacility({ facility: facility_id, district: district_id, name });
  const names = new Map(facilities.map(({ facility_id, name }) => [facility_id, name]));
  const people = await addPeople(parts, registry, (id) => names.get(id));
  const disclosures = await addDisclosures(parts, registry, people);
  return { registry: registry.close(), people: people.size, disclosures };
}

/** Everybody with a key and an identity, in the order of their ids; gives who stands behind each pseudonym. */
async function addPeople(
  parts: RegisterParts,
  registry: Registry,
  facilityName: (id: string) => string | undefined,
): Promise<Map<string, string>> {
  const { db, people, pseudonyms, canaries, asOf, leaks, onProgress } = parts;
  const behind = new Map<string, string>();
  const leaked = leaks.map(() => [] as Record<string, string>[]);
  const [all] = await db.rows<{ keys: number }>("SELECT count(*) AS keys FROM vault.person_keys");
  let [after, seen] = ["00000000-0000-0000-0000-000000000000", 0];
  for (;;) {
    const page = await db.rows<{ subject_id: string }>(
      "SELECT subject_id FROM vault.person_keys WHERE subject_id > $1 ORDER BY subject_id LIMIT $2",
      [after, peopleAtOnce],
    );
    if (page.length === 0) break;
    const subjects = page.map((row) => row.subject_id);
    const [keys, rows] = await Promise.all([people.keysOf(subjects), recordsUntil(db, subjects, asOf)]);
    for (const subject of subjects) {
      const own = keys.get(subject);
      if (own === "unavailable") throw new RootUnavailable("PERSON_KEY");
      const line = own && personLine(subject, own, rows.get(subject) ?? []);
      if (!line) continue;
      if (isCanary(canaries, subject)) {
        // Nobody: not counted, not linked, not told. A row that holds one is a hit, and can have come from here only.
        registry.canaries.push({ canary: subject, class: "planted", of: null, row: { ...line.versions.at(-1) } });
        continue;
      }
      registry.addPerson(line);
      behind.set(pseudonymOf(pseudonyms, "subject", subject).toString("base64"), subject);
      leaks.forEach((leak, i) => leaked[i]!.push(...knownLeakRows(leak, line, facilityName)));
    }
    after = subjects.at(-1)!;
    seen += page.length;
    onProgress("people", seen / Math.max(1, all!.keys));
  }
  leaks.forEach(({ leakId, knownOn }, i) => {
    registry.earlierLeaks.push({ leak: leakId, knownOn, rows: leaked[i]! });
  });
  return behind;
}

async function recordsUntil(db: Db, subjects: readonly string[], asOf: Date): Promise<Map<string, SealedRow[]>> {
  const rows = await db.rows<SealedRow>(
    `SELECT subject_id, record, version, box, sealed_at FROM vault.records
     WHERE subject_id = ANY ($1::uuid[]) AND split_part(record, '/', 1) IN ('identity', 'contact', 'dose') AND sealed_at <= $2
     ORDER BY subject_id, sealed_at, record, version`,
    [subjects, asOf],
  );
  return Map.groupBy(rows, (row) => row.subject_id);
}

export type PersonLine = Parameters<Registry["addPerson"]>[0];
type Version = PersonLine["versions"][number];

/** A person as the world format says it; undefined for a key that belongs to no person (a case, a leak). */
function personLine(person: string, keys: PersonKeys, rows: readonly SealedRow[]): PersonLine | undefined {
  const key = keys.records();
  const versions: Version[] = [];
  const doses = new Map<string, { details: DoseDetails; recordedAt: string }>();
  let held: Record<string, unknown> = {};
  let isPerson = false;
  for (const row of rows) {
    const value = openRecord(key, row);
    const from = row.sealed_at.toISOString();
    if (row.record.startsWith("dose/")) {
      const recordedAt = doses.get(row.record)?.recordedAt ?? from;
      doses.set(row.record, { details: value as unknown as DoseDetails, recordedAt });
      continue;
    }
    isPerson ||= row.record === "identity";
    held = { ...held, ...value };
    const { name, birthYear, gender, mobile, photoIdType, photoIdLast4 } = held;
    const last = versions.at(-1);
    // Name and number of a new person are sealed together: one version.
    if (last?.from === from) versions.pop();
    else if (last) versions[versions.length - 1] = { ...last, to: from };
    const said = { name, birthYear, gender, mobile, idType: photoIdType, idLast4: photoIdLast4 };
    versions.push({ from, to: null, ...withoutEmpty(said) });
  }
  if (!isPerson) return undefined;
  const given = [...doses.values()].filter(({ details }) => !details.enteredInError);
  return {
    person,
    versions,
    doses: given.map(({ details, recordedAt }) => ({
      dose: details.doseNumber,
      on: details.givenOn,
      recordedAt,
      vaccine: details.product,
      batch: details.lotNumber,
      facility: details.facilityId,
    })),
  };
}

const withoutEmpty = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

interface EntryRow {
  index: number;
  leaf: Buffer;
  subject_pseudonym: Buffer;
  recorded_at: Date;
  sealed_accountability: Buffer;
}

/** Looks and changes by others than the person's own account: who changed a field has seen it. */
async function addDisclosures(
  parts: RegisterParts,
  registry: Registry,
  behind: ReadonlyMap<string, string>,
): Promise<number> {
  const { db, buckets, logSize, onProgress } = parts;
  const workplaces = new Map(
    (
      await db.rows<{ staff_id: string; facility_id: string | null }>(
        "SELECT staff_id, facility_id FROM registry.staff",
      )
    ).map(({ staff_id, facility_id }) => [`staff:${staff_id}`, facility_id]),
  );
  const actors = new Set<string>();
  let count = 0;
  for (let from = 0; from < logSize; from += entriesAtOnce) {
    const rows = await db.rows<EntryRow>(
      `SELECT index, leaf, subject_pseudonym, recorded_at, sealed_accountability FROM log.entries
       WHERE index >= $1 AND index < $2 AND kind IN (1, 2) ORDER BY index`,
      [from, Math.min(logSize, from + entriesAtOnce)],
    );
    const keys = await accountabilityKeys(buckets, rows);
    for (const row of rows) {
      const person = behind.get(row.subject_pseudonym.toString("base64"));
      if (person === undefined) continue;
      const { actor, fields } = openAccountability(keys.get(boxEpoch(row.sealed_accountability))!, row);
      const kind = kindOf(actor);
      const seen = fields.flatMap((field) => engineFields[field] ?? []);
      if (kind === undefined || seen.length === 0) continue;
      if (!actors.has(actor)) registry.addActor({ actor, kind, facility: workplaces.get(actor) ?? null });
      actors.add(actor);
      registry.addDisclosure({ at: row.recorded_at.toISOString(), actor, person, fields: seen });
      count++;
    }
    onProgress("disclosures", Math.min(1, (from + entriesAtOnce) / logSize));
  }
  return count;
}

/** Of the epochs that these entries were sealed in. */
async function accountabilityKeys(
  buckets: Pick<Buckets, "key">,
  rows: readonly EntryRow[],
): Promise<Map<number, KeyObject>> {
  const keys = new Map<number, KeyObject>();
  for (const epoch of new Set(rows.map((row) => boxEpoch(row.sealed_accountability)))) {
    const key = await buckets.key(houseBucket, epoch);
    if (!key) throw new RootUnavailable("ACCOUNTABILITY_KEY");
    keys.set(epoch, key);
  }
  return keys;
}

function openAccountability(key: KeyObject, row: EntryRow): AccountabilityEntry {
  const { commitment } = decodeLeaf(row.leaf);
  return JSON.parse(unpad(openBox(key, row.sealed_accountability, commitment)).toString("utf8")) as AccountabilityEntry;
}

/** An account that looks at its own six people is no source of a leak of twenty. */
function kindOf(actor: string): string | undefined {
  const [kind] = actor.split(":");
  return kind === "account" ? undefined : kind;
}
