// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import pg from "pg";
import {
  publishedSession,
  registered,
  type SignedInCitizen,
  signedInCitizen,
  takenOf,
} from "../../../tests/support/citizens.js";
import { facility, signedInStaff } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import {
  bookAppointment,
  cancelAppointment,
  cancelSessionAppointments,
  checkIn,
  findAppointment,
  findAppointments,
  moveAppointment,
  slipsOf,
} from "./index.js";

let world: World;
const morning = new Date("2026-11-23T03:00:00Z");
before(async () => {
  world = await testWorld();
});
beforeEach(() => world.setNow(morning));
after(() => world.close());

const codeOf = (outcome: { ok: boolean; code?: string }) => (outcome.ok ? "ok" : outcome.code);
async function citizenWith(people: number, differences = {}): Promise<{ citizen: SignedInCitizen; ids: string[] }> {
  const citizen = await signedInCitizen(world);
  const ids: string[] = [];
  for (let i = 0; i < people; i++) ids.push(await registered(world, citizen, differences));
  return { citizen, ids };
}
const book = (citizen: SignedInCitizen, sessionId: string, beneficiaryIds: string[], differences = {}) =>
  bookAppointment(world.deps, citizen.actor, {
    sessionId,
    slotNumber: 1,
    beneficiaryIds,
    requestKey: uuidv7(),
    ...differences,
  });
const noticesOf = async (template: string) =>
  (
    await world
      .connectAs("sakshi_worker")
      .rows<{ payload: { template: string } }>("SELECT payload FROM graphile_worker._private_jobs")
  ).filter(({ payload }) => payload.template === template).length;
const liveOf = async (id: string) =>
  (await world.deps.db.rows("SELECT FROM registry.live_appointments WHERE beneficiary_id = $1", [id])).length;

test("books for two people of a family and tells both", async () => {
  const { citizen, ids } = await citizenWith(2);
  const { sessionId } = await publishedSession(world);
  const outcome = await book(citizen, sessionId, ids);
  assert.ok(outcome.ok, codeOf(outcome));
  assert.equal(await takenOf(world, sessionId), 2);
  assert.equal(await noticesOf("appointment-booked"), 2);
  const [found] = await findAppointments(world.deps, citizen.accountId);
  assert.equal(found!.people.length, 2);
  assert.equal(found!.startsAt, "09:00");
  const slips = slipsOf(world.deps, found!);
  assert.match(slips[0]!.securityCode, /^\d{4}$/);
  assert.notEqual(slips[0]!.token, slips[1]!.token);
});

test("a repeated request books once, also at the same moment and for the last place", async () => {
  for (let round = 0; round < 8; round++) {
    const { citizen, ids } = await citizenWith(1);
    const { sessionId } = await publishedSession(world, { places: { dose1: 1 } });
    const requestKey = uuidv7();
    const answers = await Promise.all(Array.from({ length: 6 }, () => book(citizen, sessionId, ids, { requestKey })));
    answers.push(await book(citizen, sessionId, ids, { requestKey }));
    const found = answers.map((one) => (one.ok ? one.value.appointmentId : one.code));
    assert.equal(new Set(found).size, 1, found.join(" "));
    assert.equal(await takenOf(world, sessionId), 1);
  }
});

test("refuses a second appointment for the same person, in two tabs at once", async () => {
  const { citizen, ids } = await citizenWith(1);
  const [a, b] = [await publishedSession(world), await publishedSession(world)];
  const codes = (await Promise.all([book(citizen, a.sessionId, ids), book(citizen, b.sessionId, ids)]))
    .map(codeOf)
    .sort();
  assert.deepEqual(codes, ["APPOINTMENT_ALREADY_BOOKED", "ok"]);
  assert.equal(
    (await takenOf(world, a.sessionId)) + (await takenOf(world, b.sessionId)),
    1,
    "the refused place was given back",
  );
});

