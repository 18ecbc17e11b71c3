// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { checkCaptcha, makeCaptcha } from "./index.js";
import { drawLetters } from "./picture.js";

let world: World;
const start = new Date("2026-11-23T06:00:00Z");
before(async () => {
  world = await testWorld();
  world.setNow(start);
});
after(() => world.close());

/** The letters are stored only as a keyed hash: a test puts its own in. */
async function captchaOf(signInId: string, text: string): Promise<void> {
  assert.ok((await makeCaptcha(world.deps, signInId)).ok);
  const mac = world.deps.macs.mac("captcha", signInId, text.toLowerCase());
  await world.deps.db.rows("UPDATE registry.captchas SET text_mac = $2 WHERE sign_in_id = $1", [signInId, mac]);
}
const answerOf = async (signInId: string, typed: string) => {
  const checked = await checkCaptcha(world.deps, signInId, typed);
  return checked.ok ? "right" : checked.code;
};

test("the right letters count once, whatever their case", async () => {
  const signInId = uuidv7();
  await captchaOf(signInId, "Ab3dE");
  assert.equal(await answerOf(signInId, ""), "CAPTCHA_MISSING");
  const both = await Promise.all([answerOf(signInId, "aB3De"), answerOf(signInId, "ab3de")]);
  assert.deepEqual(both.toSorted(), ["CAPTCHA_WRONG", "right"]);
});

test("three tries, three minutes, one captcha a sign-in", async () => {
  const signInId = uuidv7();
  await captchaOf(signInId, "first");
  for (let i = 0; i < 3; i++) assert.equal(await answerOf(signInId, "wrong"), "CAPTCHA_WRONG");
  assert.equal(await answerOf(signInId, "first"), "CAPTCHA_WRONG", "the tries are used up");
  await captchaOf(signInId, "second");
  assert.equal(await answerOf(uuidv7(), "second"), "CAPTCHA_WRONG", "of another sign-in");
  assert.equal(await answerOf(signInId, "first"), "CAPTCHA_WRONG", "the one before");
  world.setNow(new Date(start.getTime() + 180_000));
  assert.equal(await answerOf(signInId, "second"), "CAPTCHA_WRONG", "too late");
  await captchaOf(signInId, "third");
  assert.equal(await answerOf(signInId, "third"), "right");
  const rows = await world.deps.db.rows("SELECT FROM registry.captchas");
  assert.equal(rows.length, 0, "those whose time is over are gone");
  world.setNow(start);
});

test("a sign-in gets sixty pictures in ten minutes", async () => {
  const signInId = uuidv7();
  for (let i = 0; i < 60; i++) assert.ok((await makeCaptcha(world.deps, signInId)).ok);
  const refusal = await makeCaptcha(world.deps, signInId);
  assert.ok(!refusal.ok && refusal.code === "TOO_MANY_REQUESTS");
});

test("the picture: five filled outlines that can be put in order by x, and noise", () => {
  const shape = /d="([^"]+)"/;
  const lettersOf = (svg: string) =>
    [...svg.matchAll(/<path fill="#(?:222|333)" d="[^"]+"\/>/g)]
      .map(([path]) => shape.exec(path)![1]!)
      .sort((a, b) => Number.parseFloat(a.slice(1)) - Number.parseFloat(b.slice(1)))
      .map((d) => d.replace(/[^A-Z]/g, ""));
  const [one, other] = [drawLetters("HgbYn"), drawLetters("HgbYn")];
  assert.notEqual(one, other);
  for (const svg of [one, other]) {
    assert.match(svg, /^<svg xmlns="[^"]+" width="150" height="50" viewBox="0,0,150,50">.*<\/svg>$/);
    assert.equal(svg.match(/fill="none"/g)?.length, 3);
    assert.ok(!/H|g|Y|text/.test(svg.replaceAll(/d="[^"]+"|svg|height|viewBox|stroke|xmlns="[^"]+"/g, "")));
  }
  assert.equal(lettersOf(one).length, 5);
  assert.deepEqual(lettersOf(one), lettersOf(other), "the same letter has the same outline");
  assert.equal(new Set(lettersOf(one)).size, 5);
});
