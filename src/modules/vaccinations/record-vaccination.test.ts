// Recording and undoing doses on a real database with a real vault: once each, whatever is clicked or killed.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  batchAt,
  checkedInPerson,
  comesAgain,
  type DoseDay,
  doseDay,
  waitingJobs,
} from "../../../tests/support/dose-day.js";
import { facility, signedInStaff } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { putBoxes } from "../disclosure/index.js";
import { doseHistory, listSessionDoses, recordVaccination, voidVaccination } from "./index.js";

let world: World;
let day: DoseDay;
const now = new Date("2026-11-23T06:00:00.000Z");
before(async () => {
  world = await testWorld();
  world.setNow(now);
  day = await doseDay(world, { doses: 50 });
});
after(() => world.close());

async function used(batchId: string): Promise<number> {
  const [row] = await world.deps.db.rows<{ used: number }>(
    "SELECT doses_used AS used FROM registry.batches WHERE batch_id = $1",
    [batchId],
  );
  return row!.used;
}
async function count(sql: string, values: unknown[]): Promise<number> {
  const [row] = await world.deps.db.rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values);
  return row!.n;
}

test("records dose 1, completes the appointment, takes one dose of stock and enqueues what follows", async () => {
  const { input, account } = await checkedInPerson(world, day);
  const before = await used(day.batchId);
  const jobsBefore = (await waitingJobs(world)).length;
  const recorded = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(recorded.ok);
  const { doseNumber, observeUntil, nextDue, vaccinationId } = recorded.value;
  assert.equal(doseNumber, 1);
  assert.equal(observeUntil.toISOString(), "2026-11-23T06:30:00.000Z");
  assert.deepEqual(nextDue.state === "due" && [nextDue.doseNumber, nextDue.from, nextDue.products], [
    2,
    "2027-02-15",
    ["COVISHIELD"],
  ]);
  assert.equal(await used(day.batchId), before + 1);
  assert.equal(await count("registry.live_appointments WHERE beneficiary_id = $1", [input.beneficiaryId]), 0);
  assert.equal(
    await count("registry.appointments WHERE appointment_id = $1 AND status = 'completed'", [input.appointmentId]),
    1,
  );
  const jobs = (await waitingJobs(world)).slice(jobsBefore);
  assert.deepEqual(
    jobs.map((job) => job.kind),
    // The first notice says that the facility looked for the first time.
    ["send-notice", "issue-certificate", "count-dose", "send-notice"],
  );
  const text = JSON.stringify(jobs.filter((job) => "beneficiaryId" in job.payload));
  assert.ok(!text.includes("COVISHIELD") && !text.includes("DEMO-"), "a job that names a person names no product");
  assert.ok(!JSON.stringify(jobs.filter((job) => job.kind === "count-dose")).includes(vaccinationId));
  const history = await doseHistory(world.deps, account.actor, [input.beneficiaryId]);
  assert.ok(history.ok);
  assert.deepEqual(
    history.value[0]!.doses.map((dose) => [
      dose.doseNumber,
      dose.product,
      dose.kind,
      dose.givenOn,
      dose.vaccinatorName,
      dose.enteredInError,
    ]),
    [[1, "COVISHIELD", "primary", "2026-11-23", "Vimal Demo", false]],
  );
  const list = await listSessionDoses(world.deps, day.vaccinator.actor, input.sessionId);
  assert.deepEqual(list.ok && list.value.map((dose) => dose.vaccinationId), [vaccinationId]);
});

test("a retry with the same key hears the same answer and changes nothing", async () => {
  const { input } = await checkedInPerson(world, day);
  const first = await recordVaccination(world.deps, day.vaccinator.actor, input);
  const before = await used(day.batchId);
  const jobs = (await waitingJobs(world)).length;
  const again = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(first.ok && again.ok);
  assert.deepEqual(again.value, first.value);
  assert.equal(await used(day.batchId), before);
  assert.equal((await waitingJobs(world)).length, jobs);
});

test("ten clicks at once are one dose, with one answer", async () => {
  const { input } = await checkedInPerson(world, day);
  const before = await used(day.batchId);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => recordVaccination(world.deps, day.vaccinator.actor, input)),
  );
  const ids = new Set(answers.map((answer) => (answer.ok ? JSON.stringify(answer.value) : answer.code)));
  assert.equal(ids.size, 1, [...ids].join(" "));
  assert.ok(answers[0]!.ok);
  assert.equal(await used(day.batchId), before + 1);
  assert.equal(await count("registry.vaccinations WHERE beneficiary_id = $1", [input.beneficiaryId]), 1);
});

