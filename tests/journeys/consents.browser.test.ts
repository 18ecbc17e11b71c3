// The person's side of a consent, in a real browser without JavaScript: the partner's code, the request, whose record,
// the list, the end; and what the partner sees before, between and after. Then the page about the API.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext } from "playwright-core";
import { requestConsent } from "../../src/modules/consents/index.js";
import { randomToken, tokenHash, uuidv7 } from "../../src/platform/random.js";
import { type ApiWorld, apiWorld } from "../api/api-world.js";
import { openBrowser } from "../support/browser.js";
import { type DemoPartner, demoPartner, demoTerms } from "../support/partners.js";
import { registeredPerson, signedInAccount } from "../support/vault-people.js";
import { lookAt } from "./page-checks.js";

let api: ApiWorld;
let browser: Browser;
let partner: DemoPartner;
let token: string;
before(async () => {
  api = await apiWorld();
  browser = await openBrowser();
  partner = await demoPartner(api.world, "Demo Clinic");
  const account = await signedInAccount(api.world);
  await registeredPerson(api.world, account);
  await registeredPerson(api.world, account, { name: "Usha Demo" });
  token = randomToken();
  await api.world.deps.db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [
    account.signInId,
    tokenHash(token),
  ]);
});
after(async () => {
  await browser.close();
  await api.close();
});

async function signedInContext(javaScriptEnabled: boolean): Promise<BrowserContext> {
  const context = await browser.newContext({ javaScriptEnabled });
  await context.addCookies([{ name: "sakshi_sign_in", value: token, url: api.origin }]);
  return context;
}
async function asked(): Promise<{ code: string; consentId: string }> {
  const request = { terms: demoTerms(api.world), requestKey: uuidv7() };
  const outcome = await requestConsent(api.world.deps, partner, request);
  assert.ok(outcome.ok);
  return { code: outcome.value.code, consentId: outcome.value.consent.consentId };
}
async function artefactOf(consentId: string) {
  const { json } = await api.get(`/api/v1/consents/${consentId}`, { "x-api-key": partner.key });
  return json as { state: string; artefact?: { patient: { id: string } } };
}

for (const [lang, allow, end, ended] of [
  ["en", "Allow", "End this now", "Ended by you"],
  ["hi", "अनुमति दें", "इसे अभी समाप्त करें", "आपने समाप्त किया"],
] as const) {
  test(`in ${lang}, without JavaScript: a code, a person, a yes, a look, an end`, async () => {
    const context = await signedInContext(false);
    const page = await context.newPage();
    const { code, consentId } = await asked();
    await page.goto(`${api.origin}/${lang}/consents`);
    await page.fill("#code", "00000 00000");
    await page.click("main form button");
    assert.equal(await page.locator(".sk-error").count(), 1);
    await page.fill("#code", code.toLowerCase());
    await page.click("main form button");
    assert.ok(page.url().endsWith(`/${lang}/consent/${code}`));
    assert.match(await page.textContent("h1").then(String), /Demo Clinic/);
    await page.getByRole("button", { name: allow }).click();
    assert.equal(await page.locator(".sk-error").count(), 1, "whose record is asked for");
    await page.getByLabel("Usha Demo").check();
    await page.getByRole("button", { name: allow }).click();
    assert.ok(page.url().endsWith("/consents?done=granted"));

    const { state, artefact } = await artefactOf(consentId);
    assert.equal(state, "GRANTED");
    const look = () => api.get(`/api/fhir/Patient/${artefact!.patient.id}`, { "x-api-key": partner.key });
    assert.match((await look()).text, /Usha Demo/);
    await page.getByRole("button", { name: end }).first().click();
    assert.match(await page.textContent("main").then(String), new RegExp(ended));
    assert.equal((await look()).status, 403);
    await context.close();
  });
}

test("refusing needs no person, and a link brings back whoever must sign in first", async () => {
  const context = await signedInContext(false);
  const page = await context.newPage();
  const { code, consentId } = await asked();
  await page.goto(`${api.origin}/en/consent/${code}`);
  await page.getByRole("button", { name: "Refuse" }).click();
  assert.equal((await artefactOf(consentId)).state, "DENIED");
  await context.close();
  const open = await api.get(`/en/consent/${code}`);
  assert.deepEqual(
    [open.status, open.headers.get("location")],
    [303, `/en/sign-in?then=${encodeURIComponent(`/en/consent/${code}`)}`],
  );
});

test("the pages of consents and of the API stand up to the checks of every page", async () => {
  const context = await signedInContext(true);
  const page = await context.newPage();
  const { code } = await asked();
  for (const [name, path] of [
    ["consents", "/en/consents"],
    ["consent", `/hi/consent/${code}`],
    ["api", "/en/api"],
    ["api-hi", "/hi/api"],
  ]) {
    await page.goto(`${api.origin}${path}`);
    await lookAt(page, name!);
  }
  assert.ok((await page.locator("#CONSENT_MISSING").count()) === 1);
  await context.close();
});
