// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { latinDigits } from "./digits.js";

test("digits of India's scripts become Latin ones", () => {
  const tens =
    "०१२३४५६७८९ ০১২৩৪৫৬৭৮৯ ੦੧੨੩੪੫੬੭੮੯ ૦૧૨૩૪૫૬૭૮૯ ୦୧୨୩୪୫୬୭୮୯ ௦௧௨௩௪௫௬௭௮௯ ౦౧౨౩౪౫౬౭౮౯ ೦೧೨೩೪೫೬೭೮೯ ൦൧൨൩൪൫൬൭൮൯ ᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙ ꯰꯱꯲꯳꯴꯵꯶꯷꯸꯹ ۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩";
  assert.deepEqual(new Set(latinDigits(tens).split(" ")), new Set(["0123456789"]));
});

test("anything else stays as it is", () => {
  for (const text of ["", "90000 12345", "+91 AB-1", "आशा", "๑๒", "①²", "𝟗"]) assert.equal(latinDigits(text), text);
});
