// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { demoMobile, setCode } from "../../../tests/support/citizens.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { findSignIn, forgetExpired, mobileFrom, requestOtp, signOut, verifyOtp } from "./index.js";
import { codeHash, resendWait } from "./rules.js";

let world: World;
let now = Date.parse("2026-11-23T06:00:00Z");
const pass = (seconds: number) => {
  now += seconds * 1000;
  world.setNow(new Date(now));
};
before(async () => {
  world = await testWorld();
});
beforeEach(() => pass(7_200));
after(() => world.close());

const address = "198.51.100.1";
async function challenged(mobile: string, device = "device-a", code = "135790"): Promise<string> {
  const outcome = await requestOtp(world.deps, { mobile, address, device, purpose: "sign-in" });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  await setCode(world, outcome.value.challengeId, code);
  return outcome.value.challengeId;
}
const tryCode = (challengeId: string, digits: string, device: string | undefined = "device-a") =>
  verifyOtp(world.deps, { challengeId, code: { digits }, address, device, locale: "en" });
const codeOf = (outcome: { ok: boolean; code?: string }) => (outcome.ok ? "ok" : outcome.code);

test("reads a mobile number as people write it, and nothing else", () => {
  for (const typed of ["9000012345", "90000 12345", "+91 90000-12345", "09000012345", "919000012345"]) {
    assert.equal(mobileFrom(typed), "9000012345", typed);
  }
  for (const typed of ["", "12345", "1234567890", "90000123456", "9000012345a", "९००००१२३४५", "0019000012345"]) {
    assert.equal(mobileFrom(typed), undefined, typed);
  }
});

test("compares codes by their SHA-256, typed or sent as such", () => {
  const wireExample = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92";
  assert.equal(codeHash({ digits: "123456" }), wireExample);
  assert.equal(codeHash({ digits: "123 456" }), wireExample);
  assert.equal(codeHash({ sha256: wireExample }), wireExample);
  for (const wrong of [{ digits: "12345" }, { digits: "1234567" }, { digits: "abcdef" }, { sha256: "8D96" }])
    assert.equal(codeHash(wrong), undefined);
});

test("waits longer with each code sent within the hour", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(resendWait), [0, 60, 120, 240, 480, 600]);
});

test("signs in with the right code, once", async () => {
  const challengeId = await challenged(demoMobile());
  const first = await tryCode(challengeId, "135790");
  assert.ok(first.ok);
  assert.ok(first.value.isNewAccount);
  assert.equal((await findSignIn(world.deps, first.value.token))?.accountId, first.value.accountId);
  assert.equal(codeOf(await tryCode(challengeId, "135790")), "OTP_EXPIRED", "a replayed code");
});

test("takes the SHA-256 that Co-WIN's clients send", async () => {
  const challengeId = await challenged(demoMobile());
  const sha256 = createHash("sha256").update("135790").digest("hex");
  const outcome = await verifyOtp(world.deps, {
    challengeId,
    code: { sha256 },
    address,
    device: "device-a",
    locale: "en",
  });
  assert.ok(outcome.ok);
});

test("comes back to the same account, also when two first sign-ins happen at once", async () => {
  const mobile = demoMobile();
  const one = await challenged(mobile, "device-a");
  pass(61);
  const two = await challenged(mobile, "device-b");
  const [a, b] = await Promise.all([tryCode(one, "135790", "device-a"), tryCode(two, "135790", "device-b")]);
  assert.ok(a.ok && b.ok);
  assert.equal(a.value.accountId, b.value.accountId);
});

test("refuses a code from another device, and counts it as a try", async () => {
  const challengeId = await challenged(demoMobile());
  for (const device of ["device-b", undefined]) {
    const outcome = await verifyOtp(world.deps, {
      challengeId,
      code: { digits: "135790" },
      address,
      device,
      locale: "en",
    });
    assert.equal(codeOf(outcome), "OTP_WRONG");
  }
  assert.ok((await tryCode(challengeId, "135790")).ok);
});

test("gives three tries, also when they come at once", async () => {
  const challengeId = await challenged(demoMobile());
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => tryCode(challengeId, String(100_000 + i))));
  assert.equal(answers.filter((one) => codeOf(one) === "OTP_WRONG").length, 2);
  assert.equal(answers.filter((one) => codeOf(one) === "OTP_TOO_MANY_TRIES").length, 10);
  assert.equal(codeOf(await tryCode(challengeId, "135790")), "OTP_TOO_MANY_TRIES", "the right code comes too late");
});

test("says how many tries are left, and costs none for what cannot be a code", async () => {
  const challengeId = await challenged(demoMobile());
  assert.deepEqual(await tryCode(challengeId, "12"), { ok: false, code: "OTP_WRONG", facts: { left: 3 } });
  assert.deepEqual(await tryCode(challengeId, "000000"), { ok: false, code: "OTP_WRONG", facts: { left: 2 } });
});

test("holds for 180 seconds", async () => {
  const early = await challenged(demoMobile());
  const late = await challenged(demoMobile());
  pass(179);
  assert.ok((await tryCode(early, "135790")).ok);
  pass(1);
  assert.equal(codeOf(await tryCode(late, "135790")), "OTP_EXPIRED");
});

test("knows no code of a challenge that never was", async () => {
  for (const challengeId of ["", "x", "018f3a00-0000-7000-8000-000000000000"])
    assert.equal(codeOf(await tryCode(challengeId, "135790")), "OTP_EXPIRED");
});

