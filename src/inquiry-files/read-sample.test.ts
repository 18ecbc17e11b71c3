// Samples as they come: separators, quotes, encodings, binary, rubbish.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { readSample, Unreadable } from "./read-sample.js";

const csv = (text: string | Buffer) => readSample(Buffer.from(text as string), "sample.csv");

test("separators, quotes, marks and line ends are understood", () => {
  assert.deepEqual(
    { ...csv('\uFEFFName;Ph\r\n"Demo; ""A""";9000000001\r\n').rows[0] },
    { Name: 'Demo; "A"', Ph: "9000000001" },
  );
  assert.deepEqual(csv("a,a\n1,2").columns, ["a", "a (2)"]);
  assert.equal(csv("a\n").rows.length, 0);
  assert.equal(csv("").columns.length, 0);
});

test("a quote that never closes costs one cell, not the file", () => {
  assert.equal(csv(`a,b\n"x,1\n${"y,2\n".repeat(10)}`).rows.length, 11);
});

test("UTF-16 and Windows-1252 are read, a binary file is refused", () => {
  assert.equal(csv(Buffer.from("\uFEFFname\nआशा", "utf16le")).rows[0]?.["name"], "आशा");
  assert.equal(csv(Buffer.from([0x6e, 0x0a, 0xe9])).rows[0]?.["n"], "é");
  assert.throws(() => csv(Buffer.from([0x50, 0x4b, 0, 0, 1])), Unreadable);
});

test("a title above the table is passed over, a table without a header gets numbers", () => {
  assert.deepEqual(csv("List of 2022\nName,Ph\nAsha,9000000001").columns, ["Name", "Ph"]);
  const { columns, rows } = csv("Asha,9000000001\nBinu,9000000002");
  assert.deepEqual([columns, rows.length], [["column 1", "column 2"], 2]);
});

test("UTF-16 is read in either order and without its mark", () => {
  const text = "name,city\nAsha,Pune\n";
  assert.equal(csv(Buffer.from(text, "utf16le")).rows[0]?.["city"], "Pune");
  const other = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, "utf16le").swap16()]);
  assert.equal(csv(other).rows[0]?.["name"], "Asha");
});

test("a million rows are thinned evenly, and it is said", () => {
  const { rows, every } = csv(`n\n${Array.from({ length: 1_000_000 }, (_, i) => i).join("\n")}`);
  assert.equal(every, 8);
  assert.equal(rows.length, 125_000);
  assert.equal(rows[1]?.["n"], "8");
});

test("JSON comes as rows within an object, an object a line, or lists of cells", () => {
  const read = (text: string) => readSample(Buffer.from(text), "sample.json");
  assert.equal(read('{"source":"x","data":[{"n":1}]}').rows[0]?.["n"], "1");
  assert.equal(read('{"n":1}\n{"n":2}\n').rows.length, 2);
  assert.equal(read('[["n","m"],[1,2]]').rows[0]?.["m"], "2");
});

test("JSON is a list of rows; names of a prototype are plain columns", () => {
  const read = (text: string) => readSample(Buffer.from(text), "sample.json");
  assert.equal(read('[{"__proto__":"x","n":1,"d":null}]').rows[0]?.["n"], "1");
  assert.throws(() => read("{"), Unreadable);
  assert.throws(() => read('{"a":1}'), Unreadable);
});

/** A zip of stored members: enough of a spreadsheet. */
function spreadsheet(members: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(members)) {
    const local = Buffer.alloc(30);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(Buffer.byteLength(text), 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(at, 42);
    list.push(central, Buffer.from(name));
    parts.push(local, Buffer.from(name), Buffer.from(text));
    at += 30 + name.length + Buffer.byteLength(text);
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...list, end]);
}

test("a spreadsheet's first sheet is read: shared and inline texts, gaps, formulas as their values", () => {
  const sheet = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Ph</t></is></c></row>
    <row r="2"><c r="A2" t="str"><f>HYPERLINK("x")</f><v>Asha &amp; Demo</v></c><c r="B2"/><c r="C2"><v>9000000001</v></c></row>`;
  const bytes = spreadsheet({
    "xl/sharedStrings.xml": "<sst><si><t>Na</t><t>me</t></si></sst>",
    "xl/worksheets/sheet1.xml": sheet,
  });
  const { columns, rows } = readSample(bytes, "sample.xlsx");
  assert.deepEqual(columns, ["Name", "", "Ph"]);
  assert.deepEqual({ ...rows[0] }, { Name: "Asha & Demo", "": "", Ph: "9000000001" });
  assert.throws(() => readSample(Buffer.from("PK no zip"), "sample.xlsx"), Unreadable);
});
