// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, idOf, textOf, textsOf, wireDate } from "./read-input.js";
import { sameSlot, slotName } from "./wire-names.js";

test("days as clients write them", () => {
  const days = {
    "24-11-2026": "2026-11-24",
    "3-6-2026": "2026-06-03",
    "24-11-26": "2026-11-24",
    "24.11.2026": "2026-11-24",
    "24112026": "2026-11-24",
    "241126": "2026-11-24",
    "2026-11-24": "2026-11-24",
    "22102121": undefined,
    "31-02-2026": undefined,
    "2026": undefined,
    tomorrow: undefined,
  };
  for (const [text, day] of Object.entries(days)) assert.equal(dayOf(text, "2026-11-23"), day, text);
  assert.equal(wireDate("2026-11-24"), "24-11-2026");
});

test("ids may look like decimal numbers, and never overflow", () => {
  assert.deepEqual(["391", "391.000000", "391.", "0391", "391.5", "-1", "1e3", "9999999999", ""].map(idOf), [
    391,
    391,
    391,
    391,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("texts come as texts or numbers; names of objects' own parts are no parameters", () => {
  assert.equal(textOf({ a: 7 }, "a"), "7");
  assert.equal(textOf({ a: " x " }, "a"), "x");
  for (const value of [null, true, {}, ["x"], undefined, Number.NaN]) assert.equal(textOf({ a: value }, "a"), "");
  assert.equal(textOf({}, "constructor"), "");
  assert.deepEqual(textsOf({ a: ["1", 2] }, "a"), ["1", "2"]);
  for (const value of ["1", [null], [["1"]], [""]]) assert.equal(textsOf({ a: value }, "a"), undefined);
});

test("slots are named on a clock of twelve hours", () => {
  const names = [
    ["00:00", "02:00", "12:00AM-02:00AM"],
    ["11:30", "12:30", "11:30AM-12:30PM"],
    ["12:00", "15:30", "12:00PM-03:30PM"],
    ["21:59", "23:59", "09:59PM-11:59PM"],
  ] as const;
  for (const [startsAt, endsAt, name] of names) {
    assert.equal(slotName({ startsAt, endsAt }), name);
    assert.ok(sameSlot(name, ` ${name.toLowerCase().replace("-", " - ")}`));
  }
});
