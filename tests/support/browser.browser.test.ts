// The browser itself: there is one, it starts, and it draws Devanagari with a font that has it.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./browser.js";

test("a browser opens a page and runs its script", async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent(
      "<p id=a>टीका</p><script>document.title = String(document.getElementById('a').textContent.length)</script>",
    );
    assert.equal(await page.title(), "4");
  } finally {
    await browser.close();
  }
});
