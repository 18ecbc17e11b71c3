// A day of a vaccinator, in a real browser with a passkey: enrolment by link, sign-in, check-in, dose, reaction, undo,
// walk-ins with and without a phone; each page looked at by axe on a phone and on a desk.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { bookAppointment, findAppointment, securityCode, slipsOf } from "../../src/modules/appointments/index.js";
import type { Deps } from "../../src/modules/disclosure/index.js";
import { inviteStaff, removeStaff } from "../../src/modules/staff/index.js";
import { refused } from "../../src/platform/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { uuidv7 } from "../../src/platform/random.js";
import { assetFiles } from "../../src/web/assets.js";
import { sendRefusal } from "../../src/web/page.js";
import { staffPages } from "../../src/web/staff/index.js";
import { openBrowser } from "../support/browser.js";
import { demoMobile, publishedSession, registered, setCode, signedInCitizen } from "../support/citizens.js";
import { batchAt } from "../support/dose-day.js";
import { signedInStaff, type TestStaff } from "../support/staff-actor.js";
import { testWorld, type World } from "../support/world.js";
import { lookAt } from "./page-checks.js";

let world: World;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let port: number;
let close: () => Promise<unknown>;
let admin: TestStaff;
let sessionId: string;
let facilityId: string;

let queries = 0;
/** The same dependencies, whose questions to the database are counted. */
function counted(deps: Deps): Deps {
  const db: Deps["db"] = {
    ...deps.db,
    rows(text, values) {
      queries++;
      return deps.db.rows(text, values);
    },
  };
  return { ...deps, db };
}

const at = (path: string, host = "localhost") => `http://${host}:${port}${path}`;

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2022-02-14T04:00:00Z"));
  ({ sessionId, facilityId } = await publishedSession(world, { inDays: 0, slots: 2 }));
  await batchAt(world, facilityId);
  await batchAt(world, facilityId);
  admin = await signedInStaff(world.deps, "facility-admin", { facilityId });
  const app = await createServer({
    origin: "http://127.0.0.1:8080",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  assetFiles(app);
  staffPages(app, counted(world.deps), { origin: "http://127.0.0.1:8080" });
  port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  close = () => app.close();
  browser = await openBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
});
after(async () => {
  await browser?.close();
  await close?.();
  await world?.close();
});

async function invitationLink(): Promise<{ staffId: string; path: string }> {
  const invited = await inviteStaff(world.deps, admin.actor, {
    displayName: "Nurse Demo",
    role: "vaccinator",
    facilityId,
  });
  assert.ok(invited.ok);
  return { staffId: invited.value.staffId, path: `/en/staff/enrol/${invited.value.token}` };
}

async function bookedPerson(): Promise<{ code: string; token: string; last4: string }> {
  const citizen = await signedInCitizen(world);
  const beneficiaryId = await registered(world, citizen, { name: "Meena Demo" });
  const booked = await bookAppointment(world.deps, citizen.actor, {
    sessionId,
    slotNumber: 1,
    beneficiaryIds: [beneficiaryId],
    requestKey: uuidv7(),
  });
  assert.ok(booked.ok, JSON.stringify(booked));
  const { appointmentId } = booked.value;
  const [row] = await world.deps.db.rows<{ last4: string }>(
    "SELECT right(reference_id::text, 4) AS last4 FROM registry.beneficiaries WHERE beneficiary_id = $1",
    [beneficiaryId],
  );
  const appointment = await findAppointment(world.deps, citizen.accountId, appointmentId);
  assert.ok(appointment);
  return {
    code: securityCode(world.deps.macs, appointmentId, beneficiaryId),
    token: slipsOf(world.deps, appointment)[0]?.token ?? "",
    last4: row?.last4 ?? "",
  };
}

const heading = () => page.locator("h1").innerText();
const text = () => page.locator("main").innerText();
const press = (name: string | RegExp) => page.getByRole("button", { name }).click();

