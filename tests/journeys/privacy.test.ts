// The privacy officers' portal over HTTP: who comes in, and what stands there.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signedInStaff } from "../support/staff-actor.js";
import { type OfficerWorld, officerWorld, visitor } from "./officer-world.js";

let world: OfficerWorld;
before(async () => {
  world = await officerWorld();
});
after(() => world.close());

test("only privacy officers come in, and they come into no other portal", async () => {
  const officer = visitor(world.app, (await signedInStaff(world.deps, "privacy-officer")).token);
  const page = await officer.get("/en/privacy");
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /<h1>Privacy<\/h1>/);
  assert.match((await officer.get("/hi/privacy")).body, /<h1>निजता<\/h1>/);
  for (const path of ["/en/officer", "/en/staff"]) assert.equal((await officer.get(path)).statusCode, 403, path);

  const admin = visitor(world.app, (await signedInStaff(world.deps, "national-admin")).token);
  assert.equal((await admin.get("/en/privacy")).statusCode, 403);
  const anybody = await visitor(world.app).get("/en/privacy");
  assert.equal(anybody.headers.location, "/en/staff/sign-in");
});

test("a privacy officer lands there after sign-in; the demo offers two of them", async () => {
  const { token } = await signedInStaff(world.deps, "privacy-officer");
  const again = await visitor(world.app, token).get("/en/staff/sign-in");
  assert.equal(again.headers.location, "/en/privacy");
  const demo = await world.app.inject({ method: "GET", url: "/demo", headers: { accept: "application/json" } });
  const { staff } = demo.json<{ staff: { role: string }[] }>();
  assert.equal(staff.filter((one) => one.role === "privacy-officer").length, 2);
});
