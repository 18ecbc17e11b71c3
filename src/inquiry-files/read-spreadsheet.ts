// The first sheet of an .xlsx file that is a table, as rows of text (ECMA-376 parts 1 and 2): a zip with XML in it. Bounded against
// files that unpack to more than they should; formulas are never evaluated, only the values beside them are read.
// SPDX-License-Identifier: Apache-2.0
import { inflateRawSync } from "node:zlib";

const mostUnpacked = 512 * 2 ** 20;

/** The rows, or undefined where this is no spreadsheet that can be read. */
export function readSpreadsheet(bytes: Buffer): string[][] | undefined {
  try {
    const members = membersOf(bytes);
    const sheets = [...members.keys()].filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort(byNumber);
    if (sheets.length === 0) return undefined;
    const shared = members.get("xl/sharedStrings.xml");
    const strings = shared
      ? [...unpack(bytes, shared).matchAll(/<si\b[^>]*>([\s\S]*?)<\/si>/g)].map(([, xml]) => textIn(xml!))
      : [];
    for (const sheet of sheets) {
      const rows = rowsOf(unpack(bytes, members.get(sheet)!), strings);
      if (rows.length > 1 || sheet === sheets.at(-1)) return rows;
    }
    return undefined;
  } catch {
    return undefined;
  }
}

const byNumber = (a: string, b: string): number => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b));

interface Member {
  readonly at: number;
  readonly size: number;
  readonly deflated: boolean;
}

/** The zip's own list at its end (PKWARE APPNOTE 4.3.12). */
function membersOf(bytes: Buffer): Map<string, Member> {
  const end = bytes.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  const members = new Map<string, Member>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const nameSize = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameSize);
    members.set(name, {
      at: bytes.readUInt32LE(at + 42),
      size: bytes.readUInt32LE(at + 20),
      deflated: bytes.readUInt16LE(at + 10) === 8,
    });
    at += 46 + nameSize + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return members;
}

function unpack(bytes: Buffer, { at, size, deflated }: Member): string {
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const data = bytes.subarray(start, start + size);
  return (deflated ? inflateRawSync(data, { maxOutputLength: mostUnpacked }) : data).toString("utf8");
}

function rowsOf(xml: string, strings: readonly string[]): string[][] {
  return [...xml.matchAll(/<row\b[^>]*>([\s\S]*?)<\/row>/g)].map(([, row]) => {
    const cells: string[] = [];
    for (const [, attributes, content] of row!.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
      const letters = /\br="([A-Z]{1,3})/.exec(attributes!)?.[1];
      const column = letters
        ? [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
        : cells.length;
      while (cells.length < column) cells.push("");
      cells[column] = valueOf(attributes!, content ?? "", strings);
    }
    return cells;
  });
}

function valueOf(attributes: string, content: string, strings: readonly string[]): string {
  if (/\bt="inlineStr"/.test(attributes)) return textIn(content);
  const value = /<v\b[^>]*>([\s\S]*?)<\/v>/.exec(content)?.[1] ?? "";
  return /\bt="s"/.test(attributes) ? (strings[Number(value)] ?? "") : plain(value);
}

const textIn = (xml: string): string =>
  [...xml.matchAll(/<t\b[^>]*>([\s\S]*?)<\/t>/g)].map(([, text]) => plain(text!)).join("");

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const plain = (text: string): string => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name]!);
