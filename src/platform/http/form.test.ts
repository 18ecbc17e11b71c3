// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseForm, UnreadableRequest } from "./form.js";

test("reads a field trimmed and in NFC", () => {
  assert.equal(parseForm("name=+Asha%CC%80+").text("name"), "Ash\u00e0");
  assert.equal(parseForm("").text("name"), "");
});

test("reads a number in the digits of any script of India, and leaves words alone", () => {
  const form = parseForm("year=१९८४&name=आशा १");
  assert.equal(form.digits("year"), "1984");
  assert.equal(form.text("name"), "आशा १");
});

test("refuses a field that came twice where one is asked for", () => {
  const form = parseForm("dose=1&dose=2");
  assert.throws(() => form.text("dose"), UnreadableRequest);
  assert.deepEqual(form.all("dose"), ["1", "2"]);
});

test("refuses control characters and too many fields", () => {
  assert.throws(() => parseForm("name=a%00b"), UnreadableRequest);
  assert.throws(() => parseForm(Array.from({ length: 201 }, (_, n) => `f${n}=1`).join("&")), UnreadableRequest);
});

test("takes names of prototype properties as plain fields", () => {
  const form = parseForm("__proto__=x&constructor=y");
  assert.equal(form.text("__proto__"), "x");
  assert.equal(form.text("toString"), "");
});