test("books all of a family or nobody", async () => {
  const { citizen, ids } = await citizenWith(3);
  const { sessionId } = await publishedSession(world, { places: { dose1: 2 } });
  assert.equal(codeOf(await book(citizen, sessionId, ids)), "APPOINTMENT_SLOT_FULL");
  assert.equal(await takenOf(world, sessionId), 0);
  const other = await publishedSession(world);
  assert.ok((await book(citizen, other.sessionId, ids.slice(0, 1))).ok);
  assert.equal(codeOf(await book(citizen, other.sessionId, ids)), "APPOINTMENT_ALREADY_BOOKED");
  assert.equal(await takenOf(world, other.sessionId), 1);
});

test("refuses what is cancelled, unknown, past, badly asked, or not one's own", async () => {
  const { citizen, ids } = await citizenWith(1);
  const { sessionId } = await publishedSession(world);
  const setStatus = (status: string) =>
    world.deps.db.rows("UPDATE registry.sessions SET status = $2 WHERE session_id = $1", [sessionId, status]);
  await setStatus("cancelled");
  assert.equal(codeOf(await book(citizen, sessionId, ids)), "APPOINTMENT_SESSION_CANCELLED");
  await setStatus("draft");
  assert.equal(codeOf(await book(citizen, sessionId, ids)), "APPOINTMENT_SESSION_NOT_FOUND");
  await setStatus("published");
  for (const unknown of [uuidv7(), "", "1; DROP TABLE"])
    assert.equal(codeOf(await book(citizen, unknown, ids)), "APPOINTMENT_SESSION_NOT_FOUND");
  assert.equal(codeOf(await book(citizen, sessionId, ids, { slotNumber: 9 })), "APPOINTMENT_SLOT_FULL");
  for (const slotNumber of [0, 49, 1.5, Number.NaN])
    assert.equal(codeOf(await book(citizen, sessionId, ids, { slotNumber })), "INPUT_INVALID");
  for (const beneficiaryIds of [[], [ids[0]!, ids[0]!], Array.from({ length: 7 }, () => uuidv7())]) {
    assert.equal(codeOf(await book(citizen, sessionId, beneficiaryIds)), "INPUT_INVALID");
  }
  assert.equal(codeOf(await book(await signedInCitizen(world), sessionId, ids)), "NOT_FOUND");
  const today = await publishedSession(world, { inDays: 0 });
  world.setNow(new Date("2026-11-23T04:30:00Z"));
  assert.equal(
    codeOf(await book(citizen, today.sessionId, ids)),
    "APPOINTMENT_SLOT_OVER",
    "09:00 to 10:00 is over at 10:00",
  );
  assert.ok((await book(citizen, today.sessionId, ids, { slotNumber: 2 })).ok);
});

test("asks the dose rules and the session's ages", async () => {
  const child = await citizenWith(1, { birthYear: "2020" });
  const grown = await citizenWith(1, { birthYear: "1996" });
  const { sessionId } = await publishedSession(world, { minAge: 18, maxAge: 29 });
  assert.equal(codeOf(await book(child.citizen, sessionId, child.ids)), "APPOINTMENT_AGE_OUTSIDE");
  assert.equal(codeOf(await book((await citizenWith(1)).citizen, sessionId, child.ids)), "NOT_FOUND");
  assert.ok((await book(grown.citizen, sessionId, grown.ids)).ok, "born 1996: 29 or 30 that day, 29 fits");
  const forAll = await publishedSession(world, { minAge: 0 });
  assert.equal(codeOf(await book(child.citizen, forAll.sessionId, child.ids)), "DOSE_TOO_YOUNG");
});

test("an appointment that was missed holds nobody back", async () => {
  const { citizen, ids } = await citizenWith(1);
  const first = await publishedSession(world);
  assert.ok((await book(citizen, first.sessionId, ids)).ok);
  world.setNow(new Date("2026-11-25T03:00:00Z"));
  const again = await signedInCitizenAgain(citizen);
  const next = await publishedSession(world);
  assert.ok((await book(again, next.sessionId, ids)).ok);
});

