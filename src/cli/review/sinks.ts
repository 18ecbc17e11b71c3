// Where a person's values must not stand: every table, the log files, what is published, backups. Values are searched as
// text, as bytes written in hex, and base64, as they stand in tables and files.
// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "../../platform/db/db.js";

/** A value, and how it may stand in text. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  // Base64 of a text depends on where it begins; the middle of each is the same wherever the text stands.
  const encoded = [0, 1, 2].map((shift) => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return all.slice(shift === 0 ? 0 : 4, -4);
  });
  const ascii = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, ascii, encodeURIComponent(value), bytes.toString("hex"), ...encoded])].filter(
    (form) => form.length >= 6,
  );
}

/** The tables in which one of the values stands, whatever schema they lie in: job payloads are rows, too. */
export async function tablesWith(admin: Db, values: readonly string[]): Promise<{ tables: number; found: string[] }> {
  const tables = await admin.rows<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const patterns = values.flatMap(formsOf).map((form) => form.toLowerCase());
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await admin.rows<{ count: number }>(
      `SELECT count(*) AS count FROM ${name} AS t
       WHERE EXISTS (SELECT FROM unnest($1::text[]) AS form WHERE strpos(lower(t::text), form) > 0)`,
      [patterns],
    );
    if (row!.count > 0) found.push(`${row!.count} rows of ${name}`);
  }
  return { tables: tables.length, found };
}

/** The files below these folders in which one of the values stands. */
export async function filesWith(
  folders: readonly string[],
  values: readonly string[],
): Promise<{ files: number; found: string[] }> {
  const forms = values.flatMap(formsOf).map((form) => Buffer.from(form, "utf8"));
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  const found: string[] = [];
  for (const path of files) if (await holds(path, forms)) found.push(path);
  return { files: files.length, found };
}

async function holds(path: string, forms: readonly Buffer[]): Promise<boolean> {
  const longest = Math.max(0, ...forms.map((form) => form.length));
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const text = Buffer.concat([rest, chunk]);
    if (forms.some((form) => text.includes(form))) return true;
    rest = text.subarray(Math.max(0, text.length - longest));
  }
  return false;
}