describe("signing in", () => {
  test("on 127.0.0.1 the page leads to localhost, where passkeys work", async () => {
    await page.goto(at("/en/staff/sign-in", "127.0.0.1"));
    const link = page.getByRole("link", { name: "Open this page on localhost" });
    assert.equal(await link.getAttribute("href"), at("/en/staff/sign-in"));
    await lookAt(page, "sign-in-on-address");
  });

  test("a page of the site without a sign-in leads to the sign-in page", async () => {
    await page.goto(at("/hi/staff"));
    assert.equal(new URL(page.url()).pathname, "/hi/staff/sign-in");
    await lookAt(page, "sign-in-hi");
  });

  test("a device without a passkey is told what to do", async () => {
    await page.goto(at("/en/staff/sign-in"));
    await press("Sign in with a passkey");
    await page.locator("[data-passkey-failed]").waitFor({ state: "visible" });
    assert.match(await text(), /ask your admin for a new enrolment link/);
    await lookAt(page, "sign-in-no-passkey");
  });

  test("by the one-time link a passkey is made; with it she signs in and sees today's sessions", async () => {
    const { path } = await invitationLink();
    await page.goto(at(path));
    assert.equal(await heading(), "Set up your passkey");
    await lookAt(page, "enrol");
    await press("Make a passkey");
    await page.waitForURL(/\/staff\/enrolled$/);
    await lookAt(page, "enrolled");
    await page.goto(at(path));
    assert.match(await text(), /used already or has run out/);
    await lookAt(page, "enrol-used");
    await page.goto(at("/en/staff/sign-in"));
    await lookAt(page, "sign-in");
    await press("Sign in with a passkey");
    await page.waitForURL(/\/en\/staff$/);
    assert.equal(await heading(), "Today's sessions");
    assert.match(await page.locator(".sk-bar").innerText(), /Vaccinator, Demo Health Centre/);
    await lookAt(page, "today");
    const [cookie] = (await context.cookies()).filter((each) => each.name === "sakshi_staff");
    assert.ok(cookie?.httpOnly && cookie.sameSite === "Lax");
  });
});

describe("at the session", () => {
  let person: Awaited<ReturnType<typeof bookedPerson>>;
  let sentForm: { url: string; batchId: string; requestKey: string };
  before(async () => {
    person = await bookedPerson();
  });

  test("the list shows numbers, no names", async () => {
    await page.goto(at("/en/staff"));
    await page.getByRole("link", { name: "COVISHIELD" }).click();
    assert.equal(await heading(), "Session: COVISHIELD");
    assert.ok((await text()).includes(person.last4));
    assert.ok(!(await text()).includes("Meena"));
    await lookAt(page, "day");
  });

  test("a wrong security code is refused, the right one opens the record with its purpose", async () => {
    await page.getByLabel("Last four digits of the reference ID").fill(person.last4);
    await press("Search");
    await page.getByRole("link", { name: `Check in ${person.last4}` }).click();
    await lookAt(page, "code");
    await page.getByLabel("Security code").fill(person.code === "0000" ? "0001" : "0000");
    await press("Check in");
    assert.match(await page.title(), /^Error: /);
    assert.ok(!(await text()).includes("Meena"));
    await lookAt(page, "code-wrong");
    const formUrl = page.url();
    await page.goto(formUrl);
    assert.equal(page.url(), formUrl.replace(/\/check-in$/, ""), "a reload of a refused form leads back to it");
    await page.getByLabel("Security code").fill(person.code);
    await press("Check in");
    assert.equal(await heading(), "Compare the photo ID");
    assert.match(await text(), /Meena Demo/);
    assert.match(await text(), /This look is written down/);
    assert.doesNotMatch(page.url() + (await page.title()), /Meena/);
    await lookAt(page, "identity");
  });

  test("the photo id is compared first; then comes the dose that the rules name", async () => {
    await press("Continue");
    assert.match(await page.title(), /^Error: /);
    await lookAt(page, "identity-no-answer");
    await page.getByLabel("No: no photo ID was shown").check();
    await press("Continue");
    assert.equal(await heading(), "Photo ID not accepted");
    await lookAt(page, "identity-refused");
    world.setNow(new Date("2022-02-14T04:01:00Z"));
    await page.getByRole("link", { name: "Compare again" }).click();
    await page.getByLabel("Yes, they match").check();
    await press("Continue");
    assert.equal(await heading(), "Record the dose");
    assert.match(await page.locator(".sk-next-dose").innerText(), /Dose 1 · COVISHIELD/);
    await lookAt(page, "dose");
    await press(/Dose 1 was given/);
    assert.match(await text(), /Choose the batch/);
    await page.getByRole("radio").first().check();
    sentForm = {
      url: page.url(),
      batchId: await page.getByRole("radio").first().inputValue(),
      requestKey: await page.locator("input[name=requestKey]").inputValue(),
    };
    await press(/Dose 1 was given/);
    assert.equal(await heading(), "Dose recorded");
    assert.match(await text(), /30 minutes left/);
    await lookAt(page, "observation");
  });

  test("the dose is there once, however often the form is sent", async () => {
    const { url, ...form } = sentForm;
    for (const requestKey of [form.requestKey, uuidv7()]) {
      const again = await page.request.post(url, { form: { ...form, requestKey }, headers: { origin: at("") } });
      assert.match(again.url(), /\/observation$/);
    }
    await page.goto(url);
    assert.match(page.url(), /\/observation$/);
    await page.goto(at(`/en/staff/sessions/${sessionId}`));
    const doses = await world.deps.db.rows("SELECT FROM registry.vaccinations");
    assert.equal(doses.length, 1);
  });

  test("a reaction is noted", async () => {
    await page.getByRole("link", { name: `Observation ${person.last4}` }).click();
    await press("Note a reaction");
    await press("Save the note");
    assert.match(await page.title(), /^Error: /);
    await lookAt(page, "reaction-error");
    await page.getByLabel("Minor").check();
    await page.getByLabel("What happened, and when?").fill("Sore arm after ten minutes; rested.");
    await press("Save the note");
    assert.match(await text(), /The reaction is noted/);
    const reports = await world.deps.db.rows("SELECT FROM registry.aefi_reports");
    assert.equal(reports.length, 1);
  });

  test("a wrong click is undone after a question, and stays in history", async () => {
    await page.getByRole("link", { name: /Undo this dose/ }).click();
    await lookAt(page, "undo");
    world.setNow(new Date("2022-02-14T04:05:00Z"));
    await press("Yes, undo the dose");
    assert.match(await text(), /was marked as entered in error/);
    await lookAt(page, "undone");
    const [dose] = await world.deps.db.rows<{ status: string }>("SELECT status FROM registry.vaccinations");
    assert.equal(dose?.status, "entered-in-error");
    await page.getByRole("link", { name: new RegExp(person.last4) }).click();
    assert.equal(await heading(), "Compare the photo ID");
    await page.locator("details summary").click();
    assert.match(await text(), /Entered in error/);
    await lookAt(page, "identity-again");
  });

  test("a slip's QR checks in; somebody else's text does not", async () => {
    const other = await bookedPerson();
    await page.goto(at(`/hi/staff/sessions/${sessionId}`));
    await page.locator("#token").fill("not-a-slip");
    await page.locator("form[data-scan] button[type=submit]").click();
    assert.match(await page.title(), /^त्रुटि|^Error/);
    await lookAt(page, "day-hi-error");
    await page.locator("#token").fill(other.token);
    await page.locator("form[data-scan] button[type=submit]").click();
    assert.equal(await heading(), "फ़ोटो पहचान-पत्र मिलाएँ");
    await lookAt(page, "identity-hi");
    await page.locator("input[value=yes]").check();
    await page.locator("main form button").click();
    await lookAt(page, "dose-hi");
    await page.getByRole("radio").first().check();
    await page.locator("main form button").click();
    assert.equal(await heading(), "खुराक दर्ज हो गई");
    await lookAt(page, "observation-hi");
  });
});