test("sends one code when a number asks twice at once, and says how long to wait", async () => {
  const mobile = demoMobile();
  const ask = () => requestOtp(world.deps, { mobile, address, purpose: "sign-in" });
  const answers = await Promise.all([ask(), ask(), ask()]);
  assert.deepEqual(answers.map(codeOf).sort(), ["OTP_WAIT", "OTP_WAIT", "ok"]);
  pass(59);
  assert.deepEqual(await ask(), { ok: false, code: "OTP_WAIT", facts: { seconds: 1 } });
  pass(1);
  assert.ok((await ask()).ok);
});

test("sends a number at most five codes an hour", async () => {
  const mobile = demoMobile();
  for (let i = 0; i < 5; i++) {
    assert.ok((await requestOtp(world.deps, { mobile, address, purpose: "sign-in" })).ok);
    pass(500);
  }
  pass(100);
  const sixth = await requestOtp(world.deps, { mobile, address, purpose: "sign-in" });
  assert.equal(codeOf(sixth), "OTP_TOO_MANY_REQUESTS");
  assert.ok(!sixth.ok && Number(sixth.facts?.["seconds"]) > 0);
});

test("a stranger who asks for all of a number's codes does not lock out a device that signed in with it before", async () => {
  const mobile = demoMobile();
  assert.ok((await tryCode(await challenged(mobile, "own phone"), "135790", "own phone")).ok);
  pass(7_200);
  for (let i = 0; i < 5; i++) {
    assert.ok((await requestOtp(world.deps, { mobile, address, device: `stranger ${i}`, purpose: "sign-in" })).ok);
    pass(500);
  }
  const asking = (device: string) => requestOtp(world.deps, { mobile, address, device, purpose: "sign-in" });
  assert.equal(codeOf(await asking("stranger 9")), "OTP_WAIT");
  assert.ok((await tryCode(await challenged(mobile, "own phone"), "135790", "own phone")).ok);
  assert.equal(codeOf(await asking("own phone")), "OTP_WAIT", "its own waits and limits stay");
  for (let i = 0; i < 2; i++) {
    pass(300);
    assert.ok((await asking("own phone")).ok);
  }
  pass(600);
  assert.equal(codeOf(await asking("own phone")), "OTP_TOO_MANY_REQUESTS");
});

test("answers a known and an unknown number alike", async () => {
  const known = demoMobile();
  assert.ok((await tryCode(await challenged(known), "135790")).ok);
  pass(7_200);
  const shapes = [];
  for (const mobile of [known, demoMobile()]) {
    const outcome = await requestOtp(world.deps, { mobile, address, purpose: "sign-in" });
    assert.ok(outcome.ok);
    shapes.push({ ...outcome.value, challengeId: outcome.value.challengeId.length });
  }
  assert.deepEqual(shapes[0], shapes[1]);
});

test("ends a sign-in after ten idle minutes, after twelve hours, and at sign-out", async () => {
  const signIn = async () => {
    const outcome = await tryCode(await challenged(demoMobile()), "135790");
    assert.ok(outcome.ok);
    return outcome.value.token;
  };
  const idle = await signIn();
  pass(599);
  assert.ok(await findSignIn(world.deps, idle));
  pass(600);
  assert.equal(await findSignIn(world.deps, idle), undefined);

  const long = await signIn();
  for (let minutes = 0; minutes < 12 * 60 - 5; minutes += 5) {
    pass(300);
    assert.ok(await findSignIn(world.deps, long), `after ${minutes} minutes`);
  }
  pass(300);
  assert.equal(await findSignIn(world.deps, long), undefined);

  const left = await signIn();
  await signOut(world.deps, left);
  assert.equal(await findSignIn(world.deps, left), undefined);
  const rows = await world.deps.db.rows(
    "SELECT FROM registry.sign_ins WHERE ended_at IS NOT NULL AND octet_length(contact_box) > 0",
  );
  assert.equal(rows.length, 0, "the number went with the sign-in");
});

test("forgets old codes and counters, and the numbers of sign-ins that are over", async () => {
  const challengeId = await challenged(demoMobile());
  assert.ok((await tryCode(challengeId, "135790")).ok);
  const count = async (text: string) => (await world.deps.db.rows(text)).length;
  const numbers = "SELECT FROM registry.sign_ins WHERE octet_length(contact_box) > 0";
  await forgetExpired(world.deps);
  assert.ok((await count("SELECT FROM registry.otp_challenges")) > 0, "what is in use stays");
  assert.ok((await count(numbers)) > 0);
  pass(2 * 86_400 + 1);
  await forgetExpired(world.deps);
  for (const left of ["SELECT FROM registry.otp_challenges", "SELECT FROM registry.rate_limits", numbers]) {
    assert.equal(await count(left), 0, left);
  }
});

test("keeps no number and no code in clear", async () => {
  const mobile = demoMobile();
  await challenged(mobile);
  const rows = await world.deps.db.rows<{ line: string }>(
    "SELECT to_jsonb(c)::text AS line FROM registry.otp_challenges c UNION ALL SELECT to_jsonb(p)::text FROM registry.account_phones p",
  );
  const jobs = await world
    .connectAs("sakshi_worker")
    .rows<{ line: string }>("SELECT payload::text AS line FROM graphile_worker._private_jobs");
  for (const { line } of [...rows, ...jobs]) {
    assert.ok(!line.includes(mobile));
    assert.ok(!line.includes(Buffer.from(mobile).toString("hex")));
  }
  assert.ok(jobs.length > 0);
});