/** The same account, signed in at another time. */
async function signedInCitizenAgain(citizen: SignedInCitizen): Promise<SignedInCitizen> {
  const signInId = uuidv7();
  await world.deps.db.rows(
    `INSERT INTO registry.sign_ins SELECT $1::uuid, sha256(convert_to($1::uuid::text, 'UTF8')), account_id, contact_box, $3, $3, $3::timestamptz + interval '1 hour', NULL
     FROM registry.sign_ins WHERE sign_in_id = $2`,
    [signInId, citizen.actor.signInId, world.deps.clock()],
  );
  return { ...citizen, actor: { kind: "citizen", signInId } };
}

test("moves: takes the new place, gives the old one back, keeps the appointment's id", async () => {
  const { citizen, ids } = await citizenWith(2);
  const [from, to] = [await publishedSession(world), await publishedSession(world, { inDays: 3 })];
  const booked = await book(citizen, from.sessionId, ids);
  assert.ok(booked.ok);
  const { appointmentId } = booked.value;
  const move = (sessionId: string, slotNumber: number, requestKey = uuidv7()) =>
    moveAppointment(world.deps, citizen.actor, { appointmentId, sessionId, slotNumber, requestKey });
  const requestKey = uuidv7();
  assert.ok((await move(to.sessionId, 2, requestKey)).ok);
  assert.ok((await move(to.sessionId, 2, requestKey)).ok, "a repeated request");
  assert.equal(codeOf(await move(to.sessionId, 2)), "APPOINTMENT_SAME_SLOT");
  assert.deepEqual([await takenOf(world, from.sessionId), await takenOf(world, to.sessionId, "dose1", 2)], [0, 2]);
  const found = await findAppointments(world.deps, citizen.accountId);
  assert.equal(found.length, 1);
  assert.equal(found[0]!.heldOn, to.heldOn);
  assert.ok((await move(to.sessionId, 1)).ok, "within the session");
  assert.ok((await move(from.sessionId, 1)).ok, "and back");
  assert.deepEqual(
    [
      await takenOf(world, from.sessionId),
      await takenOf(world, to.sessionId),
      await takenOf(world, to.sessionId, "dose1", 2),
    ],
    [2, 0, 0],
  );
});

test("keeps the old place when the new one is full", async () => {
  const { citizen, ids } = await citizenWith(1);
  const [from, full] = [await publishedSession(world), await publishedSession(world, { places: { dose1: 0 } })];
  const booked = await book(citizen, from.sessionId, ids);
  assert.ok(booked.ok);
  const { appointmentId } = booked.value;
  const outcome = await moveAppointment(world.deps, citizen.actor, {
    appointmentId,
    sessionId: full.sessionId,
    slotNumber: 1,
    requestKey: uuidv7(),
  });
  assert.equal(codeOf(outcome), "APPOINTMENT_SLOT_FULL");
  assert.equal(await takenOf(world, from.sessionId), 1);
  const stranger = await signedInCitizen(world);
  const stolen = await moveAppointment(world.deps, stranger.actor, {
    appointmentId,
    sessionId: from.sessionId,
    slotNumber: 2,
    requestKey: uuidv7(),
  });
  assert.equal(codeOf(stolen), "APPOINTMENT_NOT_FOUND");
});

test("two who swap places at once do not block each other", async () => {
  const [one, two] = [await citizenWith(1), await citizenWith(1)];
  const [a, b] = [await publishedSession(world), await publishedSession(world)];
  const [first, second] = [
    await book(one.citizen, a.sessionId, one.ids),
    await book(two.citizen, b.sessionId, two.ids),
  ];
  assert.ok(first.ok && second.ok);
  for (let round = 0; round < 10; round++) {
    const [to, back] = round % 2 === 0 ? [b, a] : [a, b];
    const moves: Awaited<ReturnType<typeof moveAppointment>>[] = await Promise.all([
      moveAppointment(world.deps, one.citizen.actor, {
        ...first.value,
        sessionId: to.sessionId,
        slotNumber: 1,
        requestKey: uuidv7(),
      }),
      moveAppointment(world.deps, two.citizen.actor, {
        ...second.value,
        sessionId: back.sessionId,
        slotNumber: 1,
        requestKey: uuidv7(),
      }),
    ]);
    assert.deepEqual(moves.map(codeOf), ["ok", "ok"]);
  }
  assert.deepEqual([await takenOf(world, a.sessionId), await takenOf(world, b.sessionId)], [1, 1]);
});

