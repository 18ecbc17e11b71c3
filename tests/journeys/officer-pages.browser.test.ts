// The officers' and the public pages in a real browser: no accessibility finding, no sideways scrolling at 360 pixels,
// a form that works with the keyboard and without JavaScript.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContext } from "playwright-core";
import { addDays, dateInIndia } from "../../src/platform/clock.js";
import { openBrowser } from "../support/browser.js";
import { signedInStaff } from "../support/staff-actor.js";
import { type OfficerWorld, officerWorld } from "./officer-world.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let world: OfficerWorld;
let browser: Browser;
let origin: string;
let token: string;

before(async () => {
  world = await officerWorld();
  origin = await world.app.listen({ host: "127.0.0.1", port: 0 });
  token = (await signedInStaff(world.deps, "state-admin", { stateId: 21 })).token;
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await world.close();
});

async function contextOf(options: { javaScriptEnabled?: boolean } = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, bypassCSP: true, ...options });
  await context.addCookies([{ name: "sakshi_staff", value: token, url: origin }]);
  return context;
}

describe("each page at 360 pixels", () => {
  const paths = () => {
    const facility = `/officer/facilities/${world.facilities[0]!.facilityId}`;
    const forms = [
      `${facility}/sessions/new`,
      `${facility}/batches/new`,
      `${facility}/invite`,
      "/officer/staff/invite",
    ];
    const lists = [
      "/officer",
      "/officer/facilities",
      facility,
      `${facility}/batches`,
      "/officer/sessions",
      "/officer/staff",
    ];
    return ["", "/help", "/log", ...lists, ...forms];
  };
  for (const locale of ["en", "hi"]) {
    test(`has no finding and does not scroll sideways, in ${locale}`, async () => {
      const context = await contextOf();
      const page = await context.newPage();
      for (const path of paths()) {
        await page.goto(`${origin}/${locale}${path}`);
        await page.evaluate(axe);
        const found = await page.evaluate(
          `axe.run({ runOnly: ${JSON.stringify(rules)} }).then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].target))`,
        );
        assert.deepEqual(found, [], path);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true, path);
      }
      await context.close();
    });
  }
});

test("a session is planned and published with the keyboard, without JavaScript", async () => {
  const context = await contextOf({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${origin}/en/officer/facilities/${world.facilities[1]!.facilityId}/sessions/new`);
  await page.getByLabel("Date", { exact: true }).fill(addDays(dateInIndia(new Date()), 20));
  await page.getByLabel("Youngest age").fill("old");
  await page.getByRole("button", { name: "Save as a draft" }).press("Enter");
  assert.match(await page.title(), /^Error: /);
  await page.getByRole("link", { name: "Choose a vaccine." }).press("Enter");
  assert.match(page.url(), /#product$/);
  assert.equal(await page.getByLabel("Youngest age").inputValue(), "old");
  await page.getByLabel("Vaccine").selectOption("COVAXIN");
  await page.getByLabel("Youngest age").fill("18");
  await page.getByRole("button", { name: "Save as a draft" }).press("Enter");
  await page.getByRole("button", { name: "Publish" }).press("Enter");
  await page.getByText("People can book now.").waitFor();
  await page.goBack();
  await page.reload();
  assert.equal(
    await page.getByRole("button", { name: "Publish" }).count(),
    0,
    "the back button publishes nothing again",
  );
  await context.close();
});
