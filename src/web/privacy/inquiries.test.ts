// The inquiry's pages as two officers use them: intake by file and by paste, the second word, the run, the answer with its
// plots, the drafts with their clocks, and the bundle.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import {
  csvOf,
  lookAt,
  type Officers,
  officers,
  type Registered,
  registerPeople,
} from "../../../tests/support/inquiries.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { createApp } from "../../app.js";
import { type Bundle, bundleFault } from "../../modules/inquiries/index.js";
import { dateInIndia, timeInIndia } from "../../platform/clock.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";

const origin = "https://sakshi.example";
let world: World;
let app: FastifyInstance;
let both: Officers;
let people: Registered[];
const inquiryId = uuidv7();
const path = `/en/privacy/inquiries/${inquiryId}`;

before(async () => {
  world = await testWorld();
  people = await registerPeople(world, 60);
  await lookAt(world, people.slice(0, 40));
  world.setNow(new Date(Date.now() + 120_000));
  both = await officers(world);
  app = await createApp(world.deps, { profile: "production", origin, dataDir: "/nowhere", publishedDir: "/nowhere" });
});
after(async () => {
  await app.close();
  await world.close();
});

const headers = { host: "sakshi.example", "sec-fetch-site": "same-origin" };
const get = (url: string, who = both.first) => app.inject({ url, headers, cookies: { sakshi_staff: who.token } });
const post = (url: string, form: Record<string, string> = {}, who = both.first) =>
  app.inject({
    method: "POST",
    url,
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    cookies: { sakshi_staff: who.token },
    payload: new URLSearchParams(form).toString(),
  });

async function handIn(fields: Record<string, string>, file?: Buffer) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file) form.set("file", new Blob([new Uint8Array(file)]), "leak.csv");
  const body = new Response(form);
  return app.inject({
    method: "POST",
    url: "/en/privacy/inquiries",
    headers: { ...headers, "content-type": body.headers.get("content-type")! },
    cookies: { sakshi_staff: both.first.token },
    payload: Buffer.from(await body.arrayBuffer()),
  });
}

const told = () => ({
  inquiryId,
  toldAt: dateInIndia(world.deps.clock()),
  toldTime: timeInIndia(world.deps.clock()),
  toldBy: "journalist",
});
const sample = () =>
  csvOf(people.slice(0, 38).map(({ row }) => ({ Name: row["Name"]!, YOB: row["YOB"]!, "ID Card": row["ID Card"]! })));

test("a sample that is too small comes back with what is wrong; a whole one is sealed", async () => {
  const small = await handIn({ ...told(), pasted: "Name,YOB\nAsha,1960" });
  assert.equal(small.statusCode, 422);
  assert.match(small.body, /at least 20 rows/);
  const wrong = await handIn({ ...told(), inquiryId: uuidv7(), toldAt: "2099-01-01", toldBy: "nobody" }, sample());
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /Choose who told/);
  const sealed = await handIn(told(), sample());
  assert.deepEqual([sealed.statusCode, sealed.headers.location], [303, path]);
  assert.equal((await handIn({ toldAt: "x" })).statusCode, 400);
});

test("a second officer is asked for, and only then it can be compared", async () => {
  assert.match((await get(path)).body, /second privacy officer has to open this page/);
  assert.equal((await post(`${path}/run`)).statusCode, 403);
  assert.match((await get(path, both.second)).body, /A colleague proposes/);
  assert.equal((await post(`${path}/second`, {}, both.second)).statusCode, 303);
  assert.equal((await post(`${path}/run`, {}, both.second)).statusCode, 303);
  for (let tries = 0; (await get(path)).headers.refresh !== undefined && tries < 400; tries++) await sleep(100);
});

test("the answer stands on the page with plots, tables and custody, and names nobody", async () => {
  const { body, statusCode } = await get(path);
  assert.equal(statusCode, 200);
  assert.match(body, /<h2>Ours, /);
  assert.ok(body.includes("<svg") && body.includes("Chain of custody") && body.includes("sample received and hashed"));
  assert.match(body, /Probability of each day[\s\S]*\d %/);
  for (const { row } of people) assert.ok(!body.includes(row["Name"]!));
  const hindi = await get(path.replace("/en/", "/hi/"));
  assert.match(hindi.body, /अभिरक्षा की शृंखला/);
});