test("cancels for one person or all, frees the places, and twice is no error", async () => {
  const { citizen, ids } = await citizenWith(3);
  const { sessionId } = await publishedSession(world);
  const booked = await book(citizen, sessionId, ids);
  assert.ok(booked.ok);
  const { appointmentId } = booked.value;
  assert.equal(
    codeOf(await cancelAppointment(world.deps, (await signedInCitizen(world)).actor, { appointmentId })),
    "APPOINTMENT_NOT_FOUND",
  );
  assert.ok((await cancelAppointment(world.deps, citizen.actor, { appointmentId, beneficiaryIds: [ids[0]!] })).ok);
  assert.equal(await takenOf(world, sessionId), 2);
  const both = await Promise.all([
    cancelAppointment(world.deps, citizen.actor, { appointmentId }),
    cancelAppointment(world.deps, citizen.actor, { appointmentId }),
  ]);
  assert.deepEqual(both.map(codeOf), ["ok", "ok"]);
  assert.equal(await takenOf(world, sessionId), 0);
  assert.equal(await liveOf(ids[1]!), 0);
  assert.ok((await book(citizen, sessionId, ids)).ok, "and can book again");
});

test("cannot be cancelled after its day", async () => {
  const { citizen, ids } = await citizenWith(1);
  const { sessionId } = await publishedSession(world, { inDays: 0 });
  const booked = await book(citizen, sessionId, ids);
  assert.ok(booked.ok);
  world.setNow(new Date("2026-11-23T18:29:00Z"));
  const late = await signedInCitizenAgain(citizen);
  world.setNow(new Date("2026-11-23T18:30:00Z"));
  assert.equal(codeOf(await cancelAppointment(world.deps, late.actor, booked.value)), "APPOINTMENT_DAY_OVER");
  world.setNow(new Date("2026-11-23T18:29:59Z"));
  assert.ok((await cancelAppointment(world.deps, late.actor, booked.value)).ok);
});

test("a cancelled session lets nobody in and tells everybody, also those who booked at that moment", async () => {
  const { sessionId } = await publishedSession(world);
  const families = await Promise.all(Array.from({ length: 12 }, () => citizenWith(1)));
  const bookings = families.map(({ citizen, ids }) => book(citizen, sessionId, ids));
  const told = world.deps.db.transaction(async (tx) => {
    await tx.rows("UPDATE registry.sessions SET status = 'cancelled', cancelled_at = $2 WHERE session_id = $1", [
      sessionId,
      morning,
    ]);
    return cancelSessionAppointments(tx, { session: { sessionId }, at: morning });
  });
  const codes = (await Promise.all(bookings)).map(codeOf);
  assert.ok(
    codes.every((code) => code === "ok" || code === "APPOINTMENT_SESSION_CANCELLED"),
    codes.join(" "),
  );
  assert.equal(codes.filter((code) => code === "ok").length, await told);
  assert.equal(await takenOf(world, sessionId), 0);
  assert.equal(await noticesOf("session-cancelled"), await told);
  const left = await world.deps.db.rows(
    "SELECT FROM registry.appointments WHERE session_id = $1 AND status = 'booked'",
    [sessionId],
  );
  assert.equal(left.length, 0);
});

test("an account moves and cancels twenty times an hour, so that its phone is not filled with messages", async () => {
  const { citizen, ids } = await citizenWith(1);
  const { sessionId } = await publishedSession(world, { slots: 2 });
  const booked = await book(citizen, sessionId, ids);
  assert.ok(booked.ok, JSON.stringify(booked));
  const { appointmentId } = booked.value;
  const moveTo = async (slotNumber: number) =>
    codeOf(
      await moveAppointment(world.deps, citizen.actor, { appointmentId, sessionId, slotNumber, requestKey: uuidv7() }),
    );
  for (let i = 0; i < 19; i++) assert.equal(await moveTo(i % 2 === 0 ? 2 : 1), "ok");
  assert.equal(codeOf(await cancelAppointment(world.deps, citizen.actor, { appointmentId })), "ok");
  const again = await book(citizen, sessionId, ids);
  assert.ok(again.ok, JSON.stringify(again));
  assert.equal(codeOf(await cancelAppointment(world.deps, citizen.actor, again.value)), "TOO_MANY_REQUESTS");
  const move = { ...again.value, sessionId, slotNumber: 2, requestKey: uuidv7() };
  assert.equal(codeOf(await moveAppointment(world.deps, citizen.actor, move)), "TOO_MANY_REQUESTS");
});

