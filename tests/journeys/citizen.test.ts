// The citizen's story over HTTP, as a plain browser without JavaScript lives it: sign in, register, find, book, slip,
// move, cancel; and what goes wrong on the way: wrong codes, two tabs, the back button, somebody else's record.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { type Browser, openBrowser, type Page } from "../../src/cli/demo-journey/browser.js";
import type { Deps } from "../../src/modules/disclosure/index.js";
import type { Db, Queryable } from "../../src/platform/db/db.js";
import { refused } from "../../src/platform/errors.js";
import { createServer } from "../../src/platform/http/server.js";
import { assetFiles } from "../../src/web/assets.js";
import { citizenPages } from "../../src/web/citizen/index.js";
import { sendRefusal } from "../../src/web/page.js";
import { type DemoSession, demoMobile, publishedSession, setCodes, takenOf } from "../support/citizens.js";
import { testWorld, type World } from "../support/world.js";

let world: World;
let app: FastifyInstance;
let origin: string;
let queries = 0;

/** The same database, with every statement counted. */
function counted(db: Db): Db {
  const count = <Q extends Queryable>(queryable: Q): Q =>
    ({
      ...queryable,
      rows: (text: string, values?: readonly unknown[]) => (queries++, queryable.rows(text, values)),
    }) as Q;
  return { ...count(db), transaction: (work) => db.transaction((tx) => work(count(tx))) };
}

before(async () => {
  world = await testWorld();
  const deps: Deps = { ...world.deps, db: counted(world.deps.db) };
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  assetFiles(app);
  citizenPages(app, deps, { origin: "http://127.0.0.1" });
  origin = await app.listen({ host: "127.0.0.1", port: 0 });
});
after(async () => {
  await app.close();
  await world.close();
});
let now = Date.parse("2026-11-23T03:00:00Z");
const pass = (seconds: number) => {
  now += seconds * 1000;
  world.setNow(new Date(now));
};
beforeEach(() => pass(7_200));