describe("walk-ins", () => {
  async function fillPerson(name: string): Promise<void> {
    await page.locator("#name").fill(name);
    await page.locator("#birthYear").fill("1985");
    await page.locator("input[value=Female]").check();
    await page.locator("#photoIdType").selectOption("12");
    await page.locator("#photoIdLast4").fill("77AB");
    await page.locator("input[name=consent]").check();
  }

  test("a code on the phone shows that the person is here; then the person is registered and checked in", async () => {
    await page.goto(at(`/en/staff/sessions/${sessionId}`));
    await press("Admit a walk-in");
    await lookAt(page, "walk-in");
    await page.getByLabel("Mobile number of the person").fill("12");
    await press("Send the code");
    assert.match(await page.title(), /^Error: /);
    const mobile = demoMobile();
    await page.getByLabel("Mobile number of the person").fill(mobile);
    await press("Send the code");
    assert.equal(await heading(), "Code from the person's phone");
    assert.ok(!page.url().includes(mobile));
    await setCode(world, new URL(page.url()).pathname.split("/").at(-1) ?? "", "112233");
    await lookAt(page, "presence");
    await page.getByLabel("6-digit code").fill("112244");
    await press("Continue");
    assert.match(await page.title(), /^Error: /);
    await page.getByLabel("6-digit code").fill("112233");
    await press("Continue");
    assert.equal(await heading(), "Register the person");
    await press("Register and admit");
    await lookAt(page, "new-errors");
    await fillPerson("सीता डेमो");
    await press("Register and admit");
    assert.equal(await heading(), "Compare the photo ID");
    assert.match(await text(), /सीता डेमो/);
    await lookAt(page, "walk-in-identity");
  });

  test("a family that is known is shown by name behind the code, and to nobody before it", async () => {
    const mobile = demoMobile();
    const citizen = await signedInCitizen(world, mobile);
    await registered(world, citizen, { name: "Ravi Demo" });
    await registered(world, citizen, { name: "Latha Demo", birthYear: "1950" });
    world.setNow(new Date("2022-02-14T04:10:00Z"));
    await page.goto(at(`/en/staff/sessions/${sessionId}/walk-in`));
    await page.getByLabel("Mobile number of the person").fill(mobile);
    await press("Send the code");
    assert.ok(!(await text()).includes("Ravi"));
    await setCode(world, new URL(page.url()).pathname.split("/").at(-1) ?? "", "112233");
    await page.getByLabel("6-digit code").fill("112233");
    await press("Continue");
    assert.equal(await heading(), "Who is here?");
    await lookAt(page, "people");
    await page.getByLabel("Latha Demo").check();
    await press("Continue");
    assert.match(await text(), /Latha Demo/);
  });

  test("without a phone a reason is needed", async () => {
    await page.goto(at(`/en/staff/sessions/${sessionId}/walk-in/no-phone`));
    await lookAt(page, "no-phone");
    await fillPerson("Ganga Demo");
    await press("Register and admit");
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.locator("#name").inputValue(), "Ganga Demo");
    await page.getByLabel("The person has no phone").check();
    await press("Register and admit");
    assert.match(await text(), /Ganga Demo/);
    const [row] = await world.deps.db.rows<{ reason: string }>("SELECT reason FROM registry.facilitations");
    assert.equal(row?.reason, "has-no-phone");
  });
});

