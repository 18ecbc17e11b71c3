// Reads a leaked sample: CSV with any separator, JSON, or a spreadsheet. Bounded, and clear about what it cannot read: a leak is hostile
// input. Formulas stay text; nothing is evaluated.
// SPDX-License-Identifier: Apache-2.0
import type { Row, Sample } from "../lib/inquiry/index.js";
import { readSpreadsheet } from "./read-spreadsheet.js";

const mostBytes = 512 * 2 ** 20;
const mostColumns = 200;
/** Rows kept of a file, evenly spread: more add nothing, and ten million as objects do not fit in memory. */
const mostRows = 200_000;

/** What is wrong with a file, as one sentence for the officer. */
export class Unreadable extends Error {}

export function readSample(bytes: Buffer, name: string): Sample {
  if (bytes.length > mostBytes) throw new Unreadable(`${name} is larger than 512 MB.`);
  const sample = name.endsWith(".xlsx") ? fromSpreadsheet(bytes, name) : fromText(textOf(bytes, name), name);
  if (sample.columns.length > mostColumns) throw new Unreadable(`${name} has more than ${mostColumns} columns.`);
  return sample;
}

const fromText = (text: string, name: string): Sample =>
  /\.(json|ndjson|jsonl)$/.test(name)
    ? fromJson(text, name)
    : fromRecords(records(text, separatorOf(text.slice(0, 5000))));

function fromSpreadsheet(bytes: Buffer, name: string): Sample {
  const rows = readSpreadsheet(bytes);
  if (!rows) throw new Unreadable(`${name} is no spreadsheet that can be read.`);
  return fromRecords(rows);
}

/** UTF-8, UTF-16 with its mark or without, else Windows-1252: leaks are joined from files of many origins. */
function textOf(bytes: Buffer, name: string): string {
  const [first, second] = bytes;
  const head = bytes.subarray(0, 65_536);
  const zeros = (odd: number) => head.filter((byte, i) => byte === 0 && i % 2 === odd).length / head.length;
  if ((first === 0xff && second === 0xfe) || (head.length > 15 && zeros(1) > 0.3 && zeros(0) === 0))
    return bytes.toString("utf16le", first === 0xff ? 2 : 0);
  if (first === 0xfe && second === 0xff && bytes.length % 2 === 0)
    return Buffer.from(bytes.subarray(2)).swap16().toString("utf16le");
  if (head.includes(0)) throw new Unreadable(`${name} is a binary file, not a table.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** A list of rows, an object that holds one, or an object a line; a row is an object or a list of cells. */
function fromJson(text: string, name: string): Sample {
  const value = parsed(text) ?? text.split("\n").map(parsed);
  const list: unknown = Array.isArray(value) ? value : Object.values(value ?? {}).find((one) => Array.isArray(one));
  const rows = Array.isArray(list) ? list.filter((entry) => typeof entry === "object" && entry !== null) : [];
  if (!Array.isArray(list) || (rows.length === 0 && list.length > 0))
    throw new Unreadable(`${name} holds no list of rows.`);
  if (rows.length > 0 && rows.every((row) => Array.isArray(row)))
    return fromRecords(rows.map((row: unknown[]) => row.map(cellOf)));
  const columns = new Set<string>();
  const kept = new EvenRows<Row>();
  for (const entry of rows) {
    const row: Record<string, string> = Object.create(null);
    for (const [key, cell] of Object.entries(entry as object)) {
      if (columns.size <= mostColumns) columns.add(key);
      row[key] = cellOf(cell);
    }
    kept.add(row);
  }
  return { columns: [...columns], rows: kept.rows, every: kept.every };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const cellOf = (cell: unknown): string =>
  typeof cell === "string" ? cell : cell === null || cell === undefined ? "" : JSON.stringify(cell);

/** Each row, or each second, fourth, eighth ... so that never more than the most are kept. */
class EvenRows<T> {
  rows: T[] = [];
  every = 1;
  #seen = 0;

  add(row: T): void {
    if (this.#seen++ % this.every !== 0) return;
    this.rows.push(row);
    if (this.rows.length <= mostRows) return;
    this.rows = this.rows.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }
}

const phone = /^(\+?91[\s-]?)?[6-9]\d{9}$/;

/** A line of one cell above wider ones is a title; a first line that holds a phone is no header. */
function fromRecords(lines: Iterable<readonly string[]>): Sample {
  const rest = lines[Symbol.iterator]();
  const first: readonly string[] = rest.next().value ?? [];
  const second: readonly string[] | undefined = rest.next().value;
  const titled = first.length === 1 && second !== undefined && second.length > 1;
  const header = (titled ? second : first).slice(0, mostColumns + 1);
  const isData = header.some((cell) => phone.test(cell));
  const columns = isData ? header.map((_, i) => `column ${i + 1}`) : distinct(header);
  const kept = new EvenRows<Row>();
  const take = (cells: readonly string[]) => {
    if (cells.every((cell) => cell === "")) return;
    const row: Record<string, string> = Object.create(null);
    columns.forEach((column, i) => {
      row[column] = cells[i] ?? "";
    });
    kept.add(row);
  };
  if (isData) take(header);
  if (second && !titled) take(second);
  for (let next = rest.next(); !next.done; next = rest.next()) take(next.value);
  return { columns, rows: kept.rows, every: kept.every };
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
