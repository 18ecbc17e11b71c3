// The replay of June 2023 in a small country: every planted cause is found, and with the guards on nothing gets out.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { testWorld, type World } from "../../../tests/support/world.js";
import { createApp } from "../../app.js";
import { connect } from "../../platform/db/db.js";
import { diceOf } from "../random.js";
import { type JuneStory, liveJune, smallSize, storyFile } from "./index.js";

const origin = "https://sakshi.example";
const size = smallSize;
let world: World;
let app: FastifyInstance;
let dataDir: string;
let story: JuneStory;

before(async () => {
  world = await testWorld();
  dataDir = mkdtempSync(join(tmpdir(), "june-"));
  const owner = connect(world.adminUrl, { max: 1 });
  const { deps, setNow } = world;
  app = await createApp(deps, { profile: "demo", origin, dataDir, publishedDir: "/nowhere" });
  story = await liveJune({ deps, owner, app, origin, dice: diceOf(2023), setNow, say: () => {} }, size);
  await owner.close();
});
after(async () => {
  await app?.close();
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("each planted cause is found, dated and told apart; with the guards on nothing is obtained", () => {
  assert.equal(story.checks.length, 13);
  assert.deepEqual(
    story.checks.filter(({ holds }) => !holds),
    [],
  );
  assert.ok(story.guarded.tries > size.asked * 2);
});

test("the page tells the last run on this machine, else the one that came along; with tables beside the plots", async () => {
  const get = () => app.inject({ url: "/demo/june-2023", headers: { host: "sakshi.example" } });
  const came = await get();
  assert.match(came.body, /a run that came with the program/);
  writeFileSync(storyFile(dataDir), JSON.stringify(story));
  const { body, statusCode } = await get();
  assert.equal(statusCode, 200);
  assert.match(body, /the last run on this machine/);
  assert.ok(body.includes("Demo Travel Desk") && body.includes("Demo Verifier, Demo PHC Pune"));
  assert.equal(body.match(/<svg class="sk-chart"/g)?.length, 4);
  assert.ok((body.match(/<table/g)?.length ?? 0) >= 10);
  assert.doesNotMatch(body, /90000\d{5}/);
});