test("checks in by security code or slip, at its own site and on its day only", async () => {
  const { citizen, ids } = await citizenWith(2);
  const facilityId = await facility(world);
  const { sessionId } = await publishedSession(world, { inDays: 0, facilityId });
  const booked = await book(citizen, sessionId, ids);
  assert.ok(booked.ok);
  const appointment = (await findAppointment(world.deps, citizen.accountId, booked.value.appointmentId))!;
  const [mine, other] = slipsOf(world.deps, appointment);
  const staff = await signedInStaff(world, "verifier", facilityId);
  const elsewhere = await signedInStaff(world, "verifier", await facility(world));
  const byCode = (code: string, beneficiaryId = mine!.beneficiaryId) =>
    checkIn(world.deps, staff.actor, { sessionId, appointmentId: appointment.appointmentId, beneficiaryId, code });
  const wrong = mine!.securityCode === "0000" ? "0001" : "0000";
  assert.equal(codeOf(await byCode(wrong)), "CHECK_IN_CODE_WRONG");
  assert.ok((await byCode(mine!.securityCode)).ok);
  assert.ok((await byCode(mine!.securityCode)).ok, "twice is no error");
  for (let i = 0; i < 5; i++) assert.equal(codeOf(await byCode("no", other!.beneficiaryId)), "CHECK_IN_CODE_WRONG");
  assert.equal(codeOf(await byCode(other!.securityCode, other!.beneficiaryId)), "CHECK_IN_TOO_MANY_TRIES");
  const token = other!.token;
  assert.equal(codeOf(await checkIn(world.deps, elsewhere.actor, { sessionId, token })), "CHECK_IN_NOT_HERE");
  const forged = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  for (const bad of [forged, "", "x", `${token}${token}`])
    assert.equal(codeOf(await checkIn(world.deps, staff.actor, { sessionId, token: bad })), "CHECK_IN_CODE_WRONG");
  assert.ok((await checkIn(world.deps, staff.actor, { sessionId, token })).ok);
  assert.equal(codeOf(await cancelAppointment(world.deps, citizen.actor, appointment)), "APPOINTMENT_BEGUN");
  const tomorrow = await publishedSession(world, { facilityId });
  const later = await citizenWith(1);
  const laterBooked = await book(later.citizen, tomorrow.sessionId, later.ids);
  assert.ok(laterBooked.ok);
  const laterSlip = slipsOf(
    world.deps,
    (await findAppointment(world.deps, later.citizen.accountId, laterBooked.value.appointmentId))!,
  )[0]!;
  assert.equal(
    codeOf(await checkIn(world.deps, staff.actor, { sessionId: tomorrow.sessionId, token: laterSlip.token })),
    "CHECK_IN_NOT_TODAY",
  );
});