test("two staff at two desks: one records, the other hears that it is recorded", async () => {
  const { input } = await checkedInPerson(world, day);
  const colleague = await signedInStaff(world, "vaccinator", day.facilityId);
  const before = await used(day.batchId);
  const answers = await Promise.all([
    recordVaccination(world.deps, day.vaccinator.actor, input),
    recordVaccination(world.deps, colleague.actor, { ...input, requestKey: uuidv7() }),
  ]);
  assert.deepEqual(answers.map((answer) => (answer.ok ? "recorded" : answer.code)).sort(), [
    "VACCINATION_ALREADY_RECORDED",
    "recorded",
  ]);
  assert.equal(await used(day.batchId), before + 1);
});

test("the rules decide: a second dose too early is refused with the day from which it may be given", async () => {
  const { input, account } = await checkedInPerson(world, day);
  assert.ok((await recordVaccination(world.deps, day.vaccinator.actor, input)).ok);
  const secondInput = await comesAgain(world, day, account, input.beneficiaryId);
  const refusal = await recordVaccination(world.deps, day.vaccinator.actor, secondInput);
  assert.deepEqual(refusal.ok ? "recorded" : [refusal.code, refusal.facts], [
    "DOSE_NOT_AFTER_LAST",
    { earliestOn: "2027-02-15" },
  ]);
  const child = await checkedInPerson(world, day, 2015);
  const tooYoung = await recordVaccination(world.deps, day.vaccinator.actor, child.input);
  assert.deepEqual(tooYoung.ok ? "recorded" : tooYoung.code, "DOSE_TOO_YOUNG");
});

test("stock: another facility's, expired, withdrawn or empty batches are refused, and nothing is half-written", async () => {
  const elsewhere = await batchAt(world, await facility(world, "Other Demo Centre"));
  const expired = await batchAt(world, day.facilityId, { expiresOn: "2026-11-22" });
  const lastDay = await batchAt(world, day.facilityId, { expiresOn: "2026-11-23" });
  const covaxin = await batchAt(world, day.facilityId, { product: "COVAXIN" });
  const withdrawn = await batchAt(world, day.facilityId);
  await world.deps.db.rows("UPDATE registry.batches SET withdrawn_at = now() WHERE batch_id = $1", [withdrawn]);
  const single = await batchAt(world, day.facilityId, { doses: 1 });
  const { input } = await checkedInPerson(world, day);
  const answer = async (batchId: string, who = input) => {
    const one = await recordVaccination(world.deps, day.vaccinator.actor, { ...who, batchId, requestKey: uuidv7() });
    return one.ok ? "recorded" : one.code;
  };
  assert.equal(await answer(elsewhere), "VACCINATION_BATCH_WRONG");
  assert.equal(await answer(covaxin), "VACCINATION_BATCH_WRONG");
  assert.equal(await answer(expired), "VACCINATION_BATCH_EXPIRED");
  assert.equal(await answer(withdrawn), "VACCINATION_BATCH_WITHDRAWN");
  assert.equal(
    await count("registry.appointments WHERE appointment_id = $1 AND status = 'checked-in'", [input.appointmentId]),
    1,
  );
  assert.equal(await count("registry.vaccinations WHERE beneficiary_id = $1", [input.beneficiaryId]), 0);
  assert.equal(await answer(lastDay), "recorded");
  const people = await Promise.all([1, 2, 3].map(() => checkedInPerson(world, day)));
  const answers = await Promise.all(people.map((person) => answer(single, person.input)));
  assert.deepEqual(answers.sort(), ["VACCINATION_BATCH_EMPTY", "VACCINATION_BATCH_EMPTY", "recorded"]);
});

test("only site staff of the place, and only for somebody checked in", async () => {
  const { input } = await checkedInPerson(world, day);
  const stranger = await signedInStaff(world, "vaccinator", await facility(world, "Third Demo Centre"));
  const admin = await signedInStaff(world, "facility-admin", day.facilityId);
  const code = async (actor: typeof stranger.actor, change: Partial<typeof input> = {}) => {
    const one = await recordVaccination(world.deps, actor, { ...input, ...change });
    return one.ok ? "recorded" : one.code;
  };
  assert.equal(await code(stranger.actor), "NOT_ALLOWED");
  assert.equal(await code(admin.actor), "NOT_ALLOWED");
  assert.equal(await code({ kind: "staff", signInId: uuidv7() }), "NOT_SIGNED_IN");
  assert.equal(await code(day.vaccinator.actor, { appointmentId: uuidv7() }), "NOT_FOUND");
  assert.equal(await code(day.vaccinator.actor, { batchId: "1; DROP TABLE registry.batches" }), "NOT_FOUND");
  await world.deps.db.rows("UPDATE registry.appointments SET status = 'booked' WHERE appointment_id = $1", [
    input.appointmentId,
  ]);
  assert.equal(await code(day.vaccinator.actor), "VACCINATION_NOT_CHECKED_IN");
});

