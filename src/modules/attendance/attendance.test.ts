// A session's day on a real database with the real vault: who is on the list, who may open what, who is admitted.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  demoMobile,
  personInput,
  publishedSession,
  registered,
  setCode,
  signedInCitizen,
  takenOf,
} from "../../../tests/support/citizens.js";
import { batchAt } from "../../../tests/support/dose-day.js";
import { signedInStaff, type TestStaff } from "../../../tests/support/staff-actor.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { confirmPresenceCode, requestPresenceCode } from "../accounts/index.js";
import { bookAppointment, cancelSessionAppointments, checkIn, securityCode } from "../appointments/index.js";
import { registerBeneficiary } from "../beneficiaries/index.js";
import { recordVaccination, voidVaccination } from "../vaccinations/index.js";
import {
  admitWalkIn,
  checkIdentity,
  findPersonToday,
  findSessionDay,
  findTodaysSession,
  type Ids,
  listPresentPeople,
  listTodaysSessions,
  noteFacilitation,
  openForDose,
  openIdentity,
} from "./index.js";

const morning = new Date("2022-02-14T04:00:00Z");
let world: World;
let sessionId: string;
let facilityId: string;
let verifier: TestStaff;
let vaccinator: TestStaff;
let stranger: TestStaff;

before(async () => {
  world = await testWorld();
  world.setNow(morning);
  ({ sessionId, facilityId } = await publishedSession(world, {
    inDays: 0,
    slots: 2,
    places: { dose1: 50, "walk-in": 3 },
  }));
  const elsewhere = await publishedSession(world, { inDays: 0 });
  verifier = await signedInStaff(world.deps, "verifier", { facilityId });
  vaccinator = await signedInStaff(world.deps, "vaccinator", { facilityId });
  stranger = await signedInStaff(world.deps, "verifier", { facilityId: elsewhere.facilityId });
});
after(() => world.close());
beforeEach(() => world.setNow(morning));

function codeOf(outcome: { ok: boolean; code?: string }): string | undefined {
  return outcome.ok ? undefined : outcome.code;
}