const code = "246810";
async function askedForCode(browser: Browser, mobile: string, lang = "en"): Promise<Page> {
  const page = await browser.submit(await browser.get(`/${lang}/sign-in`), "/sign-in", { mobile });
  assert.equal(page.url.pathname, `/${lang}/sign-in/code`);
  await setCodes(world, code);
  return page;
}
async function signedIn(mobile = demoMobile(), lang = "en"): Promise<Browser> {
  const browser = openBrowser(origin);
  const people = await browser.submit(await askedForCode(browser, mobile, lang), "/sign-in/code", { code });
  assert.equal(people.url.pathname, `/${lang}/people`);
  return browser;
}
let lastPhotoId = 0;
const asha = (differences = {}) => ({
  name: "Asha Demo",
  birthYear: "1970",
  gender: "Female",
  photoIdType: "12",
  photoIdLast4: String(1000 + lastPhotoId++),
  consent: "yes",
  ...differences,
});
const idsOn = (page: Page) => [...page.text.matchAll(/\/people\/([0-9a-f-]{36})"/g)].map((one) => one[1]!);
async function withPerson(browser: Browser, differences = {}, lang = "en"): Promise<string> {
  const before = idsOn(await browser.get(`/${lang}/people`));
  const people = await browser.submit(await browser.get(`/${lang}/people/new`), "/people/new", asha(differences));
  assert.equal(people.status, 200, people.text);
  return idsOn(people).find((id) => !before.includes(id))!;
}
async function booked(browser: Browser, session: DemoSession, people: string[]): Promise<string> {
  const page = await browser.submit(await browser.get(`/en/book/${session.sessionId}`), "/book/", {
    people,
    slot: "1",
  });
  assert.match(page.url.pathname, /\/booked$/, page.text);
  return page.url.pathname.split("/")[3]!;
}

describe("a citizen", () => {
  test("signs in, registers two people, books, moves and cancels, in English and in Hindi", async () => {
    for (const lang of ["en", "hi"]) {
      const browser = await signedIn(demoMobile(), lang);
      const first = await withPerson(browser, { name: lang === "hi" ? "आशा डेमो" : "Asha Demo" }, lang);
      const second = await withPerson(browser, { name: "Ravi Demo", gender: "Male" }, lang);
      const session = await publishedSession(world, { pincode: lang === "hi" ? 110002 : 110003 });
      const found = await browser.get(`/${lang}/find?pincode=${lang === "hi" ? 110002 : 110003}`);
      assert.match(found.text, new RegExp(`/${lang}/book/${session.sessionId}`));
      const page = await browser.submit(await browser.get(`/${lang}/book/${session.sessionId}`), "/book/", {
        people: [first, second],
        slot: "1",
      });
      assert.match(page.url.pathname, /\/booked$/, page.text);
      const path = page.url.pathname.replace("/booked", "");
      const slip = await browser.get(path);
      assert.equal(slip.text.match(/class="sk-code">\d{4}</g)?.length, 2);
      const pdf = await browser.get(`${path}/people/${second}/slip.pdf`);
      assert.equal(pdf.body.subarray(0, 5).toString(), "%PDF-");

      const moving = await browser.get(`/${lang}/book/${session.sessionId}?move=${path.split("/").at(-1)}`);
      const moved = await browser.submit(moving, "/book/", { slot: "2" });
      assert.match(moved.url.pathname, /\/moved$/, moved.text);
      assert.deepEqual(
        [await takenOf(world, session.sessionId), await takenOf(world, session.sessionId, "dose1", 2)],
        [0, 2],
      );

      const people = await browser.submit(await browser.get(`${path}/cancel`), "/cancel", { people: [first, second] });
      assert.equal(people.url.pathname, `/${lang}/people`);
      assert.equal(await takenOf(world, session.sessionId, "dose1", 2), 0);
    }
  });

  test("comes back to the page that asked for the sign-in, and nowhere else", async () => {
    const session = await publishedSession(world);
    const browser = openBrowser(origin);
    const asked = await browser.get(`/en/book/${session.sessionId}`);
    assert.equal(asked.url.pathname, "/en/sign-in");
    const page = await browser.submit(asked, "/sign-in", { mobile: demoMobile() });
    await setCodes(world, code);
    const then = await browser.submit(page, "/sign-in/code", { code });
    assert.equal(then.url.pathname, "/en/people", "nobody is registered yet: first that");
    for (const away of [
      "//evil.example",
      "https://evil.example",
      "/en/../..//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      const plain = openBrowser(origin);
      const form = await plain.get(`/en/sign-in?then=${encodeURIComponent(away)}`);
      assert.ok(!form.text.includes("evil.example") || !/name="then"/.test(form.text), away);
    }
  });

  test("is told about a wrong number, a wrong code and the wait, and keeps what was typed", async () => {
    const browser = openBrowser(origin);
    const wrong = await browser.submit(await browser.get("/en/sign-in"), "/sign-in", { mobile: "12345" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /<title>Error:/);
    assert.match(wrong.text, /value="12345"/);
    const mobile = demoMobile();
    let page = await askedForCode(browser, mobile);
    assert.match(page.text, /180 more seconds/);
    page = await browser.submit(page, "/sign-in/code", { code: "000000" });
    assert.equal(page.status, 422);
    assert.match(page.text, /2 tries are left/);
    const early = await browser.submit(page, "/sign-in/resend");
    assert.equal(early.status, 429);
    assert.match(early.text, /60 seconds/);
    pass(61);
    const again = await browser.submit(early, "/sign-in/resend");
    assert.equal(again.status, 200);
    await setCodes(world, code);
    const people = await browser.submit(again, "/sign-in/code", { code });
    assert.equal(people.url.pathname, "/en/people");
  });

  test("gets the same page for a known and an unknown number, and the number stands in no page, URL or cookie", async () => {
    const known = demoMobile();
    await signedIn(known);
    pass(7_200);
    const pages: string[] = [];
    for (const mobile of [known, demoMobile()]) {
      const page = await askedForCode(openBrowser(origin), mobile);
      assert.ok(!page.text.includes(mobile) && !page.url.href.includes(mobile));
      pages.push(page.text);
    }
    assert.equal(pages[0], pages[1]);
  });

  test("cannot use a code on another device", async () => {
    const here = openBrowser(origin);
    await askedForCode(here, demoMobile());
    const elsewhere = openBrowser(origin);
    const page = await elsewhere.post("/en/sign-in/code", { code });
    assert.equal(page.status, 422);
    assert.match(page.text, /OTP_EXPIRED|has run out/);
  });

  test("types numbers in the digits of the own script", async () => {
    const mobile = demoMobile();
    const devanagari = (text: string) => text.replace(/\d/g, (digit) => String.fromCodePoint(0x966 + Number(digit)));
    const browser = openBrowser(origin);
    const asked = await askedForCode(browser, devanagari(mobile), "hi");
    const people = await browser.submit(asked, "/sign-in/code", { code: devanagari(code) });
    assert.equal(people.url.pathname, "/hi/people");
    const id = await withPerson(browser, { birthYear: "१९८४", photoIdLast4: "१२३४" }, "hi");
    assert.match((await browser.get(`/hi/people/${id}`)).text, /1984/);
    assert.equal((await browser.get(`/hi/find?pincode=${encodeURIComponent("५६०००१")}`)).status, 200);
  });

  test("keeps what was typed when the form is wrong, but never a whole id number", async () => {
    const browser = await signedIn();
    const page = await browser.submit(
      await browser.get("/en/people/new"),
      "/people/new",
      asha({ name: '"><script>alert(1)</script>', photoIdLast4: "123412341234", consent: "" }),
    );
    assert.equal(page.status, 422);
    assert.match(page.text, /value="&quot;>&lt;script>|&quot;&gt;&lt;script&gt;/);
    assert.ok(!page.text.includes("<script>alert"));
    assert.ok(!page.text.includes("123412341234"));
    assert.match(page.text, /value="1970"/);
    assert.match(page.text, /href="#consent"/);
  });

  test("sees one person after a double click, and one appointment after two tabs", async () => {
    const browser = await signedIn();
    const form = await browser.get("/en/people/new");
    const person = asha();
    await Promise.all([browser.submit(form, "/people/new", person), browser.submit(form, "/people/new", person)]);
    const people = await browser.submit(form, "/people/new", person);
    const ids = new Set(idsOn(people));
    assert.equal(ids.size, 1);
    const session = await publishedSession(world);
    const [one, two] = [
      await browser.get(`/en/book/${session.sessionId}`),
      await browser.get(`/en/book/${session.sessionId}`),
    ];
    const [id] = ids;
    const answers = await Promise.all(
      [one, two, one].map((page) => browser.submit(page, "/book/", { people: [id!], slot: "1" })),
    );
    assert.equal(await takenOf(world, session.sessionId), 1);
    assert.deepEqual(
      answers.map((page) => page.status).sort(),
      answers[1]!.status === 409 ? [200, 200, 409] : [200, 409, 409],
    );
  });

  test("is offered no second appointment for somebody who has one ahead", async () => {
    const browser = await signedIn();
    const [booked1, free] = [await withPerson(browser), await withPerson(browser)];
    await booked(browser, await publishedSession(world), [booked1]);
    const other = await publishedSession(world);
    const form = await browser.get(`/en/book/${other.sessionId}`);
    assert.match(form.text, new RegExp(`value="${booked1}"[^>]* disabled`));
    assert.match(form.text, /Has an appointment already, on /);
    assert.doesNotMatch(form.text, new RegExp(`value="${free}"[^>]* disabled`));
    const hindi = await browser.get(`/hi/book/${other.sessionId}`);
    assert.match(hindi.text, /पहले से अपॉइंटमेंट है/);
    await booked(browser, other, [free]);
    const nobody = await browser.get(`/en/book/${other.sessionId}`);
    assert.match(nobody.text, /Nobody on your list can be booked for this session/);
    const late = await browser.submit(form, "/book/", { people: [free], slot: "2" });
    assert.equal(late.status, 409);
    assert.doesNotMatch(late.text, /href="#people"/, "no link to a field that is not there");
  });

  test("is told when the session fills or is cancelled between look and book", async () => {
    const browser = await signedIn();
    const id = await withPerson(browser);
    const session = await publishedSession(world, { places: { dose1: 1 } });
    const form = await browser.get(`/en/book/${session.sessionId}`);
    await world.deps.db.rows("UPDATE registry.places SET taken = capacity WHERE session_id = $1 AND slot_number = 1", [
      session.sessionId,
    ]);
    const full = await browser.submit(form, "/book/", { people: [id], slot: "1" });
    assert.equal(full.status, 409);
    assert.match(full.text, /All places at this time are taken/);
    assert.match(full.text, new RegExp(`value="${id}" checked`), "the chosen person stays chosen");
    await world.deps.db.rows("UPDATE registry.sessions SET status = 'cancelled' WHERE session_id = $1", [
      session.sessionId,
    ]);
    const gone = await browser.submit(form, "/book/", { people: [id], slot: "2" });
    assert.equal(gone.status, 409);
    assert.match(gone.text, /APPOINTMENT_SESSION_CANCELLED/);
  });

  test("finds nobody else's record, whatever the address", async () => {
    const owner = await signedIn();
    const id = await withPerson(owner);
    const appointment = await booked(owner, await publishedSession(world), [id]);
    const stranger = await signedIn();
    await withPerson(stranger);
    for (const path of [
      `/people/${id}`,
      `/people/${id}/certificate`,
      `/people/${id}/certificate.pdf`,
      `/people/${id}/certificate/cowin.json`,
      `/people/${id}/certificate/__proto__`,
      `/people/${id}/remove`,
      `/appointments/${appointment}`,
      `/appointments/${appointment}/cancel`,
      `/appointments/${appointment}/slip.pdf`,
      `/appointments/${appointment}/booked`,
      "/people/1",
      "/appointments/x",
    ]) {
      assert.equal((await stranger.get(`/en${path}`)).status, 404, path);
    }
    assert.equal((await stranger.post(`/en/people/${id}/remove`, {})).status, 404);
    assert.equal((await stranger.post(`/en/appointments/${appointment}/cancel`, { people: [id] })).status, 404);
    const nobody = openBrowser(origin);
    for (const path of ["/people", `/people/${id}`, `/appointments/${appointment}`])
      assert.equal((await nobody.get(`/en${path}`)).url.pathname, "/en/sign-in");
  });

  test("leaves nothing on a shared phone: signed out, idle, and never cached", async () => {
    const browser = await signedIn();
    const id = await withPerson(browser);
    const page = await browser.get(`/en/people/${id}`);
    assert.ok(!/<title>[^<]*Asha/.test(page.text), "no name in the title");
    pass(599);
    assert.equal((await browser.get("/en/people")).url.pathname, "/en/people");
    pass(601);
    assert.equal((await browser.get("/en/people")).url.pathname, "/en/sign-in");
    const other = await signedIn();
    const out = await other.submit(await other.get("/en/people"), "/sign-out");
    assert.equal(out.url.pathname, "/en/signed-out");
    assert.match(out.text, /downloaded is still there/, "what the browser cannot take back is told");
    assert.equal((await other.get("/en/people")).url.pathname, "/en/sign-in");
    const headers = (await fetch(`${origin}/en/sign-in`)).headers;
    assert.equal(headers.get("cache-control"), "no-store");
  });

  test("removes a person who has no dose and no appointment", async () => {
    const browser = await signedIn();
    const id = await withPerson(browser);
    const people = await browser.submit(await browser.get(`/en/people/${id}/remove`), "/remove");
    assert.equal(people.url.pathname, "/en/people");
    assert.ok(!people.text.includes(id));
  });

  test("finds sessions by PIN code, district, day, vaccine, fee and age, signed in or not", async () => {
    const anybody = openBrowser(origin);
    const paid = await publishedSession(world, {
      pincode: 560001,
      product: "COVAXIN",
      feeType: "Paid",
      inDays: 2,
      minAge: 45,
    });
    const free = await publishedSession(world, { pincode: 560001, inDays: 4 });
    const shown = async (query: string) => {
      const page = await anybody.get(`/en/find?${query}`);
      return [paid, free].map(({ sessionId }) => page.text.includes(sessionId));
    };
    assert.deepEqual(await shown("pincode=560001"), [true, true]);
    assert.deepEqual(await shown("pincode=560002"), [false, false]);
    assert.deepEqual(await shown(`pincode=560001&date=${free.heldOn}`), [false, true]);
    assert.deepEqual(await shown("pincode=560001&product=COVAXIN"), [true, false]);
    assert.deepEqual(await shown("pincode=560001&feeType=Free"), [false, true]);
    assert.deepEqual(await shown("pincode=560001&age=30"), [false, true]);
    assert.ok((await anybody.get("/en/find?state=901")).text.includes("Demo District"));
    assert.ok((await anybody.get("/en/find?state=901&district=9901")).text.includes("sk-card"));
    for (const query of [
      "pincode=12",
      "pincode=abcdef",
      "pincode=560001&date=2020-01-01",
      "pincode=560001&date=2026-13-45",
      "pincode=560001&age=old",
    ]) {
      assert.equal((await anybody.get(`/en/find?${query}`)).status, 422, query);
    }
    const impossible = await anybody.get("/en/find?pincode=560001&date=2027-02-31");
    assert.match(impossible.text, /<a href="#date">Enter a date that exists/);
    assert.equal((await anybody.get("/en/find")).status, 200, "nothing is wrong before anything was asked");
    const empty = await anybody.get("/en/find?pincode=&state=&date=&product=&age=&feeType=");
    assert.match(empty.text, /<a href="#pincode">Enter a PIN code, or choose a district/);
    assert.equal((await anybody.get("/en/find?pincode=&state=901")).status, 200, "the district comes next");
    const noDistrict = await anybody.get("/en/find?pincode=&state=901&district=");
    assert.match(noDistrict.text, /<a href="#district">Choose a district/);
    const doubled = await anybody.get("/en/find?pincode=560001&pincode=560002&state[]=1&skip=-5");
    assert.match(doubled.text, /<a href="#pincode">Enter a PIN code/);
  });

  test("has small pages with few queries", async () => {
    const browser = await signedIn();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await withPerson(browser, { name: "अनुराधा लक्ष्मीनारायण डेमो ".trim() }));
    for (let i = 0; i < 12; i++) await publishedSession(world, { pincode: 400001, slots: 14 });
    const session = await publishedSession(world, { slots: 15 });
    const appointment = await booked(browser, session, ids);
    const paths = [
      "/sign-in",
      "/people",
      "/people/new",
      `/people/${ids[0]}`,
      "/find",
      "/find?state=901&district=9901",
      "/find?pincode=400001",
      `/book/${session.sessionId}`,
      `/appointments/${appointment}`,
      `/appointments/${appointment}/booked`,
      `/appointments/${appointment}/cancel`,
    ];
    for (const path of paths) {
      for (const lang of ["en", "hi"]) {
        queries = 0;
        const page = await browser.get(`/${lang}${path}`);
        assert.equal(page.status, 200, path);
        assert.ok(queries < 10, `${path} asks the database ${queries} times`);
        assert.ok(gzipSync(page.body).length <= 14 * 1024, `${path} has ${gzipSync(page.body).length} bytes`);
      }
    }
  });
});
