// The citizen's pages in a real browser, with and without JavaScript, in English and in Hindi; each page looked at by axe
// and by its width on a phone and on a desk.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Browser, Page } from "playwright-core";
import { refused } from "../../src/platform/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { assetFiles } from "../../src/web/assets.js";
import { citizenPages } from "../../src/web/citizen/index.js";
import { sendRefusal } from "../../src/web/page.js";
import { openBrowser } from "../support/browser.js";
import { type DemoSession, demoMobile, publishedSession, setCodes } from "../support/citizens.js";
import { testWorld, type World } from "../support/world.js";
import { lookAt } from "./page-checks.js";

let world: World;
let app: FastifyInstance;
let browser: Browser;
let origin: string;
const sessions: DemoSession[] = [];

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T03:00:00Z"));
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  assetFiles(app);
  citizenPages(app, world.deps, { origin: "http://127.0.0.1" });
  origin = await app.listen({ host: "127.0.0.1", port: 0 });
  for (let i = 0; i < 12; i++) {
    sessions.push(
      await publishedSession(world, {
        product: i % 2 ? "COVAXIN" : "COVISHIELD",
        feeType: i % 3 ? "Free" : "Paid",
        inDays: i % 4,
        slots: 13,
        places: { dose1: i % 5 },
      }),
    );
  }
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
  await world.close();
});

async function signIn(page: Page, lang: string): Promise<void> {
  await page.goto(`${origin}/${lang}/sign-in`);
  await page.fill("#mobile", demoMobile());
  await page.click("main button");
  await page.waitForURL(/\/code$/);
  await setCodes(world, "246810");
}

async function enterCode(page: Page): Promise<void> {
  await page.fill("#code", "246 810");
  await page.press("#code", "Enter");
  await page.waitForURL(/\/people$/);
}

async function register(page: Page, lang: string, name: string, last4: string): Promise<void> {
  await page.goto(`${origin}/${lang}/people/new`);
  await page.fill("#name", name);
  await page.fill("#birthYear", "1970");
  await page.check("input[name=gender][value=Female]");
  await page.selectOption("#photoIdType", "12");
  await page.fill("#photoIdLast4", last4);
  await page.check("#consent");
  await page.click("main button");
  await page.waitForURL(/\/people\?done=registered$/);
}

for (const [lang, javaScriptEnabled] of [
  ["en", false],
  ["hi", true],
] as const) {
  describe(`in ${lang}, ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    test("signs in, registers, finds, books, moves, cancels", { timeout: 120_000 }, async () => {
      const context = await browser.newContext({ javaScriptEnabled: true });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      // Looking needs a script of ours; the journey itself runs in the other context.
      const plain = await browser.newContext({ javaScriptEnabled });
      const walker = await plain.newPage();
      walker.setDefaultTimeout(10_000);
      const look = async (name: string) => {
        await context.addCookies(await plain.cookies());
        await page.goto(walker.url());
        await lookAt(page, `citizen-${lang}-${name}`);
      };
      await walker.goto(`${origin}/${lang}/sign-in`);
      await look("sign-in");
      await signIn(walker, lang);
      await look("code");
      await enterCode(walker);
      await look("nobody");
      await register(walker, lang, lang === "hi" ? "आशा डेमो" : "Asha Demo", "1001");
      await register(
        walker,
        lang,
        lang === "hi" ? "रवि कुमार लक्ष्मीनारायण डेमो" : "Ravi Kumar Lakshminarayan Demo",
        "1002",
      );
      await look("people");
      await walker.goto(`${origin}/${lang}/people/new`);
      await look("register");
      await walker.goto(`${origin}/${lang}/find`);
      await look("find");
      await walker.selectOption("#state", "901");
      await walker.click("main form button");
      await walker.selectOption("#district", "9901");
      await walker.click("main form button");
      await walker.waitForSelector("#results");
      await look("found");
      await walker.goto(`${origin}/${lang}/book/${sessions[lang === "en" ? 4 : 3]!.sessionId}`);
      await look("book");
      await walker.check("input[name=people] >> nth=0");
      await walker.check("input[name=people] >> nth=1");
      await walker.check("input[name=slot][value='3']");
      await walker.click("main form button");
      await walker.waitForURL(/\/booked$/);
      await look("booked");
      await walker.click(".sk-actions a >> nth=0");
      await look("slip");
      const slip = walker.url();
      await walker.goBack();
      await walker.goBack();
      await walker.goto(slip);
      assert.equal(await walker.locator(".sk-code").count(), 2, "the back button booked nothing more");
      await walker.goto(`${origin}/${lang}/people`);
      await walker.click("main .sk-card h2 a >> nth=0");
      await look("person");
      await walker.goto(`${slip}/cancel`);
      await look("cancel");
      await walker.click("main form button");
      await walker.waitForURL(/done=cancelled$/);
      await look("cancelled");
      await plain.close();
      await context.close();
    });

    test("shows what is wrong, with the way to it", { timeout: 60_000 }, async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${origin}/${lang}/sign-in`);
      await page.fill("#mobile", "12");
      await page.click("main button");
      await lookAt(page, `citizen-${lang}-wrong-number`);
      await signIn(page, lang);
      await page.fill("#code", "000000");
      await page.press("#code", "Enter");
      await lookAt(page, `citizen-${lang}-wrong-code`);
      await enterCode(page);
      await page.goto(`${origin}/${lang}/people/new`);
      await page.click("main form button");
      assert.equal(await page.evaluate("document.activeElement.className"), "sk-error-summary");
      await lookAt(page, `citizen-${lang}-wrong-person`);
      await page.goto(`${origin}/${lang}/book/${sessions[0]!.sessionId.slice(0, -1)}0`);
      await lookAt(page, `citizen-${lang}-no-session`);
      await context.close();
    });
  });
}
