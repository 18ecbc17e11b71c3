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

test("JSON is a list of rows; names of a prototype are plain columns", () => {
  const read = (text: string) => readSample(Buffer.from(text), "sample.json");
  assert.equal(read('[{"__proto__":"x","n":1,"d":null}]').rows[0]?.["n"], "1");
  assert.throws(() => read("{"), Unreadable);
  assert.throws(() => read('{"a":1}'), Unreadable);
});