test("a wrong click is undone: history keeps it, stock gets it back, and the right dose can follow", async () => {
  const { input, account } = await checkedInPerson(world, day);
  const wrong = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(wrong.ok);
  const before = await used(day.batchId);
  const jobsBefore = (await waitingJobs(world)).length;
  const target = { beneficiaryId: input.beneficiaryId, vaccinationId: wrong.value.vaccinationId };
  const undone = await Promise.all([1, 2, 3].map(() => voidVaccination(world.deps, day.vaccinator.actor, target)));
  assert.ok(
    undone.every((one) => one.ok),
    JSON.stringify(undone),
  );
  assert.equal(await used(day.batchId), before - 1);
  assert.deepEqual(
    (await waitingJobs(world)).slice(jobsBefore).map((job) => [job.kind, job.payload.by]),
    [
      ["revoke-certificate", undefined],
      ["count-dose", -1],
      ["send-notice", undefined],
    ],
  );
  const right = await recordVaccination(world.deps, day.vaccinator.actor, { ...input, requestKey: uuidv7() });
  assert.ok(right.ok && right.value.doseNumber === 1, JSON.stringify(right));
  const history = await doseHistory(world.deps, account.actor, [input.beneficiaryId]);
  assert.deepEqual(history.ok && history.value[0]!.doses.map((dose) => dose.enteredInError), [true, false]);
  assert.ok(history.ok && history.value[0]!.nextDue.state === "due" && history.value[0]!.nextDue.doseNumber === 2);
});

test("undoing a dose that was corrected a moment ago says so, and undoes nothing", async () => {
  const { input } = await checkedInPerson(world, day);
  const dose = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(dose.ok);
  const target = { beneficiaryId: input.beneficiaryId, vaccinationId: dose.value.vaccinationId };
  const { gate: real, db } = world.deps;
  const gate = {
    disclose: (look: never) => real.disclose(look),
    // Somebody else's version of the record comes first.
    seal: async (wanted: never) => {
      const sealed = await real.seal(wanted);
      if (sealed.ok) await putBoxes(db, sealed.value);
      return sealed;
    },
  } as unknown as World["deps"]["gate"];
  const outcome = await voidVaccination({ ...world.deps, gate }, day.vaccinator.actor, target);
  assert.equal(outcome.ok ? "ok" : outcome.code, "VACCINATION_CHANGED");
  const [row] = await db.rows<{ status: string }>(
    "SELECT status FROM registry.vaccinations WHERE beneficiary_id = $1 AND vaccination_id = $2",
    [target.beneficiaryId, target.vaccinationId],
  );
  assert.equal(row?.status, "valid");
});

test("undoing ends with the day, and is for the same facility", async () => {
  const { input } = await checkedInPerson(world, day);
  const recorded = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(recorded.ok);
  const target = { beneficiaryId: input.beneficiaryId, vaccinationId: recorded.value.vaccinationId };
  const stranger = await signedInStaff(world, "vaccinator", await facility(world, "Fourth Demo Centre"));
  const elsewhere = await voidVaccination(world.deps, stranger.actor, target);
  assert.equal(elsewhere.ok ? "undone" : elsewhere.code, "VACCINATION_NOT_FOUND");
  // 23:59 and 00:01 in India.
  world.setNow(new Date("2026-11-23T18:31:00.000Z"));
  const nightShift = await signedInStaff(world, "vaccinator", day.facilityId);
  const tomorrow = await voidVaccination(world.deps, nightShift.actor, target);
  assert.equal(tomorrow.ok ? "undone" : tomorrow.code, "VACCINATION_UNDO_CLOSED");
  world.setNow(new Date("2026-11-23T18:29:00.000Z"));
  const today = await voidVaccination(world.deps, nightShift.actor, target);
  assert.equal(today.ok ? "undone" : today.code, "undone");
  world.setNow(now);
});

test("the database connection is killed at every moment: the retry finds one dose, whole", async () => {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  for (let round = 0; round < 6; round++) {
    const { input } = await checkedInPerson(world, day);
    const before = await used(day.batchId);
    const attempt = recordVaccination(world.deps, day.vaccinator.actor, input).catch(() => "broken" as const);
    for (let wait = 0; wait < round; wait++) await new Promise((resolve) => setImmediate(resolve));
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sakshi_app' AND datname = current_database()",
    );
    await attempt;
    const again = await recordVaccination(world.deps, day.vaccinator.actor, input).catch(() =>
      recordVaccination(world.deps, day.vaccinator.actor, input),
    );
    assert.ok(again.ok, JSON.stringify(again));
    assert.equal(await used(day.batchId), before + 1);
    assert.equal(await count("registry.vaccinations WHERE beneficiary_id = $1", [input.beneficiaryId]), 1);
    const { vaccinationId } = again.value;
    const jobs = (await waitingJobs(world)).filter((job) => job.payload.vaccinationId === vaccinationId);
    assert.deepEqual(
      jobs.map((job) => job.kind),
      ["issue-certificate"],
    );
  }
  await admin.end();
});
