// The public figures over HTTP: readable without JavaScript, in both languages, small, and silent about small numbers.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { testWorld, type World } from "../../../tests/support/world.js";
import { releaseCoverage } from "../../modules/coverage/index.js";
import { loadPlaces } from "../../modules/facilities/index.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { sendRefusal } from "../page.js";
import { coveragePages } from "./coverage.js";
import { inShort, shadeLimits, shadeOf, tileGrid } from "./tile-map.js";

let world: World;
let app: FastifyInstance;
before(async () => {
  world = await testWorld();
  await loadPlaces(world.deps.db);
  const put = (day: string, state: number, district: number, product: string, dose: number, doses: number) =>
    world.deps.db.rows("INSERT INTO registry.coverage_daily VALUES ($1, $2, $3, $4, $5, $6)", [
      day,
      state,
      district,
      product,
      dose,
      doses,
    ]);
  await put("2026-11-20", 9, 140, "COVISHIELD", 1, 1234);
  await put("2026-11-21", 9, 140, "COVISHIELD", 2, 77);
  await put("2026-11-21", 9, 141, "COVAXIN", 1, 7);
  await put("2026-11-21", 17, 295, "SPUTNIK_V", 3, 9);
  world.setNow(new Date("2026-11-23T06:00:00.000Z"));
  await releaseCoverage(world.deps);
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  coveragePages(app, world.deps);
});
after(async () => {
  await app.close();
  await world.close();
});

async function get(url: string) {
  const answer = await app.inject({ url });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}
const words = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll(/\s+/g, " ");

test("the country: numbers, chart, a tile for every state, and tables with the same numbers", async () => {
  const { status, body, headers } = await get("/en/coverage");
  assert.equal(status, 200);
  assert.match(words(body), /All doses 1,311 and a few more/);
  assert.match(words(body), /Delhi 1,311 1,234 77 0 /);
  assert.match(words(body), /Kerala fewer than 11 0 0 fewer than 11 /);
  assert.equal(body.match(/<a href="\/en\/coverage\/\d+" class="sk-shade-/g)?.length, 37);
  assert.match(body, /<title>Delhi: 1,311<\/title>/);
  assert.equal(headers["cache-control"], "public, max-age=300");
  assert.ok(!/<script(?![^>]*src=)|style="/.test(body), "no inline script or style");
  assert.ok(gzipSync(body).length <= 14 * 1024, "page budget");
});

test("a state in Hindi, with its districts in Hindi and products marked as English", async () => {
  const { status, body } = await get("/hi/coverage/9");
  assert.equal(status, 200);
  assert.match(body, /<th scope="row">नई दिल्ली<\/th>/);
  assert.match(body, /<span lang="en">COVISHIELD<\/span>/);
  assert.match(words(body), /11 से कम/);
  assert.ok(!/[०-९]/.test(body), "digits are Latin");
});

test("no number below eleven can be read or computed anywhere", async () => {
  for (const url of ["/en/coverage", "/en/coverage/9", "/en/coverage/17", "/coverage.csv", "/coverage.csv?state=17"]) {
    const { body } = await get(url);
    // The totals are those of what is shown: 1,311 and not 1,318 or 1,327.
    assert.ok(!/1,?31[2-9]|1,?32\d/.test(words(body)), url);
    assert.ok(!/COVAXIN,1,7|SPUTNIK_V,3,9/.test(body), url);
  }
});

test("the file has one line a day, place, vaccine and dose, with the few as words", async () => {
  const { body, headers } = await get("/coverage.csv?state=9");
  assert.equal(headers["content-disposition"], 'attachment; filename="doses-given.csv"');
  const lines = body.split("\r\n");
  assert.equal(lines[0], "shown_on,state,district,product,dose_number,doses");
  assert.match(lines[1]!, /^2026-11-21,Delhi,[^,]+,COVISHIELD,2,77$/);
  assert.match(lines[2]!, /^2026-11-20,Delhi,[^,]+,COVISHIELD,1,1234$/);
  assert.match(lines[3]!, /^,Delhi,[^,]+,COVAXIN,1,fewer than 11$/);
  const district = await get("/coverage.csv?state=9&district=141");
  assert.equal(district.body.trim().split("\r\n").length, 2);
});

test("what is not there is a plain 404, and odd queries do no harm", async () => {
  for (const url of [
    "/en/coverage/999",
    "/en/coverage/0x9",
    "/xx/coverage",
    "/coverage.csv?state=9;DROP",
    "/coverage.csv?state=9&state=17",
  ]) {
    assert.equal((await get(url)).status, 404, url);
  }
});

test("the tile grid has every state once, on a tile of its own", async () => {
  const states = await world.deps.db.rows<{ id: number }>("SELECT state_id AS id FROM registry.states ORDER BY 1");
  assert.deepEqual(
    tileGrid.tiles.map((tile) => tile.stateId).sort((a, b) => a - b),
    states.map((state) => state.id),
  );
  assert.equal(new Set(tileGrid.tiles.map((tile) => `${tile.column} ${tile.row}`)).size, tileGrid.tiles.length);
  assert.equal(new Set(tileGrid.tiles.map((tile) => tile.code)).size, tileGrid.tiles.length);
  for (const { column, row } of tileGrid.tiles) assert.ok(column < tileGrid.columns && row < tileGrid.rows);
});

test("shades and short numbers", () => {
  assert.deepEqual(shadeLimits([0, 0, 40, 10, 30, 20]), [10, 20, 30, 40]);
  assert.deepEqual(
    [0, 10, 25, 99].map((doses) => shadeOf(doses, [10, 20, 30, 40])),
    [0, 1, 2, 4],
  );
  assert.deepEqual(shadeLimits([0]), []);
  assert.deepEqual([950, 1_250, 34_000, 120_000, 34_000_000].map(inShort), ["950", "1.3k", "34k", "1.2L", "3.4Cr"]);
});

test("the file is made so often for one address, and no more", async () => {
  const statuses = [];
  for (let n = 0; n < 31; n++) statuses.push((await get("/coverage.csv?state=9")).status);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await get("/en/coverage")).status, 200);
});
