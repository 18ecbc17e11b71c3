// One value, many ways to write it.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { daysOf, meanings } from "./normalise.js";

test("a day is read in the ways that sheets, machines and people write it", () => {
  for (const written of [
    "2021-05-03",
    "2021/5/3",
    "20210503",
    "3 May 2021",
    "03-May-21",
    "May 3, 2021",
    "3rd May, 2021",
    "44319",
    "2021-05-03T10:00:00+05:30",
    "1620022000",
  ])
    assert.ok(daysOf(written).includes("2021-05-03"), written);
  assert.deepEqual(daysOf("03/05/21"), ["2021-05-03", "2021-03-05"]);
  assert.deepEqual(daysOf("2021-05-02T18:30:00Z"), ["2021-05-03", "2021-05-02"]);
  for (const no of ["", "9000000001", "1980", "31/31/2021", "yesterday", "12 Foo 2021"])
    assert.deepEqual(daysOf(no), [], no);
});

test("phones, ids, genders and doses come to one form", () => {
  for (const written of ["9000000001", "+91 90000-00001", "09000000001", "9000000001.0", "9.000000001E9", "९००००००००१"])
    assert.deepEqual(meanings("mobile", written), ["9000000001"], written);
  for (const written of ["1234", "XXXX-XXXX-1234", "xxxxxxxx1234", "1234.0"])
    assert.deepEqual(meanings("idLast4", written), ["1234"], written);
  for (const [written, meant] of [
    ["Female", "F"],
    ["महिला", "F"],
    ["पुरुष", "M"],
    ["m", "M"],
    ["अन्य", "O"],
  ] as const)
    assert.deepEqual(meanings("gender", written), [meant]);
  for (const [written, meant] of [
    ["Dose 2", "2"],
    ["Fully Vaccinated", "2"],
    ["first", "1"],
    ["Precaution", "3"],
  ] as const)
    assert.deepEqual(meanings("doseNo", written), [meant]);
});

test("names of any script and order have one sound", () => {
  const key = meanings("name", "Asha Demokar");
  for (const written of ["DEMOKAR ASHA", "Smt. Asha Demokar", "आशा डेमोकर", "asha  demokar."])
    assert.deepEqual(meanings("name", written), key, written);
});
