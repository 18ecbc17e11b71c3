// What every page must stand up to: axe finds nothing, nothing hangs over the edge of a narrow phone, the HTML is small.
// With SAKSHI_SCREENSHOTS=<folder> it also takes pictures, 360 and 1280 pixels wide.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// The narrow one last: axe looks at it.
const widths = [1280, 360];
const mostHtmlBytes = 14 * 1024;
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function lookAt(page: Page, name: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const overhang = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(overhang, 0, `${name} hangs over by ${overhang} pixels at ${width}`);
    const folder = process.env.SAKSHI_SCREENSHOTS;
    if (folder) await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
  await page.evaluate(axeSource);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then((result) => result.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ")).join(", ")))`,
  )) as string[];
  assert.deepEqual(found, [], name);
  const bytes = gzipSync(await page.content()).length;
  assert.ok(bytes <= mostHtmlBytes, `${name} has ${bytes} bytes`);
}
