// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJsonBody } from "./json-body.js";

test("plain objects are read as JSON.parse reads them", () => {
  const shallow = fc.dictionary(
    fc.string().filter((key) => key !== "__proto__"),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(shallow, (value) => {
      assert.deepEqual(readJsonBody(JSON.stringify(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a key that comes twice, written alike or not, is refused", () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"b":{"a":1,"a":1}}',
    '{"b":[{"a":1,"a":1}]}',
    '{"__proto__":{"a":1}}',
  ])
    assert.equal(readJsonBody(text), undefined, text);
  assert.deepEqual(readJsonBody('{"a":{"x":1},"b":{"x":1},"c":":\\"{x"}'), { a: { x: 1 }, b: { x: 1 }, c: ':"{x' });
});

test("what is deep, broken or no object is refused", () => {
  const deep = `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`;
  for (const text of [deep, "[".repeat(10_000), "", "{", '{"a":1}}', '{"a"', '"text"', "[1]", "null", "7", "{'a':1}"])
    assert.equal(readJsonBody(text), undefined, text.slice(0, 20));
});
