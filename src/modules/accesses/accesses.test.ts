// Break-glass on the real recorder: who may ask, what opens, for how long, who is told, who confirms, who reviews; and
// what a privacy officer's decision does.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { forgetBudgets } from "../../../tests/support/budgets.js";
import { waitingJobs } from "../../../tests/support/dose-day.js";
import { signedInStaff as officerSignedIn } from "../../../tests/support/staff-actor.js";
import {
  appointmentAt,
  facility,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  type SignedInStaff,
  signedInAccount,
  signedInStaff,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { type Sms } from "../../platform/sms/index.js";
import { sendNotice } from "../notifications/index.js";
import type { StaffActor } from "../staff/index.js";
import {
  answerEmergency,
  askForEmergency,
  decideFinding,
  listAccessNotices,
  listEmergencies,
  listFindings,
  openEmergency,
  openFinding,
} from "./index.js";

let world: World;
let account: SignedInAccount;
let beneficiaryId: string;
let referenceId: string;
let here: string;
let asker: SignedInStaff;
let colleague: SignedInStaff;
let officer: StaffActor;
const started = new Date("2026-11-23T06:10:00.000Z");
async function later(minutes: number): Promise<void> {
  const now = new Date(started.getTime() + minutes * 60_000);
  world.setNow(now);
  // Nobody is idle meanwhile.
  await world.deps.db.rows("UPDATE registry.staff_sign_ins SET last_seen_at = $1", [now]);
}

before(async () => {
  world = await testWorld();
  world.setNow(started);
  officer = (await officerSignedIn(world.deps, "privacy-officer")).actor;
});
beforeEach(async () => {
  world.setNow(started);
  await forgetBudgets(world);
  here = await facility(world);
  account = await signedInAccount(world);
  beneficiaryId = await registeredPerson(world, account);
  await world.deps.db.rows(
    `INSERT INTO registry.beneficiary_references (reference_id, beneficiary_id)
     SELECT reference_id, beneficiary_id FROM registry.beneficiaries WHERE beneficiary_id = $1`,
    [beneficiaryId],
  );
  const [row] = await world.deps.db.rows<{ id: string }>(
    "SELECT reference_id::text AS id FROM registry.beneficiaries WHERE beneficiary_id = $1",
    [beneficiaryId],
  );
  referenceId = row!.id;
  asker = await signedInStaff(world, "vaccinator", here);
  colleague = await signedInStaff(world, "verifier", here);
});
after(() => world.close());

const words = "Collapsed next to the desk, no phone on her";
const asked = (more: object = {}) => ({ referenceId, reason: "collapsed", words, requestKey: uuidv7(), ...more });

async function grant(actor: StaffActor = asker.actor): Promise<string> {
  const opened = await askForEmergency(world.deps, actor, asked());
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.value.grantId;
}
async function opens(grantId: string, actor: StaffActor = asker.actor): Promise<string> {
  const opened = await openEmergency(world.deps, actor, grantId);
  return opened.ok ? opened.value.person.name : opened.code;
}
async function waiting() {
  const found = await listFindings(world.deps, officer, { isDecided: false, skip: 0 });
  assert.ok(found.ok);
  return found.value.findings;
}

describe("an emergency", () => {
  test("opens for the one who asked, and is in the person's list, with the reason sealed", async () => {
    const grantId = await grant();
    assert.equal(await opens(grantId), "Asha Demo");
    assert.equal(await opens(grantId, colleague.actor), "DISCLOSURE_NOT_ALLOWED");
    const lines = await world.deps.gate.linesOf({ actor: account.actor, subject: beneficiaryId });
    assert.ok(lines.ok);
    const others = lines.value.lines.filter((line) => line.role === "vaccinator");
    assert.deepEqual(
      others.map(({ kind, purpose, explanation, fields }) => ({ kind, purpose, explanation, fields })),
      [
        {
          kind: "disclosure",
          purpose: "break-glass",
          explanation: "break-glass",
          fields: ["name", "birthYear", "gender", "doses", "aefi"],
        },
        { kind: "change", purpose: "break-glass", explanation: "break-glass", fields: ["emergencies"] },
      ],
    );
    const own = await world.deps.gate.disclose({
      actor: account.actor,
      purpose: "own-view",
      explanation: ownSignIn,
      subjects: [beneficiaryId],
      fields: ["emergencies"],
    });
    assert.ok(own.ok);
    assert.deepEqual(own.value.get(beneficiaryId)?.emergencies, [{ grantId, words }]);
  });

  test("is told at once, on the page and by a message that says no place", async () => {
    await grant();
    const notices = await listAccessNotices(world.deps, [beneficiaryId]);
    assert.deepEqual(
      notices.map(({ kind, organisation }) => ({ kind, organisation })),
      [{ kind: "break-glass", organisation: "Demo Health Centre" }],
    );
    const jobs = await waitingJobs(world);
    const job = jobs.find(({ payload }) => payload["beneficiaryId"] === beneficiaryId);
    const sent: { mobile: string; text: string }[] = [];
    const sms: Sms = { send: async (message) => void sent.push(message) };
    assert.equal(
      await sendNotice(world.deps, sms, job!.payload as unknown as Parameters<typeof sendNotice>[2]),
      "sent",
    );
    assert.equal(sent[0]?.mobile, account.mobile);
    assert.doesNotMatch(sent[0]!.text, /Demo Health Centre|vaccin|dose/i);
  });

  test("closes after fifteen minutes, an hour once a colleague has confirmed, and at once when denied", async () => {
    const [alone, confirmed, denied] = [await grant(), await grant(), await grant()];
    const answers = { confirmed, denied };
    const seen = await listEmergencies(world.deps, colleague.actor);
    assert.ok(seen.ok && seen.value.length === 3);
    for (const [answer, grantId] of Object.entries(answers))
      assert.ok((await answerEmergency(world.deps, colleague.actor, { grantId, answer })).ok);
    assert.equal(await opens(denied), "DISCLOSURE_NOT_ALLOWED");
    await later(14);
    assert.equal(await opens(alone), "Asha Demo");
    await later(16);
    assert.equal(await opens(alone), "DISCLOSURE_NOT_ALLOWED");
    assert.equal(await opens(confirmed), "Asha Demo");
    await later(59);
    assert.equal(await opens(confirmed), "Asha Demo");
    world.setNow(started);
  });

  test("nobody confirms their own, nor one of another site, nor twice, nor too late", async () => {
    const grantId = await grant();
    const elsewhere = await signedInStaff(world, "verifier", await facility(world, "Other Demo Centre"));
    for (const actor of [asker.actor, elsewhere.actor]) {
      const answered = await answerEmergency(world.deps, actor, { grantId, answer: "confirmed" });
      assert.deepEqual(answered, { ok: false, code: "EMERGENCY_OVER" });
    }
    assert.ok((await answerEmergency(world.deps, colleague.actor, { grantId, answer: "denied" })).ok);
    assert.equal((await answerEmergency(world.deps, colleague.actor, { grantId, answer: "confirmed" })).ok, false);
    const second = await grant();
    await later(16);
    assert.equal(
      (await answerEmergency(world.deps, colleague.actor, { grantId: second, answer: "confirmed" })).ok,
      false,
    );
  });

  test("wants fourteen digits, a reason and words; a wrong number is an attempt without explanation", async () => {
    const wrong = asked({ referenceId: "123", reason: "curious", words: "?" });
    const refused = await askForEmergency(world.deps, asker.actor, wrong);
    assert.ok(!refused.ok);
    assert.deepEqual(
      refused.problems?.map(({ field }) => field),
      ["referenceId", "reason", "words"],
    );
    const unknown = asked({ referenceId: "99999999999999" });
    for (let n = 0; n < 5; n++) assert.equal((await askForEmergency(world.deps, asker.actor, unknown)).ok, false);
    assert.deepEqual(
      (await waiting()).map(({ kind, stops }) => ({ kind, stops })),
      [{ kind: "misses", stops: true }],
    );
    assert.deepEqual(await askForEmergency(world.deps, asker.actor, asked()), { ok: false, code: "NOT_SIGNED_IN" });
  });

  test("the fourth of a day opens nothing and stops whoever asks; a reload of one is not another", async () => {
    for (let n = 0; n < 3; n++) {
      const grantId = await grant();
      for (let reload = 0; reload < 3; reload++) assert.equal(await opens(grantId), "Asha Demo");
    }
    const fourth = await askForEmergency(world.deps, asker.actor, asked());
    assert.equal(fourth.ok, false);
    assert.equal((await waiting())[0]?.kind, "budget");
    assert.equal((await waiting())[0]?.stops, true);
    const admin = await officerSignedIn(world.deps, "facility-admin", { facilityId: here });
    assert.deepEqual(await askForEmergency(world.deps, admin.actor, asked()), { ok: false, code: "NOT_ALLOWED" });
  });

  test("one form's key is good for one person: of many at once one opens, and is told and reviewed", async () => {
    const requestKey = uuidv7();
    const people = [{ beneficiaryId, referenceId }];
    for (let n = 0; n < 4; n++) {
      const id = await registeredPerson(world, account);
      const [row] = await world.deps.db.rows<{ id: string }>(
        `INSERT INTO registry.beneficiary_references (reference_id, beneficiary_id)
         SELECT reference_id, beneficiary_id FROM registry.beneficiaries WHERE beneficiary_id = $1 RETURNING reference_id::text AS id`,
        [id],
      );
      people.push({ beneficiaryId: id, referenceId: row!.id });
    }
    const asking = people.map((one) =>
      askForEmergency(world.deps, asker.actor, asked({ requestKey, referenceId: one.referenceId })),
    );
    const answers = await Promise.all(asking);
    assert.deepEqual(answers.map((one) => (one.ok ? "opened" : one.code)).toSorted(), [
      ...Array<string>(4).fill("EMERGENCY_KEY_USED"),
      "opened",
    ]);
    const opened = people[answers.findIndex(({ ok }) => ok)]!.beneficiaryId;
    const told = await listAccessNotices(
      world.deps,
      people.map((one) => one.beneficiaryId),
    );
    assert.deepEqual(
      told.map((notice) => notice.beneficiaryId),
      [opened],
    );
    const [finding] = await waiting();
    const review = await openFinding(world.deps, officer, finding!.findingId);
    assert.ok(review.ok && review.value.emergency?.beneficiaryId === opened && review.value.emergency.words === words);
    const others = await askForEmergency(world.deps, colleague.actor, asked({ requestKey }));
    assert.deepEqual(others, { ok: false, code: "EMERGENCY_KEY_USED" });
  });

  test("opens nothing before the reason is kept and the person told, and is made whole by the same form", async () => {
    const form = asked();
    const { gate } = world.deps;
    const noSeal: typeof gate = { ...gate, seal: async () => ({ ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" }) };
    assert.equal((await askForEmergency({ ...world.deps, gate: noSeal }, asker.actor, form)).ok, false);
    assert.equal(await opens(form.requestKey), "EMERGENCY_NOT_FOUND");
    const early = { grantId: form.requestKey, answer: "confirmed" };
    assert.deepEqual(await answerEmergency(world.deps, colleague.actor, early), { ok: false, code: "EMERGENCY_OVER" });
    assert.ok((await askForEmergency(world.deps, asker.actor, form)).ok);
    assert.equal(await opens(form.requestKey), "Asha Demo");
    assert.equal((await listAccessNotices(world.deps, [beneficiaryId])).length, 1);
  });

  test("the same form sent twice is one emergency", async () => {
    const form = asked();
    assert.ok((await askForEmergency(world.deps, asker.actor, form)).ok);
    assert.ok((await askForEmergency(world.deps, asker.actor, form)).ok);
    assert.equal((await waiting()).length, 1);
    assert.equal((await listAccessNotices(world.deps, [beneficiaryId])).length, 1);
  });
});

describe("a review", () => {
  test("shows the reason, hides the name until it is escalated, and writes the decision into the log", async () => {
    await grant();
    const [finding] = await waiting();
    const { findingId } = finding!;
    const opened = await openFinding(world.deps, officer, findingId);
    assert.ok(opened.ok);
    assert.equal(opened.value.emergency?.words, words);
    assert.equal(opened.value.who?.name, null);
    const auditor = world.connectAs("sakshi_auditor");
    const decisions = async () =>
      (await auditor.rows<{ n: number }>("SELECT count(*)::int AS n FROM log.entries WHERE kind = 4"))[0]!.n;
    const before = await decisions();
    assert.ok((await decideFinding(world.deps, officer, { findingId, decision: "escalated" })).ok);
    assert.equal((await decisions()) - before, 1);
    const after = await openFinding(world.deps, officer, findingId);
    assert.ok(after.ok);
    assert.equal(after.value.who?.name, "Vimal Demo");
    assert.deepEqual(await waiting(), []);
    const unknown = await decideFinding(world.deps, officer, { findingId, decision: "maybe" });
    assert.ok(!unknown.ok && unknown.problems);
  });

  test("lets a stopped member of staff in again only when it is explained", async () => {
    const appointmentId = await appointmentAt(world, here, { subject: beneficiaryId, accountId: account.accountId });
    const looks = async (actor: StaffActor, reference: string) => {
      const explanation = { kind: "appointment-here", appointmentId: reference } as const;
      const ask = { actor, purpose: "check-in", explanation, subjects: [beneficiaryId], fields: ["name"] } as const;
      const seen = await world.deps.gate.disclose(ask);
      return seen.ok ? "sees" : seen.code;
    };
    for (let n = 0; n < 5; n++) await looks(asker.actor, uuidv7());
    const again = async () => {
      await world.deps.db.rows("UPDATE registry.staff_sign_ins SET ended_at = NULL WHERE sign_in_id = $1", [
        asker.signInId,
      ]);
      return looks(asker.actor, appointmentId);
    };
    const { findingId } = (await waiting())[0]!;
    await decideFinding(world.deps, officer, { findingId, decision: "escalated" });
    assert.equal(await again(), "DISCLOSURE_STOPPED");
    await decideFinding(world.deps, officer, { findingId, decision: "explained" });
    assert.equal(await again(), "sees");
    assert.equal(await looks(asker.actor, uuidv7()), "DISCLOSURE_NOT_ALLOWED");
    assert.equal(await looks(asker.actor, appointmentId), "sees", "the count began anew");
  });

  test("is for privacy officers, and never on themselves", async () => {
    await grant();
    const { findingId } = (await waiting())[0]!;
    const admin = (await officerSignedIn(world.deps, "national-admin")).actor;
    assert.deepEqual(await listFindings(world.deps, admin, { isDecided: false, skip: 0 }), {
      ok: false,
      code: "NOT_ALLOWED",
    });
    for (const actor of [admin, asker.actor]) {
      assert.equal((await world.deps.gate.decide({ actor, findingId, decision: "explained" })).ok, false);
    }
    assert.equal(
      (await world.deps.gate.decide({ actor: officer, findingId: uuidv7(), decision: "explained" })).ok,
      false,
    );
  });
});

test("two who look at the same people at once, for the first time, wait for each other at most once", async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => registeredPerson(world, account)));
  const looks = [asker, colleague].flatMap(({ actor }, who) =>
    people.map(async (_, at) => {
      const subject = people[who === 0 ? at : people.length - 1 - at]!;
      const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
      const explanation = { kind: "appointment-here", appointmentId } as const;
      const seen = await world.deps.gate.disclose({
        actor,
        purpose: "check-in",
        explanation,
        subjects: [subject],
        fields: ["name"],
      });
      return seen.ok;
    }),
  );
  assert.deepEqual(new Set(await Promise.all(looks)), new Set([true]));
  assert.equal((await listAccessNotices(world.deps, people)).length, people.length);
});

test("a person is told of the first look of an organisation, once", async () => {
  const appointmentId = await appointmentAt(world, here, { subject: beneficiaryId, accountId: account.accountId });
  const explanation = { kind: "appointment-here", appointmentId } as const;
  for (const actor of [asker.actor, colleague.actor]) {
    const ask = { actor, purpose: "check-in", explanation, subjects: [beneficiaryId], fields: ["name"] } as const;
    assert.ok((await world.deps.gate.disclose(ask)).ok);
  }
  assert.deepEqual(
    (await listAccessNotices(world.deps, [beneficiaryId])).map(({ kind, organisation }) => ({ kind, organisation })),
    [{ kind: "new-organisation", organisation: "Demo Health Centre" }],
  );
});
