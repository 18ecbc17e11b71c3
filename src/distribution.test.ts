// The schema against the placement of its tables: each unique key can be checked, and each reference followed, on the
// machine where the row lies. What cannot is listed, with what would take its place.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../tests/support/world.js";
import { inTheWay, type Placement, placements } from "./distribution.js";
import { connect, type Db } from "./platform/db/db.js";

let world: World;
let db: Db;
before(async () => {
  world = await testWorld();
  db = connect(world.adminUrl, { max: 1 });
});
after(async () => {
  await db.close();
  await world.close();
});

const schemas = ["registry", "vault", "log"];

interface UniqueKey {
  readonly table: string;
  readonly columns: string[];
}
const uniqueKeys = (): Promise<UniqueKey[]> =>
  db.rows<UniqueKey>(
    `SELECT n.nspname || '.' || t.relname AS table, ARRAY(
       SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place) AS columns
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE i.indisunique AND t.relkind = 'r' AND n.nspname = ANY ($1::text[]) ORDER BY 1, 2`,
    [schemas],
  );

interface Reference {
  readonly table: string;
  readonly columns: string[];
  readonly other: string;
  readonly otherColumns: string[];
}
const references = (): Promise<Reference[]> =>
  db.rows<Reference>(
    `SELECT n.nspname || '.' || t.relname AS table, m.nspname || '.' || o.relname AS other,
       ARRAY(SELECT attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
         JOIN pg_attribute ON attrelid = t.oid AND attnum = k.number ORDER BY k.place) AS columns,
       ARRAY(SELECT attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
         JOIN pg_attribute ON attrelid = o.oid AND attnum = k.number ORDER BY k.place) AS "otherColumns"
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     JOIN pg_class o ON o.oid = c.confrelid JOIN pg_namespace m ON m.oid = o.relnamespace
     WHERE c.contype = 'f' AND n.nspname = ANY ($1::text[]) ORDER BY 1, 2`,
    [schemas],
  );

test("each table has its place, and no other table is placed", async () => {
  const rows = await db.rows<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema = ANY ($1::text[]) AND table_type = 'BASE TABLE' ORDER BY 1`,
    [schemas],
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    [...placements.keys()].toSorted(),
  );
});

test("unique keys and references stay on the machine of their row; what does not is listed", async () => {
  const found = [...(await uniqueKeys()).flatMap(keyInTheWay), ...(await references()).flatMap(referenceInTheWay)];
  assert.deepEqual([...new Set(found)].toSorted(), [...inTheWay.keys()].toSorted());
});

function keyInTheWay({ table, columns }: UniqueKey): string[] {
  const place = placements.get(table);
  const isCheckable = place?.kind !== "spread" || columns.includes(place.column);
  return isCheckable ? [] : [`${table} is unique by ${columns.join(", ")}`];
}

function referenceInTheWay(reference: Reference): string[] {
  const [from, to] = [placements.get(reference.table)!, placements.get(reference.other)!];
  return canFollow(from, to, reference) ? [] : [`${reference.table} refers to ${reference.other}`];
}

function canFollow(from: Placement, to: Placement, { columns, otherColumns }: Reference): boolean {
  if (to.kind === "copied") return true;
  if (from.kind === "one-place" && to.kind === "one-place") return true;
  if (from.kind !== "spread" || to.kind !== "spread" || from.home !== to.home) return false;
  const at = columns.indexOf(from.column);
  return at >= 0 && otherColumns[at] === to.column;
}
