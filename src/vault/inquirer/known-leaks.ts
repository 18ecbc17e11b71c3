// Earlier leaks without their data: a Bloom filter of keyed codes, under a key of the leak's own. A code binds one cell to
// whoever the row is about, so the filter says "this person stood in that leak with this value" to who holds person, value
// and key, and nothing to anybody else. The engine's rows are made again from our own records, cell by cell.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";
import { meanings, type Role, roles } from "../../lib/inquiry/index.js";
import type { Db } from "../../platform/db/db.js";
import { subkey } from "../box.js";
import { RootUnavailable } from "../keyholder/root-keys.js";
import type { People, PersonKeys } from "../opener/people.js";
import { openRecord, type RecordRow, sealRecords } from "../opener/records.js";
import type { PersonLine } from "./register.js";

export interface KnownLeak {
  readonly leakId: string;
  readonly knownOn: string;
  readonly columns: readonly Role[];
  readonly key: KeyObject;
  readonly filter: Filter;
}

type Cells = Readonly<Partial<Record<Role, string>>>;

/** Bloom filter of 24 bits a code and 16 places: about one false yes in 100,000. */
export class Filter {
  readonly bits: Buffer;
  constructor(bits: Buffer) {
    this.bits = bits;
  }
  static for(codes: number): Filter {
    return new Filter(Buffer.alloc(Math.max(64, Math.ceil((codes * 24) / 8))));
  }
  add(code: Buffer): void {
    for (const place of this.#places(code)) this.bits[place >> 3]! |= 1 << (place & 7);
  }
  has(code: Buffer): boolean {
    return this.#places(code).every((place) => (this.bits[place >> 3]! & (1 << (place & 7))) !== 0);
  }
  /** Two halves of the code give all places (Kirsch and Mitzenmacher 2006). */
  #places(code: Buffer): number[] {
    const size = this.bits.length * 8;
    const [first, step] = [code.readUIntBE(0, 6), code.readUIntBE(6, 6) | 1];
    return Array.from({ length: 16 }, (_, i) => (first + i * step) % size);
  }
}

/** Whom a row is about: the phone, else name with the last four or the year of birth. Undefined: nobody in particular. */
function anchorOf(cells: Cells): string | undefined {
  if (cells.mobile) return `mobile ${cells.mobile}`;
  if (cells.name && cells.idLast4) return `id ${cells.name} ${cells.idLast4}`;
  return cells.name && cells.birthYear ? `born ${cells.name} ${cells.birthYear}` : undefined;
}

function codeOf(key: KeyObject, anchor: string, role: Role, value: string): Buffer {
  return createHmac("sha256", key).update(`${anchor}\0${role}\0${value}`).digest().subarray(0, 12);
}

function cellsOf(row: Readonly<Record<string, string>>): Cells {
  return Object.fromEntries(
    roles.flatMap((role) => {
      const [meaning] = meanings(role, row[role] ?? "");
      return meaning === undefined ? [] : [[role, meaning]];
    }),
  );
}

/** A day written 03/04/2021 may be of March or of April: the filter takes all that a cell may mean. */
function codesOf(key: KeyObject, anchor: string, row: Readonly<Record<string, string>>): Buffer[] {
  return roles.flatMap((role) => meanings(role, row[role] ?? "").map((value) => codeOf(key, anchor, role, value)));
}

/** The filter of a leak's rows, whose keys are roles of the world format; how many rows are about somebody. */
export function filterOf(
  key: KeyObject,
  rows: readonly Readonly<Record<string, string>>[],
): { filter: Filter; about: number } {
  const codes = rows.flatMap((row) => {
    const anchor = anchorOf(cellsOf(row));
    return anchor === undefined ? [] : [codesOf(key, anchor, row)];
  });
  const filter = Filter.for(codes.reduce((sum, list) => sum + list.length, 0));
  for (const code of codes.flat()) filter.add(code);
  return { filter, about: codes.length };
}

