// Budgets on the real recorder: what is spent stays spent, whoever asks and however often the recorder dies; refused
// attempts stop the sign-in.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { forgetBudgets, useBudget } from "../../tests/support/budgets.js";
import { demoPartner } from "../../tests/support/partners.js";
import {
  appointmentAt,
  facility,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  type SignedInStaff,
  signedInAccount,
  signedInStaff,
  vaccinationAt,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import type { Explanation } from "../modules/disclosure/index.js";
import { uuidv7 } from "../platform/random.js";
import { budgetsText, loadBudgets } from "./budgets.js";

let world: World;
let account: SignedInAccount;
let subject: string;
let here: string;
let vaccinator: SignedInStaff;
let appointment: Explanation;
let dose: Explanation;

before(async () => {
  world = await testWorld();
  world.setNow(new Date("2026-11-23T06:10:00.000Z"));
  account = await signedInAccount(world);
  subject = await registeredPerson(world, account);
  here = await facility(world);
  appointment = {
    kind: "appointment-here",
    appointmentId: await appointmentAt(world, here, { subject, accountId: account.accountId }),
  };
  dose = { kind: "dose-recorded", vaccinationId: await vaccinationAt(world, here, subject) };
});
beforeEach(async () => {
  await forgetBudgets(world);
  vaccinator = await signedInStaff(world, "vaccinator", here);
});
after(() => world.close());

async function looks(explanation: Explanation, { actor } = vaccinator): Promise<string> {
  const purpose = explanation.kind === "dose-recorded" ? "aefi" : "check-in";
  const seen = await world.deps.gate.disclose({ actor, purpose, explanation, subjects: [subject], fields: ["name"] });
  return seen.ok ? "sees" : seen.code;
}
const unexplained = (): Explanation => ({ kind: "appointment-here", appointmentId: uuidv7() });
const budget = loadBudgets().of("staff", "dose-recorded")!;

async function logSize(): Promise<number> {
  const [row] = await world.connectAs("sakshi_auditor").rows<{ size: number }>("SELECT size FROM log.head");
  return row!.size;
}
async function found(): Promise<{ kind: string; actor: string; times: number; stops: boolean }[]> {
  return world.deps.db.rows("SELECT kind, actor, times, stops FROM registry.access_findings");
}

test("the numbers are checked when they are read, and whatever has no line gets nothing", () => {
  const text = budgetsText();
  for (const bad of [
    text.replace('"hour": 120', '"hour": 0'),
    text.replace('"staff": 5', '"staff": -1'),
    text.replace('"partner": 200', '"partner": 0'),
    "{",
  ]) {
    assert.throws(() => loadBudgets(bad));
  }
  const budgets = loadBudgets();
  assert.deepEqual(budgets.of("stranger", "own-sign-in"), { hour: 0, day: 0 });
  assert.deepEqual(budgets.of("citizen", "__proto__"), { hour: 0, day: 0 });
  assert.equal(budgets.of("system", "dose-recorded"), undefined);
});

test("a site with 600 people a day stays well within a staff member's budget", () => {
  const { hour, day } = loadBudgets().of("staff", "appointment-here")!;
  // One desk for everybody: compared, opened for the dose, opened again, recorded (a read and a change), and reloads.
  assert.ok(day >= 600 * 8);
  assert.ok(hour >= 150 * 8);
});

test("a spent hour turns away, in a word that says when to come back, and the next hour is new", async () => {
  await useBudget(world, `staff:${vaccinator.staffId}`, "dose-recorded", budget.hour - 1);
  assert.equal(await looks(dose), "sees");
  const { actor } = vaccinator;
  const asked = { actor, purpose: "aefi", explanation: dose, subjects: [subject], fields: ["name"] } as const;
  assert.deepEqual(await world.deps.gate.disclose(asked), {
    ok: false,
    code: "DISCLOSURE_BUDGET_SPENT",
    facts: { seconds: 3_000 },
  });
  assert.equal(await looks(appointment), "sees", "each kind of explanation has a budget of its own");
  assert.equal(await looks(dose, await signedInStaff(world, "vaccinator", here)), "sees", "so has each actor");
  world.setNow(new Date("2026-11-23T07:00:00.000Z"));
  assert.equal(await looks(dose), "sees");
  world.setNow(new Date("2026-11-23T06:10:00.000Z"));
  assert.deepEqual(
    (await found()).map(({ kind, stops }) => ({ kind, stops })),
    [{ kind: "budget", stops: false }],
  );
});

test("what is spent holds when the recorder is killed, and when many ask at once", async () => {
  await useBudget(world, `staff:${vaccinator.staffId}`, "dose-recorded", budget.hour - 5);
  const answers = await Promise.all(Array.from({ length: 20 }, () => looks(dose)));
  assert.equal(answers.filter((answer) => answer === "sees").length, 5);
  await world.vault.kill("recorder");
  await world.vault.start();
  assert.equal(await looks(dose), "DISCLOSURE_BUDGET_SPENT");
});

test("attempts beyond the budget are written down five times a day and then counted only", async () => {
  await useBudget(world, `staff:${vaccinator.staffId}`, "dose-recorded", budget.hour);
  const before = await logSize();
  for (let n = 0; n < 8; n++) assert.equal(await looks(dose), "DISCLOSURE_BUDGET_SPENT");
  assert.equal((await logSize()) - before, 5);
});

test("the fifth look without an explanation stops a member of staff, also for what is explained", async () => {
  for (let n = 1; n <= 4; n++) assert.equal(await looks(unexplained()), "DISCLOSURE_NOT_ALLOWED");
  assert.equal(await looks(appointment), "sees");
  assert.equal(await looks(unexplained()), "DISCLOSURE_NOT_ALLOWED");
  assert.equal(await looks(appointment), "DISCLOSURE_NOT_ALLOWED", "the sign-in has ended");
  assert.deepEqual(await found(), [{ kind: "misses", actor: `staff:${vaccinator.staffId}`, times: 1, stops: true }]);
  const [row] = await world.deps.db.rows<{ ended: boolean }>(
    "SELECT ended_at IS NOT NULL AS ended FROM registry.staff_sign_ins WHERE sign_in_id = $1",
    [vaccinator.signInId],
  );
  assert.equal(row?.ended, true);
  await world.deps.db.rows("UPDATE registry.staff_sign_ins SET ended_at = NULL WHERE sign_in_id = $1", [
    vaccinator.signInId,
  ]);
  assert.equal(await looks(appointment), "DISCLOSURE_STOPPED", "code in the application cannot reopen it");
});

test("a field that the policy does not give counts as an attempt too", async () => {
  const { actor } = vaccinator;
  const asked = {
    actor,
    purpose: "check-in",
    explanation: appointment,
    subjects: [subject],
    fields: ["mobile"],
  } as const;
  for (let n = 0; n < 5; n++) await world.deps.gate.disclose(asked);
  assert.equal((await found())[0]?.stops, true);
});

test("a citizen's sign-in ends after ten refused attempts; the account is not locked", async () => {
  const own = await signedInAccount(world);
  const asked = { purpose: "own-view", explanation: ownSignIn, fields: ["name"] } as const;
  for (let n = 0; n < 10; n++) await world.deps.gate.disclose({ ...asked, actor: own.actor, subjects: [subject] });
  const [row] = await world.deps.db.rows<{ live: number }>(
    "SELECT count(*)::int AS live FROM registry.sign_ins WHERE account_id = $1 AND ended_at IS NULL",
    [own.accountId],
  );
  assert.equal(row?.live, 0);
  assert.deepEqual(
    (await found()).map(({ kind, stops }) => ({ kind, stops })),
    [{ kind: "misses", stops: false }],
  );
});

test("a partner's refused looks are written down until the day's number and then counted, for officers to see", async () => {
  const partner = await demoPartner(world);
  const most = loadBudgets().writtenOf("partner")!;
  await useBudget(world, `partner:${partner.partnerId}`, "refusal", most - 2);
  const before = await logSize();
  for (let n = 0; n < 5; n++) {
    const seen = await world.deps.gate.disclose({
      actor: { kind: "partner", keyId: partner.keyId },
      purpose: "consented-share",
      explanation: { kind: "consent", consentId: uuidv7() },
      subjects: [subject],
      fields: ["name"],
    });
    assert.equal(seen.ok ? "sees" : seen.code, "DISCLOSURE_NOT_ALLOWED");
  }
  assert.equal((await logSize()) - before, 2);
  const counted = await world.deps.db.rows("SELECT kind, actor, times, reasons, stops FROM registry.access_findings");
  const reasons = [{ reason: "misses", count: most + 3 }];
  const actor = `partner:${partner.partnerId}`;
  assert.deepEqual(counted, [{ kind: "misses", actor, times: 3, reasons, stops: false }]);
});

test("counting lifts no stop, and an ended sign-in fills no log either", async () => {
  for (let n = 0; n < 5; n++) await looks(unexplained());
  await useBudget(world, `staff:${vaccinator.staffId}`, "refusal", loadBudgets().writtenOf("staff")!);
  const before = await logSize();
  for (let n = 0; n < 3; n++) assert.equal(await looks(unexplained()), "DISCLOSURE_NOT_ALLOWED");
  assert.equal(await logSize(), before);
  assert.deepEqual(
    (await found()).map(({ kind, stops }) => ({ kind, stops })),
    [{ kind: "misses", stops: true }],
  );
});

test("the application sees what was found and cannot change it, nor the budgets", async () => {
  for (const statement of [
    "UPDATE registry.access_findings SET decision = 'explained'",
    "DELETE FROM registry.access_findings",
    "SELECT * FROM log.budgets_used",
    "SELECT log.note_miss(now(), 'staff', gen_random_uuid(), 5)",
    "SELECT log.count_refusal(now(), 'staff', gen_random_uuid(), 5)",
    "SELECT log.find(now(), 'misses', 'x', '[]', true)",
  ]) {
    await assert.rejects(world.deps.db.rows(statement), /permission denied/, statement);
  }
});

test("requests that share a round trip are taken in their turn until the budget is spent, and others go on", async () => {
  const asked = (actor: SignedInStaff, kind: string, reference: string, perHour: number) => ({
    actorKind: "staff",
    signIn: actor.actor.signInId,
    purpose: kind === "dose-recorded" ? "aefi" : "check-in",
    kind,
    reference,
    subjects: [subject],
    isNew: false,
    perHour,
    perDay: 2 * perHour,
  });
  const other = await signedInStaff(world, "vaccinator", here);
  const appointmentId = (appointment as { appointmentId: string }).appointmentId;
  const vaccinationId = (dose as { vaccinationId: string }).vaccinationId;
  const requests = [
    ...Array.from({ length: 3 }, () => asked(vaccinator, "dose-recorded", vaccinationId, 2)),
    asked(vaccinator, "appointment-here", appointmentId, 5),
    asked(other, "dose-recorded", vaccinationId, 2),
    { ...asked(other, "appointment-here", appointmentId, 1), subjects: [subject, subject] },
  ];
  const ask = async (all: readonly object[]) => {
    const rows = await world
      .connectAs("sakshi_recorder")
      .rows<{ place: number; answer: string }>(
        `SELECT place, coalesce(refusal || ' ' || turned_away, 'taken') AS answer FROM log.explain_all($1, $2) ORDER BY place`,
        [world.deps.clock(), JSON.stringify(all)],
      );
    return rows.map(({ answer }) => answer);
  };
  // The last one names a person twice: it is not explained at all, and takes nothing.
  assert.deepEqual(await ask(requests), ["taken", "taken", "spent 1", "taken", "taken"]);
  assert.deepEqual(await ask(requests), ["spent 2", "spent 3", "spent 4", "taken", "taken"]);
  assert.deepEqual(await ask(requests), ["spent 5", "spent 6", "spent 7", "taken", "spent 1"]);
  assert.deepEqual(await ask([]), []);
});