test("a member of staff has thirty wrong codes over all appointments; slips and colleagues go on", async () => {
  const facilityId = await facility(world);
  const { sessionId } = await publishedSession(world, { inDays: 0, facilityId });
  const slips: { appointmentId: string; beneficiaryId: string; securityCode: string; token: string }[] = [];
  for (const size of [6, 1]) {
    const { citizen, ids } = await citizenWith(size);
    const booked = await book(citizen, sessionId, ids);
    assert.ok(booked.ok);
    const appointment = (await findAppointment(world.deps, citizen.accountId, booked.value.appointmentId))!;
    slips.push(...slipsOf(world.deps, appointment).map((slip) => ({ ...slip, ...booked.value })));
  }
  const [guesser, colleague, admin] = await Promise.all(
    ["verifier", "vaccinator", "facility-admin"].map((role) => signedInStaff(world, role, facilityId)),
  );
  const last = slips.pop()!;
  const { appointmentId, beneficiaryId } = last;
  const byCode = (by: typeof guesser, ids: { appointmentId: string; beneficiaryId: string }, code: string) =>
    checkIn(world.deps, by!.actor, {
      sessionId,
      appointmentId: ids.appointmentId,
      beneficiaryId: ids.beneficiaryId,
      code,
    });
  assert.equal(codeOf(await byCode(admin, last, last.securityCode)), "CHECK_IN_NOT_HERE");
  const right = slips[0]!;
  assert.ok((await byCode(guesser, right, right.securityCode)).ok, "a right code is not counted");
  const guesses = await Promise.all(
    slips.flatMap((slip) => Array.from({ length: 5 }, () => byCode(guesser, slip, "no"))),
  );
  assert.deepEqual([...new Set(guesses.map(codeOf))], ["CHECK_IN_CODE_WRONG"]);
  assert.equal(
    codeOf(await byCode(guesser, { appointmentId, beneficiaryId }, last.securityCode)),
    "CHECK_IN_TOO_MANY_TRIES",
  );
  assert.ok((await byCode(colleague, last, last.securityCode)).ok);
  assert.ok((await checkIn(world.deps, guesser!.actor, { sessionId, token: last.token })).ok);
});

test("500 people for 50 places: exactly 50 appointments, 450 told that it is full", async () => {
  const { sessionId } = await publishedSession(world, { places: { dose1: 50 } });
  const people: { citizen: SignedInCitizen; id: string }[] = [];
  for (let done = 0; done < 500; done += 6 * 7) {
    const families = await Promise.all(Array.from({ length: 7 }, () => citizenWith(6)));
    people.push(...families.flatMap(({ citizen, ids }) => ids.map((id) => ({ citizen, id }))));
  }
  const answers = await Promise.all(people.slice(0, 500).map(({ citizen, id }) => book(citizen, sessionId, [id])));
  const codes = Object.groupBy(answers.map(codeOf), (code) => code!);
  assert.deepEqual(Object.fromEntries(Object.entries(codes).map(([code, all]) => [code, all!.length])), {
    ok: 50,
    APPOINTMENT_SLOT_FULL: 450,
  });
  assert.equal(await takenOf(world, sessionId), 50);
  const rows = await world.deps.db.rows(
    "SELECT FROM registry.appointments WHERE session_id = $1 AND status = 'booked'",
    [sessionId],
  );
  const live = await world.deps.db.rows("SELECT FROM registry.live_appointments WHERE session_id = $1", [sessionId]);
  assert.deepEqual([rows.length, live.length], [50, 50]);
});

test("a connection that dies in mid-booking leaves nothing half-written, and the same request goes through afterwards", async () => {
  const { citizen, ids } = await citizenWith(2);
  const { sessionId } = await publishedSession(world);
  const requestKey = uuidv7();
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  // Somebody holds the place: the booking waits in the middle of its function, and there its connection is cut.
  await admin.query("BEGIN");
  await admin.query("SELECT FROM registry.places WHERE session_id = $1 FOR UPDATE", [sessionId]);
  const cut = book(citizen, sessionId, ids, { requestKey }).catch(
    (error: { code?: string }) => error.code ?? "connection lost",
  );
  const waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
  let pid: number | undefined;
  for (let looks = 0; pid === undefined && looks < 2_000; looks++)
    pid = (await admin.query<{ pid: number }>(waiting)).rows[0]?.pid;
  await admin.query("SELECT pg_terminate_backend($1)", [pid]);
  assert.equal(await cut, "57P01");
  await admin.query("ROLLBACK");
  await admin.end();
  assert.equal(await takenOf(world, sessionId), 0);
  assert.equal((await findAppointments(world.deps, citizen.accountId)).length, 0);
  assert.ok((await book(citizen, sessionId, ids, { requestKey })).ok);
  assert.equal(await takenOf(world, sessionId), 2);
});