describe("the end", () => {
  test("each page asks the database fewer than ten times", async () => {
    for (const path of ["", `/sessions/${sessionId}`, `/sessions/${sessionId}/walk-in`]) {
      queries = 0;
      await page.goto(at(`/en/staff${path}`));
      assert.ok(queries > 0 && queries < 10, `${path}: ${queries}`);
    }
    for (const link of [/^Compare photo ID/, /^Observation/]) {
      await page.goto(at(`/en/staff/sessions/${sessionId}`));
      queries = 0;
      await page.getByRole("link", { name: link }).first().click();
      await page.waitForURL(/identity|observation/);
      // Two pages: the redirect that chooses the step, and the step.
      assert.ok(queries > 0 && queries < 20, `${link}: ${queries}`);
    }
  });

  test("an admin's sign-in does not open the session site, and is told so", async () => {
    const headers = { cookie: `sakshi_staff=${admin.token}` };
    await world.deps.db.rows("UPDATE registry.staff_sign_ins SET last_seen_at = $1", [world.deps.clock()]);
    const reply = await fetch(at(`/en/staff/sessions/${sessionId}`), { headers, redirect: "manual" });
    assert.equal(reply.status, 403);
    assert.match(await reply.text(), /NOT_ALLOWED/);
  });

  test("another site's form changes nothing", async () => {
    const reply = await page.request.post(at("/en/staff/sign-out"), { headers: { origin: "https://evil.example" } });
    assert.equal(reply.status(), 403);
    await page.goto(at("/en/staff"));
    assert.equal(await heading(), "Today's sessions");
  });

  test("signing out ends it, also for the back button", async () => {
    await press("Sign out");
    assert.equal(await heading(), "You are signed out");
    await lookAt(page, "signed-out");
    await page.goBack();
    await page.reload();
    assert.equal(new URL(page.url()).pathname, "/en/staff/sign-in");
  });

  test("removed staff are out at the next click", async () => {
    await press("Sign in with a passkey");
    await page.waitForURL(/\/en\/staff$/);
    const [row] = await world.deps.db.rows<{ staffId: string }>(
      `SELECT staff_id AS "staffId" FROM registry.staff WHERE display_name = 'Nurse Demo' ORDER BY created_at LIMIT 1`,
    );
    const fresh = await signedInStaff(world.deps, "facility-admin", { facilityId });
    const removed = await removeStaff(world.deps, fresh.actor, { staffId: row?.staffId ?? "" });
    assert.ok(removed.ok, JSON.stringify(removed));
    await page.goto(at(`/en/staff/sessions/${sessionId}`));
    assert.equal(new URL(page.url()).pathname, "/en/staff/sign-in");
    await press("Sign in with a passkey");
    await page.getByText("This passkey was not accepted").waitFor();
    await lookAt(page, "sign-in-refused");
  });
});
