// Reads a leaked sample: CSV with any separator, JSON, or a spreadsheet. Bounded, and clear about what it cannot read: a leak is hostile
// input. Formulas stay text; nothing is evaluated.
// SPDX-License-Identifier: Apache-2.0
import type { Row, Sample } from "../lib/inquiry/index.js";
import { readSpreadsheet } from "./read-spreadsheet.js";

const mostBytes = 512 * 2 ** 20;
const mostColumns = 200;
const mostRows = 10_000_000;

/** What is wrong with a file, as one sentence for the officer. */
export class Unreadable extends Error {}

export function readSample(bytes: Buffer, name: string): Sample {
  if (bytes.length > mostBytes) throw new Unreadable(`${name} is larger than 512 MB.`);
  const sample = name.endsWith(".xlsx") ? fromSpreadsheet(bytes, name) : fromText(textOf(bytes, name), name);
  if (sample.columns.length > mostColumns) throw new Unreadable(`${name} has more than ${mostColumns} columns.`);
  return sample;
}

const fromText = (text: string, name: string): Sample =>
  name.endsWith(".json") ? fromJson(text, name) : fromRecords(records(text, separatorOf(text.slice(0, 5000))));

function fromSpreadsheet(bytes: Buffer, name: string): Sample {
  const rows = readSpreadsheet(bytes);
  if (!rows) throw new Unreadable(`${name} is no spreadsheet that can be read.`);
  return fromRecords(rows);
}

/** UTF-8, UTF-16 with its mark, else Windows-1252: leaks are joined from files of many origins. */
function textOf(bytes: Buffer, name: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes.subarray(0, 65_536).includes(0)) throw new Unreadable(`${name} is a binary file, not a table.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function fromJson(text: string, name: string): Sample {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable(`${name} is no valid JSON.`);
  }
  const list = Array.isArray(value) ? value : (value as { rows?: unknown } | null)?.rows;
  if (!Array.isArray(list)) throw new Unreadable(`${name} holds no list of rows.`);
  const columns = new Set<string>();
  const rows = list.map((entry: unknown) => {
    const row: Record<string, string> = Object.create(null);
    for (const [key, cell] of Object.entries((entry ?? {}) as object)) {
      if (columns.size <= mostColumns) columns.add(key);
      row[key] = typeof cell === "string" ? cell : (JSON.stringify(cell ?? "") ?? "");
      if (cell === null || cell === undefined) row[key] = "";
    }
    return row;
  });
  return { columns: [...columns], rows };
}

function fromRecords(lines: Iterable<readonly string[]>): Sample {
  let columns: string[] | undefined;
  const rows: Row[] = [];
  for (const cells of lines) {
    if (!columns) columns = distinct(cells.slice(0, mostColumns + 1));
    else if (cells.length > 1 || cells[0] !== "") {
      const row: Record<string, string> = Object.create(null);
      columns.forEach((column, i) => {
        row[column] = cells[i] ?? "";
      });
      rows.push(row);
      if (rows.length > mostRows) throw new Unreadable("The sample has more than 10 million rows.");
    }
  }
  return { columns: columns ?? [], rows };
}

function separatorOf(head: string): string {
  const line = head.split(/\r?\n/, 1)[0] ?? "";
  return [",", ";", "\t", "|"].reduce((best, one) => (line.split(one).length > line.split(best).length ? one : best));
}

function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((written) => {
    const name = written.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** RFC 4180, forgiving: a quote that never closes ends with its line. */
function* records(text: string, separator: string): Generator<string[]> {
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let cells: string[] = [];
  while (at < text.length) {
    const quoted = text[at] === '"' ? quotedCell(text, at) : undefined;
    const end = quoted ? quoted.end : endOfCell(text, at, separator);
    cells.push(quoted ? quoted.value : text.slice(at, end));
    at = end;
    if (text[at] === separator) {
      at++;
      if (at === text.length) cells.push("");
      continue;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
    yield cells;
    cells = [];
  }
  if (cells.length > 0) yield cells;
}

function endOfCell(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

function quotedCell(text: string, from: number): { value: string; end: number } | undefined {
  const longest = 100_000;
  let value = "";
  let at = from + 1;
  while (at < text.length && at - from < longest) {
    const close = text.indexOf('"', at);
    if (close < 0 || close - from > longest) return undefined;
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, end: close + 1 };
    value += '"';
    at = close + 2;
  }
  return undefined;
}
