// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { gapsIn, isOwnLook, lastOfPage, linesAPage } from "./who-saw-rules.js";

const lines = (...counters: number[]) => counters.map((counter) => ({ counter }));
const from = (top: number, count: number) => lines(...Array.from({ length: count }, (_, at) => top - at));

test("a list that counts down to 0 lacks nothing", () => {
  assert.deepEqual(gapsIn(lines(3, 2, 1, 0), undefined), []);
  assert.deepEqual(gapsIn(lines(0), undefined), []);
  assert.deepEqual(gapsIn([], undefined), []);
});

test("a number that is missing is named, in the middle, at the end and at the start of a page", () => {
  assert.deepEqual(gapsIn(lines(3, 1, 0), undefined), [2]);
  assert.deepEqual(gapsIn(lines(3, 2), undefined), [0, 1]);
  assert.deepEqual(gapsIn(lines(1, 0), 4), [2, 3]);
  assert.deepEqual(gapsIn([], 2), [0, 1]);
});

test("a full page may end above 0, and the next one begins where it ended", () => {
  assert.deepEqual(gapsIn(from(149, linesAPage), undefined), []);
  assert.equal(lastOfPage(from(149, linesAPage)), 50);
  assert.deepEqual(gapsIn(from(49, 50), 50), []);
  assert.equal(lastOfPage(from(49, 50)), 0);
  assert.deepEqual(gapsIn(from(149, linesAPage).toSpliced(7, 1).concat(lines(49)), undefined), [142]);
});

test("only the account's own looks are gathered; its changes stand by themselves", () => {
  assert.equal(isOwnLook({ role: "citizen", kind: "disclosure" }), true);
  assert.equal(isOwnLook({ role: "citizen", kind: "change" }), false);
  assert.equal(isOwnLook({ role: "vaccinator", kind: "disclosure" }), false);
});
