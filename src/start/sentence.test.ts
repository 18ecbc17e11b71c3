// What ends a start is told in words an operator can act on.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { OperatorError } from "../platform/operator-error.js";
import { sentenceFor } from "./sentence.js";

for (const [where, error] of [
  ["the system", Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })],
  ["PostgreSQL", Object.assign(new Error("could not extend file"), { code: "53100" })],
  ["initdb", new Error("initdb: could not write: No space left on device")],
  ["SQLite", new Error("database or disk is full")],
] as const) {
  test(`a full disk, told by ${where}, is one sentence`, () => {
    assert.match(sentenceFor(error), /^The disk is full\. [^\n]+$/);
  });
}

test("a sentence for the operator stands alone; a bug keeps its stack", () => {
  assert.equal(sentenceFor(new OperatorError("Port 80 is taken.")), "Port 80 is taken.");
  assert.match(sentenceFor(new TypeError("x is not a function")), /at .*sentence\.test/);
});