test("clocks run from being told and from being aware; a report with gaps cannot be signed", async () => {
  const { body } = await get(path);
  assert.match(body, /CERT-In report, 6 hours/);
  assert.match(body, /in force from Thu, 13 May, 2027/);
  assert.equal((await post(`${path}/reports/certin/sign`)).statusCode, 409);
  const json = JSON.parse((await get(`${path}/reports/certin/json`)).body) as {
    missing: string[];
    fields: { key: string }[];
  };
  assert.deepEqual(json.missing, ["nameAndRole", "organisation", "contactNo", "email", "address", "location"]);
  const filled = Object.fromEntries(json.missing.map((key) => [key, "Demo"]));
  assert.equal((await post(`${path}/reports/certin`, filled)).statusCode, 303);
  assert.equal((await post(`${path}/reports/certin/sign`)).statusCode, 303);
  assert.match((await get(path)).body, /sk-tag--green">signed/);
  const pdf = await get(`${path}/reports/certin/pdf`);
  assert.ok(pdf.rawPayload.subarray(0, 5).toString() === "%PDF-");
  assert.equal((await get(`${path}/reports/nothing`)).statusCode, 404);
});

test("whoever is affected is told once, and reads of it in both languages without a fact of health", async () => {
  // This small register names no source; the inquirer's own words, as it writes them where one is named (june-2023.test.ts).
  await world
    .connectAs("sakshi_inquirer")
    .rows("INSERT INTO registry.inquiry_affected (inquiry_id, beneficiary_id) SELECT $1, unnest($2::uuid[])", [
      inquiryId,
      people.slice(0, 40).map(({ subject }) => subject),
    ]);
  assert.equal((await post(`${path}/notices`)).statusCode, 303);
  assert.match((await get(path)).body, /40 people are affected; 40 notices were sent/);
  const [told, other] = [people[39]!, people[55]!];
  const tokens = new Map([told, other].map((who) => [who, randomToken()]));
  for (const [{ account }, token] of tokens)
    await world.deps.db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [
      account.signInId,
      tokenHash(token),
    ]);
  const as = (who: Registered, url: string) =>
    app.inject({ url, headers, cookies: { "__Host-sakshi_sign_in": tokens.get(who)! } });
  const page = `/en/people/${told.subject}/leak`;
  assert.ok((await as(told, "/en/people")).body.includes(page));
  assert.ok(!(await as(other, "/en/people")).body.includes("/leak"));
  assert.equal((await as(other, page)).statusCode, 404);
  assert.equal((await as(other, `/en/people/${other.subject}/leak`)).statusCode, 404);
  for (const url of [page, page.replace("/en/", "/hi/")]) {
    const { body, statusCode } = await as(told, url);
    assert.equal(statusCode, 200);
    const [, main] = /<main[^>]*>([\s\S]*)<\/main>/.exec(body)!;
    assert.equal(main!.match(/<h2>/g)?.length, 5);
    assert.ok(!main!.includes(told.row["Name"]!));
    assert.doesNotMatch(main!, /vaccin|dose|टीक|ख़ुराक/i);
  }
});

test("the public statement and the notice to each person are there in Hindi, as page, JSON and PDF", async () => {
  const report = JSON.parse((await get(`${path}/reports/public-hi/json`)).body) as { fields: { value: string }[] };
  assert.match(report.fields[1]!.value, /^जाँच \d+: 38 पंक्तियों/);
  assert.match((await get(`${path}/reports/principal-hi`)).body, /<div lang="hi">/);
  const pdf = await get(`${path}/reports/public-hi/pdf`);
  assert.equal(pdf.rawPayload.subarray(0, 5).toString(), "%PDF-");
});

test("a privacy officer makes a token for the command line, which is shown once", async () => {
  const { body } = await post("/en/privacy/program");
  assert.match(body, /class="sk-mono">[A-Za-z0-9_-]{43}</);
  assert.doesNotMatch((await get("/en/privacy/program")).body, /[A-Za-z0-9_-]{43}</);
});

test("the bundle holds the answer, its custody and its place in the log; a changed one is told", async () => {
  const bundle = JSON.parse((await get(`${path}/bundle`)).body) as Bundle;
  assert.equal(bundleFault(bundle), undefined);
  const other = { ...bundle, answer: { ...bundle.answer, verdict: "FABRICATED" } };
  assert.match(bundleFault(other)!, /another answer/);
  const cut = { ...bundle, events: bundle.events.toSpliced(1, 1) };
  assert.match(bundleFault(cut)!, /event 1/);
  assert.match(bundleFault({ ...bundle, entry: { ...bundle.entry, index: 1 } })!, /elsewhere/);
});

test("nobody else comes in", async () => {
  const stranger = await app.inject({ url: path, headers });
  assert.equal(stranger.statusCode, 303);
  // Before it is read, that is: this body is none.
  const type = { "content-type": "multipart/form-data; boundary=none" };
  const sent = {
    method: "POST",
    url: "/en/privacy/inquiries",
    headers: { ...headers, ...type },
    payload: "no form",
  } as const;
  assert.equal((await app.inject(sent)).headers.location, "/en/staff/sign-in");
  assert.equal((await app.inject({ ...sent, cookies: { sakshi_staff: both.first.token } })).statusCode, 400);
  const list = await get("/en/privacy/inquiries");
  assert.ok(list.body.includes(path));
});