/** The person's row in the leak as far as we know its values, with the fullest match among all versions; none if absent. */
export function knownLeakRows(
  leak: KnownLeak,
  line: PersonLine,
  facilityName: (id: string) => string | undefined,
): Record<string, string>[] {
  const found = statesOf(line, facilityName).map((state) => {
    const cells = cellsOf(state);
    const anchor = anchorOf(
      Object.fromEntries(Object.entries(cells).filter(([role]) => leak.columns.includes(role as Role))),
    );
    return leak.columns
      .filter((role) => {
        const value = cells[role];
        return anchor !== undefined && value !== undefined && leak.filter.has(codeOf(leak.key, anchor, role, value));
      })
      .map((role) => [role, state[role]!] as const);
  });
  const fullest = found.reduce((best, one) => (one.length > best.length ? one : best), []);
  // One agreeing cell may be chance; a person is two.
  return fullest.length < 2 ? [] : [Object.fromEntries(fullest)];
}

/** What a copy of the record could have shown: each version with the doses so far. */
function statesOf(
  { versions, doses }: PersonLine,
  facilityName: (id: string) => string | undefined,
): Record<string, string>[] {
  const sorted = [...doses].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));
  return versions.flatMap((version) =>
    [0, ...sorted.map((_, i) => i + 1)].map((count) => {
      const seen = sorted.slice(0, count);
      const last = seen.at(-1);
      const state = {
        ...version,
        doseNo: last?.dose ?? 0,
        dose1On: seen.find(({ dose }) => dose === 1)?.on,
        dose2On: seen.find(({ dose }) => dose === 2)?.on,
        lastOn: last?.on,
        vaccine: last?.vaccine,
        batch: last?.batch,
        facility: facilityName(last?.facility ?? ""),
      };
      return Object.fromEntries(
        Object.entries(state).flatMap(([role, value]) =>
          value === undefined || value === null ? [] : [[role, String(value)]],
        ),
      );
    }),
  );
}

interface LeakRow {
  leak_id: string;
  known_on: string;
  columns: Role[];
}

const filterKey = (keys: PersonKeys): KeyObject => subkey(keys.records(), "vr/known-leak/v1");

/** The known leaks whose key is not destroyed: all, or those asked for. */
export async function knownLeaks(db: Db, people: People, ids?: readonly string[]): Promise<KnownLeak[]> {
  const rows = await db.rows<LeakRow>(
    "SELECT leak_id, known_on, columns FROM registry.known_leaks WHERE $1::uuid[] IS NULL OR leak_id = ANY ($1) ORDER BY leak_id",
    [ids ?? null],
  );
  const keys = await people.keysOf(rows.map((row) => row.leak_id));
  const found: KnownLeak[] = [];
  for (const { leak_id, known_on, columns } of rows) {
    const own = keys.get(leak_id);
    const [box] = await db.rows<RecordRow>(
      "SELECT subject_id, record, version, box FROM vault.records WHERE subject_id = $1 AND record = 'filter'",
      [leak_id],
    );
    if (!own || own === "unavailable" || !box) continue;
    const { bits } = openRecord(own.records(), box) as { bits: string };
    const filter = new Filter(Buffer.from(bits, "base64"));
    found.push({ leakId: leak_id, knownOn: known_on, columns, key: filterKey(own), filter });
  }
  return found;
}

/** Keeps the filter of a leak, and forgets its rows. */
export async function keepKnownLeak(
  db: Db,
  people: People,
  leakId: string,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<{ about: number }> {
  await people.make([leakId]);
  const keys = (await people.keysOf([leakId])).get(leakId);
  if (!keys || keys === "unavailable") throw new RootUnavailable("LEAK_KEY");
  const { filter, about } = filterOf(filterKey(keys), rows);
  const value = { bits: filter.bits.toString("base64") };
  const [sealed] = await sealRecords(db, keys, leakId, [{ record: "filter", value }]);
  await db.rows("INSERT INTO vault.records (subject_id, record, version, box) VALUES ($1, $2, $3, $4)", [
    leakId,
    sealed!.record,
    sealed!.version,
    sealed!.box,
  ]);
  return { about };
}
