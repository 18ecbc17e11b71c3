// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeMessage, mobileFrom, resendWait } from "./rules.js";

test("the message for signing in is the one that Co-WIN's clients read, to the letter", () => {
  assert.equal(
    codeMessage("459831", "sign-in"),
    "Your OTP to register/access CoWIN is 459831. It will be valid for 3 minutes. - CoWIN",
  );
});

test("the message for the desk says what the code does, and holds the same six digits once", () => {
  const text = codeMessage("045983", "presence");
  assert.deepEqual(text.match(/(?<!\d)\d{6}(?!\d)/g), ["045983"]);
  assert.match(text, /only at the desk/);
  assert.ok(!text.includes("register/access"));
});

test("a number is taken as people type it, and nothing else is", () => {
  for (const typed of ["9000000001", "+91 90000 00001", "09000000001", "90000-00001", "91 9000000001"]) {
    assert.equal(mobileFrom(typed), "9000000001", typed);
  }
  for (const typed of ["", "900000000", "5000000001", "90000000011", "9000000001x", "९०००००००१", "1e9"]) {
    assert.equal(mobileFrom(typed), undefined, typed);
  }
});

test("the wait for another code grows with each one sent", () => {
  const waits = [1, 2, 3, 4].map(resendWait);
  assert.ok(waits[0]! > 0);
  for (const [at, wait] of waits.slice(1).entries()) assert.ok(wait >= waits[at]!);
});
