// Every notice in every language says its values and nothing personal.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { locales } from "../../platform/i18n/i18n.js";
import { isNoticeTemplate, noticeTemplates, noticeText } from "./index.js";

test("each template has a text in each language, with its values in Latin digits", () => {
  const values = { on: "2026-12-01", time: "09:30", place: "Demo Health Centre", code: "0421", doseNumber: 2 };
  for (const locale of locales) {
    for (const template of noticeTemplates) {
      const text = noticeText(locale, template, values);
      const wanted = /^(number|ticket|brea|new|certificate)/.test(template)
        ? []
        : template.startsWith("dose")
          ? ["2"]
          : template === "appointment-cancelled"
            ? ["2026"]
            : ["2026", "Demo Health Centre"];
      if (template === "appointment-booked" || template === "appointment-moved") wanted.push("0421");
      for (const one of wanted) assert.ok(text.includes(one), `${locale} ${template}: ${text}`);
      assert.ok(!text.includes("2026-12-01") && !/[०-९]/.test(text), text);
    }
  }
});

test("a missing value is a bug and throws; an unknown template is known to be unknown", () => {
  assert.throws(() => noticeText("en", "appointment-booked", { on: "2026-12-01" }));
  assert.equal(isNoticeTemplate("__proto__"), false);
  assert.equal(isNoticeTemplate("dose-recorded"), true);
});

test("what is told of looks at a record says no place and nothing of health, in case the number went to somebody else", () => {
  for (const locale of locales) {
    for (const template of ["break-glass", "new-organisation"] as const) {
      const text = noticeText(locale, template, {});
      assert.doesNotMatch(text, /vaccin|dose|health|certificate|टीक|खुराक|स्वास्थ्य|प्रमाणपत्र/i, text);
    }
  }
});