async function booked(at = sessionId): Promise<Ids> {
  const citizen = await signedInCitizen(world);
  const beneficiaryId = await registered(world, citizen);
  const outcome = await bookAppointment(world.deps, citizen.actor, {
    sessionId: at,
    slotNumber: 1,
    beneficiaryIds: [beneficiaryId],
    requestKey: uuidv7(),
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return { sessionId: at, appointmentId: outcome.value.appointmentId, beneficiaryId };
}

async function checkedIn(at = sessionId): Promise<Ids> {
  const ids = await booked(at);
  const code = securityCode(world.deps.macs, ids.appointmentId, ids.beneficiaryId);
  const outcome = await checkIn(world.deps, verifier.actor, { ...ids, code });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return ids;
}

async function presence(mobile = demoMobile(), by = verifier): Promise<string> {
  const address = "192.0.2.10";
  const asked = await requestPresenceCode(world.deps, by.actor, { mobile, address });
  assert.ok(asked.ok, JSON.stringify(asked));
  const { challengeId } = asked.value;
  await setCode(world, challengeId, "135790");
  const confirmed = await confirmPresenceCode(world.deps, by.actor, {
    challengeId,
    code: { digits: "135790" },
    address,
  });
  assert.ok(confirmed.ok, JSON.stringify(confirmed));
  return challengeId;
}

async function registeredHere(challengeId: string, by = verifier, differences = {}): Promise<string> {
  const outcome = await registerBeneficiary(world.deps, by.actor, {
    ...personInput(differences),
    requestKey: uuidv7(),
    locale: "en",
    presenceChallengeId: challengeId,
  });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.beneficiaryId;
}

describe("today's list", () => {
  test("names the sessions of the own facility and of today only", async () => {
    await publishedSession(world, { inDays: 1, facilityId });
    const sessions = await listTodaysSessions(world.deps, verifier.actor);
    assert.ok(sessions.ok);
    assert.deepEqual(
      sessions.value.map((session) => session.sessionId),
      [sessionId],
    );
  });

  test("holds numbers and nobody's data, and writes no entry", async () => {
    const ids = await booked();
    const entriesBefore = await entries();
    const day = await findSessionDay(world.deps, verifier.actor, { sessionId });
    assert.ok(day.ok);
    const line = day.value.lines.find((each) => each.beneficiaryId === ids.beneficiaryId);
    assert.match(line?.referenceLast4 ?? "", /^\d{4}$/);
    assert.equal(line?.stage, "booked");
    assert.doesNotMatch(JSON.stringify(day.value), /Asha|Demo Name|photo|birth/i);
    assert.equal(await entries(), entriesBefore);
  });

  test("is searched by exactly four digits", async () => {
    const ids = await booked();
    const day = await findSessionDay(world.deps, verifier.actor, { sessionId });
    assert.ok(day.ok);
    const last4 = day.value.lines.find((each) => each.beneficiaryId === ids.beneficiaryId)?.referenceLast4 ?? "";
    const found = await findSessionDay(world.deps, verifier.actor, { sessionId, last4 });
    assert.ok(found.ok);
    assert.ok(found.value.lines.some((each) => each.beneficiaryId === ids.beneficiaryId));
    assert.ok(found.value.lines.every((each) => each.referenceLast4 === last4));
    for (const wrong of ["12", "12345", "%%%%", "12a4"]) {
      assert.equal(
        codeOf(await findSessionDay(world.deps, verifier.actor, { sessionId, last4: wrong })),
        "INPUT_INVALID",
      );
    }
  });

  test("is closed to a verifier of another facility, and to admins", async () => {
    assert.equal(codeOf(await findSessionDay(world.deps, stranger.actor, { sessionId })), "ATTENDANCE_NOT_TODAY");
    const admin = await signedInStaff(world.deps, "facility-admin", { facilityId });
    assert.equal(codeOf(await findSessionDay(world.deps, admin.actor, { sessionId })), "NOT_ALLOWED");
  });

  test("is closed the day after", async () => {
    world.setNow(new Date(morning.getTime() + 86_400_000));
    const tomorrow = await signedInStaff(world.deps, "verifier", { facilityId });
    assert.equal(codeOf(await findSessionDay(world.deps, tomorrow.actor, { sessionId })), "ATTENDANCE_NOT_TODAY");
  });
});

async function entries(): Promise<number> {
  const rows = await world.connectAs("sakshi_auditor").rows<{ size: number }>("SELECT size FROM log.head");
  return rows[0]?.size ?? 0;
}

describe("a record", () => {
  test("does not open before check-in, and one look after it is one entry", async () => {
    const ids = await booked();
    assert.equal(codeOf(await openIdentity(world.deps, verifier.actor, ids)), "ATTENDANCE_NOT_CHECKED_IN");
    const code = securityCode(world.deps.macs, ids.appointmentId, ids.beneficiaryId);
    assert.ok((await checkIn(world.deps, verifier.actor, { ...ids, code })).ok);
    const entriesBefore = await entries();
    const opened = await openIdentity(world.deps, verifier.actor, ids);
    assert.ok(opened.ok, JSON.stringify(opened));
    assert.equal(opened.value.person.name, "Asha Demo");
    assert.equal(await entries(), entriesBefore + 1);
  });

  test("does not open for a verifier of another facility, checked in or not", async () => {
    const ids = await checkedIn();
    assert.equal(codeOf(await openIdentity(world.deps, stranger.actor, ids)), "ATTENDANCE_NOT_TODAY");
    assert.equal(codeOf(await openForDose(world.deps, stranger.actor, ids)), "ATTENDANCE_NOT_TODAY");
    assert.equal(
      codeOf(await checkIdentity(world.deps, stranger.actor, { ...ids, answer: "yes" })),
      "ATTENDANCE_NOT_TODAY",
    );
  });

  test("does not open for removed staff", async () => {
    const ids = await checkedIn();
    const leaver = await signedInStaff(world.deps, "verifier", { facilityId });
    assert.ok((await openIdentity(world.deps, leaver.actor, ids)).ok);
    await world.deps.db.rows("UPDATE registry.staff SET removed_at = $2 WHERE staff_id = $1", [
      leaver.staffId,
      morning,
    ]);
    assert.equal(codeOf(await openIdentity(world.deps, leaver.actor, ids)), "NOT_SIGNED_IN");
  });
});

describe("the photo id", () => {
  test("a no needs its reason, and the latest answer counts", async () => {
    const ids = await checkedIn();
    const answer = (text: string) => checkIdentity(world.deps, verifier.actor, { ...ids, answer: text });
    for (const text of ["", "perhaps", "no"]) assert.equal(codeOf(await answer(text)), "INPUT_INVALID");
    assert.ok((await answer("no-document")).ok);
    assert.equal(await stageOf(ids), "refused");
    world.setNow(new Date(morning.getTime() + 60_000));
    assert.ok((await answer("yes")).ok);
    assert.equal(await stageOf(ids), "identified");
  });

  test("is not compared before check-in", async () => {
    const ids = await booked();
    const outcome = await checkIdentity(world.deps, verifier.actor, { ...ids, answer: "yes" });
    assert.equal(codeOf(outcome), "ATTENDANCE_NOT_CHECKED_IN");
  });
});

async function stageOf(ids: Ids): Promise<string | undefined> {
  const day = await findSessionDay(world.deps, verifier.actor, { sessionId: ids.sessionId });
  assert.ok(day.ok);
  return day.value.lines.find((line) => line.beneficiaryId === ids.beneficiaryId)?.stage;
}

describe("the dose", () => {
  test("is offered by the rules with the usable stock; once undone, the photo id is compared anew", async () => {
    const usable = await batchAt(world, facilityId);
    await batchAt(world, facilityId, { product: "COVAXIN" });
    await batchAt(world, facilityId, { expiresOn: "2022-02-13" });
    const ids = await checkedIn();
    assert.ok((await checkIdentity(world.deps, verifier.actor, { ...ids, answer: "yes" })).ok);
    assert.equal(await stageOf(ids), "identified");
    const opened = await openForDose(world.deps, vaccinator.actor, ids);
    assert.ok(opened.ok, JSON.stringify(opened));
    assert.ok(opened.value.answer.may && opened.value.answer.doseNumber === 1);
    assert.deepEqual(
      opened.value.batches.map((batch) => batch.batchId),
      [usable],
    );
    const requestKey = uuidv7();
    const recorded = await recordVaccination(world.deps, vaccinator.actor, { ...ids, batchId: usable, requestKey });
    assert.ok(recorded.ok, JSON.stringify(recorded));
    assert.equal(await stageOf(ids), "done");
    world.setNow(new Date(morning.getTime() + 60_000));
    const undone = await voidVaccination(world.deps, vaccinator.actor, {
      beneficiaryId: ids.beneficiaryId,
      vaccinationId: recorded.value.vaccinationId,
    });
    assert.ok(undone.ok, JSON.stringify(undone));
    assert.equal(await stageOf(ids), "checked-in");
  });

  test("can be watched and undone in a session that is cancelled meanwhile; nobody new is admitted there", async () => {
    const here = await publishedSession(world, { inDays: 0, facilityId, places: { dose1: 5, "walk-in": 3 } });
    const batchId = await batchAt(world, facilityId);
    const [ids, waiting] = [await checkedIn(here.sessionId), await booked(here.sessionId)];
    assert.ok((await checkIdentity(world.deps, verifier.actor, { ...ids, answer: "yes" })).ok);
    const dose = { ...ids, batchId, requestKey: uuidv7() };
    const recorded = await recordVaccination(world.deps, vaccinator.actor, dose);
    assert.ok(recorded.ok, JSON.stringify(recorded));
    await world.deps.db.transaction(async (tx) => {
      await tx.rows("UPDATE registry.sessions SET status = 'cancelled' WHERE session_id = $1", [here.sessionId]);
      await cancelSessionAppointments(tx, { session: here, at: morning });
    });
    const after = await findPersonToday(world.deps, vaccinator.actor, ids);
    assert.ok(after.ok && after.value.line.stage === "done", JSON.stringify(after));
    const session = await findTodaysSession(world.deps, vaccinator.actor, here.sessionId);
    assert.equal(codeOf(session), "ATTENDANCE_NOT_TODAY");
    const { beneficiaryId } = ids;
    const { vaccinationId } = recorded.value;
    assert.ok((await voidVaccination(world.deps, vaccinator.actor, { beneficiaryId, vaccinationId })).ok);
    assert.ok((await findPersonToday(world.deps, vaccinator.actor, ids)).ok);
    // A stale link of the list, clicked again and again: refused, but no attempt at anybody, and no entry.
    const before = await entries();
    for (let n = 0; n < 6; n++)
      assert.equal(codeOf(await findPersonToday(world.deps, vaccinator.actor, waiting)), "ATTENDANCE_NOT_TODAY");
    assert.equal(await entries(), before);
    assert.ok((await findPersonToday(world.deps, vaccinator.actor, ids)).ok);
    const foreign = { ...waiting, beneficiaryId: uuidv7() };
    assert.equal(codeOf(await findPersonToday(world.deps, vaccinator.actor, foreign)), "ATTENDANCE_NOT_TODAY");
    assert.equal(await entries(), before + 1, "ids that lead nowhere are still written down");
  });
});

describe("walk-ins", () => {
  test("a new person with a phone is registered, admitted once, and stands checked in", async () => {
    const challengeId = await presence();
    const none = await listPresentPeople(world.deps, verifier.actor, challengeId);
    assert.deepEqual(none.ok && none.value, []);
    const beneficiaryId = await registeredHere(challengeId, verifier, { name: "Walk-in Demo".replace("-", " ") });
    const here = await listPresentPeople(world.deps, verifier.actor, challengeId);
    assert.deepEqual(here.ok && here.value.map((person) => person.name), ["Walk in Demo"]);
    const before = await takenOf(world, sessionId, "walk-in", 1);
    const wish = { sessionId, beneficiaryId, requestKey: uuidv7(), challengeId };
    const [first, second] = await Promise.all([
      admitWalkIn(world.deps, verifier.actor, wish),
      admitWalkIn(world.deps, verifier.actor, wish),
    ]);
    assert.ok(first.ok && second.ok, JSON.stringify([first, second]));
    assert.equal(first.value.appointmentId, second.value.appointmentId);
    const third = await admitWalkIn(world.deps, verifier.actor, { ...wish, requestKey: uuidv7() });
    assert.equal(third.ok && third.value.appointmentId, first.value.appointmentId);
    assert.equal(await takenOf(world, sessionId, "walk-in", 1), before + 1);
    const ids = { sessionId, appointmentId: first.value.appointmentId, beneficiaryId };
    assert.equal(await stageOf(ids), "checked-in");
    assert.ok((await openIdentity(world.deps, vaccinator.actor, ids)).ok);
  });

  test("a person booked here today is checked in by the phone's code, and takes no second place", async () => {
    const mobile = demoMobile();
    const citizen = await signedInCitizen(world, mobile);
    const beneficiaryId = await registered(world, citizen);
    const outcome = await bookAppointment(world.deps, citizen.actor, {
      sessionId,
      slotNumber: 1,
      beneficiaryIds: [beneficiaryId],
      requestKey: uuidv7(),
    });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const before = await takenOf(world, sessionId, "walk-in", 1);
    world.setNow(new Date(morning.getTime() + 5 * 60_000));
    const challengeId = await presence(mobile);
    const admitted = await admitWalkIn(world.deps, verifier.actor, {
      sessionId,
      beneficiaryId,
      requestKey: uuidv7(),
      challengeId,
    });
    assert.equal(admitted.ok && admitted.value.appointmentId, outcome.value.appointmentId);
    assert.equal(await takenOf(world, sessionId, "walk-in", 1), before);
  });

  test("a person booked for another day elsewhere is refused, without losing a place", async () => {
    const mobile = demoMobile();
    const citizen = await signedInCitizen(world, mobile);
    const beneficiaryId = await registered(world, citizen);
    const elsewhere = await publishedSession(world, { inDays: 3 });
    const outcome = await bookAppointment(world.deps, citizen.actor, {
      sessionId: elsewhere.sessionId,
      slotNumber: 1,
      beneficiaryIds: [beneficiaryId],
      requestKey: uuidv7(),
    });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    world.setNow(new Date(morning.getTime() + 5 * 60_000));
    const challengeId = await presence(mobile);
    const before = await takenOf(world, sessionId, "walk-in", 1);
    const refusedThere = await admitWalkIn(world.deps, verifier.actor, {
      sessionId,
      beneficiaryId,
      requestKey: uuidv7(),
      challengeId,
    });
    assert.equal(codeOf(refusedThere), "WALK_IN_BOOKED_ELSEWHERE");
    assert.equal(await takenOf(world, sessionId, "walk-in", 1), before);
  });

  test("somebody else's code, somebody else's family and a colleague's proof admit nobody", async () => {
    const family = await presence();
    const beneficiaryId = await registeredHere(family);
    const other = await presence();
    const requestKey = uuidv7();
    const foreign = await admitWalkIn(world.deps, verifier.actor, {
      sessionId,
      beneficiaryId,
      requestKey,
      challengeId: other,
    });
    assert.ok(["DISCLOSURE_NOT_ALLOWED", "PRESENCE_NOT_SHOWN"].includes(codeOf(foreign) ?? ""));
    const colleague = await admitWalkIn(world.deps, vaccinator.actor, {
      sessionId,
      beneficiaryId,
      requestKey,
      challengeId: family,
    });
    assert.equal(codeOf(colleague), "PRESENCE_NOT_SHOWN");
    assert.equal(codeOf(await listPresentPeople(world.deps, stranger.actor, family)), "PRESENCE_NOT_SHOWN");
    const byAccount = await admitWalkIn(world.deps, verifier.actor, {
      sessionId,
      beneficiaryId,
      requestKey,
      accountId: uuidv7(),
    });
    assert.equal(codeOf(byAccount), "DISCLOSURE_NOT_ALLOWED");
  });

  test("a child below the age of the programme is refused by the rules", async () => {
    const challengeId = await presence();
    const beneficiaryId = await registeredHere(challengeId, verifier, { birthYear: "2018" });
    const outcome = await admitWalkIn(world.deps, verifier.actor, {
      sessionId,
      beneficiaryId,
      requestKey: uuidv7(),
      challengeId,
    });
    assert.match(codeOf(outcome) ?? "", /^DOSE_/);
  });

  test("twelve people at once for five places: five are admitted, seven hear that it is full", async () => {
    const small = await publishedSession(world, {
      inDays: 0,
      facilityId,
      slots: 1,
      places: { dose1: 0, dose2: 0, precaution: 0, "walk-in": 5 },
    });
    const challenges = [];
    for (let number = 0; number < 12; number++) {
      world.setNow(new Date(morning.getTime() + number * 60_000));
      const challengeId = await presence();
      challenges.push({ challengeId, beneficiaryId: await registeredHere(challengeId) });
    }
    const outcomes = await Promise.all(
      challenges.map((who) =>
        admitWalkIn(world.deps, verifier.actor, { sessionId: small.sessionId, requestKey: uuidv7(), ...who }),
      ),
    );
    const codes = outcomes.map((outcome) => codeOf(outcome) ?? "admitted").sort();
    assert.deepEqual(codes, [...Array(7).fill("WALK_IN_FULL"), ...Array(5).fill("admitted")]);
    assert.equal(await takenOf(world, small.sessionId, "walk-in", 1), 5);
  });

  test("without a phone: registered, admitted and opened on the same day", async () => {
    const requestKey = uuidv7();
    const person = await registerBeneficiary(world.deps, verifier.actor, {
      ...personInput(),
      requestKey,
      locale: "hi",
      withoutPhone: true,
    });
    assert.ok(person.ok, JSON.stringify(person));
    const { beneficiaryId, accountId } = person.value;
    const admitted = await admitWalkIn(world.deps, verifier.actor, { sessionId, beneficiaryId, requestKey, accountId });
    assert.ok(admitted.ok, JSON.stringify(admitted));
  });

  test("the reason is written down for a session held here today, and for no other", async () => {
    const note = (by: TestStaff, at: string) =>
      noteFacilitation(world.deps, by.actor, { sessionId: at, beneficiaryId: uuidv7(), reason: "has-no-phone" });
    assert.ok((await note(verifier, sessionId)).ok);
    for (const [by, at] of [
      [stranger, sessionId],
      [verifier, uuidv7()],
      [verifier, "no-session"],
    ] as const) {
      assert.equal(codeOf(await findTodaysSession(world.deps, by.actor, at)), "ATTENDANCE_NOT_TODAY");
      assert.equal(codeOf(await note(by, at)), "ATTENDANCE_NOT_TODAY");
    }
  });
});
