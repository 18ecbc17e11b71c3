// "Something is wrong", lived in a browser: a person asks, one officer proposes, a second decides, the
// person reads both; each page looked at by axe and by its width.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { cancelSessionAppointments } from "../../src/modules/appointments/index.js";
import { issueCertificate } from "../../src/modules/certificates/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { refused } from "../../src/platform/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { assetFiles } from "../../src/web/assets.js";
import { citizenPages } from "../../src/web/citizen/index.js";
import { officerPages } from "../../src/web/officer/index.js";
import { sendRefusal } from "../../src/web/page.js";
import { openBrowser } from "../support/browser.js";
import { demoMobile, registered, type SignedInCitizen, setCodes, signedInCitizen } from "../support/citizens.js";
import { comesAgain, type DoseDay, doseDay } from "../support/dose-day.js";
import { signedInStaff } from "../support/staff-actor.js";
import { testWorld, type World } from "../support/world.js";
import { lookAt } from "./page-checks.js";

let world: World;
let app: FastifyInstance;
let browser: Browser;
let origin: string;
let day: DoseDay;
let citizen: SignedInCitizen;
let mobile: string;
let id: string;

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T06:00:00Z"));
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  assetFiles(app);
  citizenPages(app, world.deps, { origin: "http://127.0.0.1" });
  officerPages(app, world.deps, { origin: "http://127.0.0.1", endAppointments: cancelSessionAppointments });
  origin = await app.listen({ host: "127.0.0.1", port: 0 });
  day = await doseDay(world);
  mobile = demoMobile();
  citizen = await signedInCitizen(world, mobile);
  id = await registered(world, citizen);
  const input = await comesAgain(world, day, { ...citizen, mobile } as never, id);
  const dose = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(dose.ok);
  const { vaccinationId } = dose.value;
  assert.ok((await issueCertificate(world.deps, { beneficiaryId: id, vaccinationId })).ok);
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
  await world.close();
});

async function contextWith(cookie: string, value: string): Promise<BrowserContext> {
  const context = await browser.newContext({ bypassCSP: true });
  context.setDefaultTimeout(20_000);
  await context.addCookies([{ name: cookie, value, url: origin }]);
  return context;
}
async function officerPage(role: string, place: object): Promise<Page> {
  const { token } = await signedInStaff(world.deps, role, place);
  return (await contextWith("sakshi_staff", token)).newPage();
}

test("a certificate is offered to a wallet app, on a page that fits a phone", async () => {
  const page = await (await contextWith("sakshi_sign_in", citizen.token)).newPage();
  await page.goto(`${origin}/hi/people/${id}/certificate`);
  await lookAt(page, "certificate-hi");
  await page.click("main form button");
  assert.match((await page.textContent(".sk-code"))!, /^\d{6}$/);
  assert.ok((await page.evaluate<number>("document.querySelector('img.sk-qr').naturalWidth")) > 0);
  await lookAt(page, "wallet-hi");
  await page.goto(page.url());
  assert.match(page.url(), /\/certificate$/, "a reload makes no other offer");
});

test("a person asks, two officers settle it, and the person reads why", async () => {
  const page = await (await contextWith("sakshi_sign_in", citizen.token)).newPage();
  await page.goto(`${origin}/en/people/${id}`);
  await page.click("text=Something is wrong");
  await lookAt(page, "correct");
  await page.click("text=Name, year of birth, gender or photo ID is wrong");
  await page.fill("#name", "Aasha <b>Demo");
  await page.click("main button");
  assert.equal(await page.textContent("#words-error"), "Error: Say in your own words why. It cannot be empty.");
  await page.fill("#words", "My card says Aasha");
  await page.click("main button");
  assert.equal(await page.inputValue("#words"), "My card says Aasha", "what was typed is kept");
  assert.match((await page.textContent("#name-error"))!, /letters/i);
  await lookAt(page, "correct-identity");
  await page.fill("#name", "Aasha Demo");
  await page.click("main button");
  await page.waitForURL(/\/requests\?done=asked$/);
  await lookAt(page, "requests");

  const first = await officerPage("district-admin", { districtId: 9901 });
  await first.goto(`${origin}/en/officer/tickets`);
  await lookAt(first, "officer-tickets");
  await first.click("text=Name, year of birth");
  assert.ok(!(await first.textContent("main"))!.includes("Asha"), "nothing of the person before it is taken");
  await first.click("text=Take the request");
  assert.match((await first.textContent("main"))!, /Asha Demo → Aasha Demo/);
  await first.click("main button");
  assert.equal(await first.textContent("#choice-error"), "Error: Choose one of the two.");
  await first.check("#choice");
  await first.fill("#note", "Compared with the register");
  await lookAt(first, "officer-ticket");
  await first.click("main button");
  await first.waitForURL(/done=ticket-proposed$/);

  const second = await officerPage("state-admin", { stateId: 901 });
  await second.goto(`${origin}/hi/officer/tickets`);
  await second.click("td a, th a");
  await second.click("main button");
  await second.check("#choice");
  await second.fill("#note", "मैंने भी यही देखा");
  await lookAt(second, "officer-ticket-second-hi");
  await second.click("main button");
  await second.waitForURL(/done=ticket-decided$/);

  await page.goto(`${origin}/en/requests`);
  await page.click("main .sk-card a");
  const read = (await page.textContent("main"))!;
  for (const words of ["Asha Demo → Aasha Demo", "Compared with the register", "मैंने भी यही देखा", "Put right"])
    assert.ok(read.includes(words), words);
  await lookAt(page, "request");
  await page.goto(`${origin}/en/people/${id}`);
  assert.equal(await page.textContent("h1"), "Aasha Demo");
});

test("the other forms stand, in Hindi too; a person moves when both codes come back", async () => {
  const page = await (await contextWith("sakshi_sign_in", citizen.token)).newPage();
  for (const kind of ["passport", "dose", "not-mine", "no-certificate", "merge", "unknown-member"]) {
    await page.goto(`${origin}/hi/people/${id}/correct/${kind}`);
    await lookAt(page, `correct-${kind}`);
  }
  await page.goto(`${origin}/en/people/${id}/correct/passport`);
  await page.fill("#passportNumber", "Z1234567");
  await page.fill("#birthDate", "29");
  await page.fill("#birthDate-month", "2");
  await page.fill("#birthDate-year", "1971");
  await page.click("main button");
  assert.ok(await page.isVisible("#birthDate-error"), "29 February 1971 was none");

  world.setNow(new Date("2026-11-23T06:05:00Z"));
  await page.goto(`${origin}/en/people/${id}/move`);
  await lookAt(page, "move");
  await page.fill("#ownMobile", mobile);
  await page.fill("#newMobile", demoMobile());
  await page.click("main button");
  await setCodes(world, "246810");
  await lookAt(page, "move-codes");
  await page.fill("#ownCode", "246810");
  await page.fill("#nextCode", "246810");
  await page.click("main button");
  await page.waitForURL(/\/people\?done=moved$/);
  assert.ok(!(await page.textContent("main"))!.includes("Aasha"));
});
