// A person's own list: the log's entries about them, found by pseudonym, opened with their key.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { decodeLeaf } from "../../lib/tlog/index.js";
import type { Db } from "../../platform/db/db.js";
import { type Entry, pseudonymOf } from "../entry.js";
import type { PersonKeys } from "./people.js";
import { openSubjectHalf } from "./seal-entries.js";

/** A line as it crosses the socket; byte strings in base64. */
export interface OpenedLine {
  readonly index: number;
  readonly counter: number;
  readonly kind: "disclosure" | "change";
  readonly at: string;
  readonly role: string;
  readonly organisation: string;
  readonly purpose: string;
  readonly explanation: string;
  readonly fields: readonly string[];
  readonly entry: string;
  readonly salt: string;
  readonly tag: string;
}

export const maxLines = 100;

interface EntryRow {
  index: number;
  counter: number;
  leaf: Buffer;
  sealed_subject: Buffer;
}

function openLine(keys: PersonKeys, row: EntryRow): OpenedLine {
  const { tag, commitment } = decodeLeaf(row.leaf);
  const { salt, text } = openSubjectHalf(keys, row.sealed_subject, commitment);
  const { kind, at, role, organisation, purpose, explanation, fields } = JSON.parse(text) as Entry;
  const facts = {
    kind: kind as OpenedLine["kind"],
    at,
    role,
    organisation,
    purpose,
    explanation,
    fields,
  };
  return {
    index: row.index,
    counter: row.counter,
    ...facts,
    entry: text,
    salt: salt.toString("base64"),
    tag: tag.toString("base64"),
  };
}

export async function linesOf(
  db: Db,
  pseudonyms: KeyObject,
  keys: PersonKeys,
  page: { subject: string; before: number | undefined; limit: number },
): Promise<{ lines: OpenedLine[]; total: number }> {
  const pseudonym = pseudonymOf(pseudonyms, "subject", page.subject);
  const rows = await db.rows<EntryRow>(
    `SELECT index, counter, leaf, sealed_subject FROM log.entries
     WHERE subject_pseudonym = $1 AND counter < $2 ORDER BY counter DESC LIMIT $3`,
    [pseudonym, page.before ?? Number.MAX_SAFE_INTEGER, page.limit],
  );
  const [last] = await db.rows<{ total: number }>(
    "SELECT coalesce(max(counter) + 1, 0) AS total FROM log.entries WHERE subject_pseudonym = $1",
    [pseudonym],
  );
  return { lines: rows.map((row) => openLine(keys, row)), total: last!.total };
}
