// Invitations, passkeys and sign-ins on a real database, with a passkey in software.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { testWorld, type World } from "../../../tests/support/world.js";
import { type Authenticator, softwareAuthenticator } from "../../cli/demo-journey/authenticator.js";
import { uuidv7 } from "../../platform/random.js";
import {
  findInvitedStaff,
  findStaffSignIn,
  finishEnrolment,
  finishPasskeySignIn,
  firstAdminInvitation,
  type Invitation,
  inviteStaff,
  listStaff,
  removeStaff,
  renewInvitation,
  type StaffActor,
  startEnrolment,
  startPasskeySignIn,
} from "./index.js";

const party = { id: "localhost", origin: "http://localhost:18400" };
const start = new Date("2026-11-23T03:30:00Z");
const clinic = uuidv7();
const otherClinic = uuidv7();
let world: World;

function later(minutes: number): void {
  world.setNow(new Date(start.getTime() + minutes * 60_000));
}

before(async () => {
  world = await testWorld();
  const { db } = world.deps;
  await db.rows(`INSERT INTO registry.states VALUES (21, 'Demo State'), (22, 'Other State')`);
  await db.rows(`INSERT INTO registry.districts VALUES (363, 21, 'Demo District'), (364, 21, 'Next District')`);
  for (const [id, center, district] of [
    [clinic, 1, 363],
    [otherClinic, 2, 364],
  ]) {
    await db.rows(
      `INSERT INTO registry.facilities (facility_id, center_id, name, address, state_id, district_id, pincode, fee_type)
       VALUES ($1, $2, 'Demo Clinic ' || $2::int, 'Demo Road', 21, $3, 411001, 'Free')`,
      [id, center, district],
    );
  }
});
after(() => world.close());
beforeEach(() => world.setNow(start));

type At = { facilityId?: string; districtId?: number };

async function invited(role: string, at: At = { facilityId: clinic }): Promise<Invitation> {
  const invitation = await firstAdminInvitation(world.deps, { displayName: `Demo ${role}`, role, ...at });
  assert.ok(invitation.ok, JSON.stringify(invitation));
  return invitation.value;
}

function newPasskey(origin = party.origin): Authenticator {
  return softwareAuthenticator(origin);
}

async function enrol(token: string, passkey = newPasskey()): Promise<Authenticator> {
  const begun = await startEnrolment(world.deps, party, token);
  assert.ok(begun.ok);
  const { challengeId, options } = begun.value;
  const finished = await finishEnrolment(world.deps, party, { token, challengeId, response: passkey.create(options) });
  assert.ok(finished.ok, JSON.stringify(finished));
  return passkey;
}

async function started(at = party) {
  const begun = await startPasskeySignIn(world.deps, at, { address: "192.0.2.20" });
  assert.ok(begun.ok);
  return begun.value;
}

async function signIn(passkey: Authenticator, at = party) {
  const { challengeId, options } = await started(at);
  return finishPasskeySignIn(world.deps, at, { challengeId, response: passkey.get(options) });
}

async function signedIn(role: string, at?: At) {
  const invitation = await invited(role, at);
  const passkey = await enrol(invitation.token);
  const outcome = await signIn(passkey);
  assert.ok(outcome.ok);
  const actor: StaffActor = { kind: "staff", signInId: outcome.value.signInId };
  return { passkey, actor, token: outcome.value.token, staffId: invitation.staffId };
}

describe("enrolment by a one-time link", () => {
  test("makes a passkey that signs in", async () => {
    const { token, staffId } = await signedIn("vaccinator");
    const found = await findStaffSignIn(world.deps, token);
    assert.equal(found?.staff.staffId, staffId);
    assert.deepEqual(
      [found?.staff.role, found?.staff.facilityId, found?.staff.districtId, found?.staff.stateId],
      ["vaccinator", clinic, 363, 21],
    );
    assert.equal(found?.staff.placeName, "Demo Clinic 1");
  });

  test("a new link's passkey replaces the old one: nobody acts beside the holder under their name", async () => {
    const admin = await signedIn("facility-admin");
    const holder = await signedIn("vaccinator");
    const renewed = await renewInvitation(world.deps, admin.actor, { staffId: holder.staffId });
    assert.ok(renewed.ok);
    assert.ok(await findStaffSignIn(world.deps, holder.token), "an unused link changes nothing");
    const taker = await enrol(renewed.value.token);
    assert.equal(await findStaffSignIn(world.deps, holder.token), undefined, "the holder is signed out");
    assert.equal((await signIn(holder.passkey)).ok, false, "and notices at the next sign-in");
    assert.ok((await signIn(taker)).ok);
  });

  test("a used link makes no second passkey", async () => {
    const { token } = await invited("verifier");
    await enrol(token);
    assert.equal(await findInvitedStaff(world.deps, token), undefined);
    const again = await startEnrolment(world.deps, party, token);
    assert.equal(again.ok ? "" : again.code, "STAFF_INVITATION_INVALID");
  });

  test("two devices that race for one link: one wins", async () => {
    const { token, staffId } = await invited("verifier");
    const attempts = await Promise.all(
      [newPasskey(), newPasskey()].map(async (passkey) => {
        const begun = await startEnrolment(world.deps, party, token);
        assert.ok(begun.ok);
        return { token, challengeId: begun.value.challengeId, response: passkey.create(begun.value.options) };
      }),
    );
    const outcomes = await Promise.all(attempts.map((attempt) => finishEnrolment(world.deps, party, attempt)));
    assert.deepEqual(outcomes.map((outcome) => outcome.ok).sort(), [false, true]);
    const passkeys = await world.deps.db.rows("SELECT FROM registry.passkeys WHERE staff_id = $1", [staffId]);
    assert.equal(passkeys.length, 1);
  });

  test("an expired link is refused, to the minute", async () => {
    const { token } = await invited("verifier");
    later(72 * 60 - 1);
    assert.ok(await findInvitedStaff(world.deps, token));
    later(72 * 60);
    assert.equal(await findInvitedStaff(world.deps, token), undefined);
    const begun = await startEnrolment(world.deps, party, token);
    assert.equal(begun.ok ? "" : begun.code, "STAFF_INVITATION_INVALID");
  });

  test("a foreign link does not take another link's challenge", async () => {
    const mine = await invited("verifier");
    const theirs = await invited("vaccinator");
    const begun = await startEnrolment(world.deps, party, mine.token);
    assert.ok(begun.ok);
    const response = newPasskey().create(begun.value.options);
    const outcome = await finishEnrolment(world.deps, party, {
      token: theirs.token,
      challengeId: begun.value.challengeId,
      response,
    });
    assert.equal(outcome.ok ? "" : outcome.code, "STAFF_CHALLENGE_EXPIRED");
    assert.ok(await findInvitedStaff(world.deps, theirs.token));
  });

  test("an answer made for another site is refused, and the link stays good", async () => {
    const { token } = await invited("verifier");
    const begun = await startEnrolment(world.deps, party, token);
    assert.ok(begun.ok);
    const response = newPasskey("http://localhost:9999").create(begun.value.options);
    const outcome = await finishEnrolment(world.deps, party, { token, challengeId: begun.value.challengeId, response });
    assert.equal(outcome.ok ? "" : outcome.code, "STAFF_PASSKEY_REFUSED");
    await enrol(token);
  });

  test("rubbish instead of an answer is refused", async () => {
    for (const response of [
      null,
      7,
      "x",
      [],
      {},
      { id: 5 },
      { id: "a", rawId: "b", type: "public-key", response: {} },
    ]) {
      const { token } = await invited("verifier");
      const begun = await startEnrolment(world.deps, party, token);
      assert.ok(begun.ok);
      const outcome = await finishEnrolment(world.deps, party, {
        token,
        challengeId: begun.value.challengeId,
        response,
      });
      assert.equal(outcome.ok ? "" : outcome.code, "STAFF_PASSKEY_REFUSED");
    }
  });

  test("a new link makes the earlier one worthless", async () => {
    const admin = await signedIn("facility-admin");
    const first = await inviteStaff(world.deps, admin.actor, {
      displayName: "Demo Nurse",
      role: "vaccinator",
      facilityId: clinic,
    });
    assert.ok(first.ok);
    const second = await renewInvitation(world.deps, admin.actor, { staffId: first.value.staffId });
    assert.ok(second.ok);
    assert.equal(await findInvitedStaff(world.deps, first.value.token), undefined);
    assert.ok(await findInvitedStaff(world.deps, second.value.token));
  });

  test("the database holds no token, only hashes", async () => {
    const { token } = await invited("verifier");
    const rows = await world.deps.db.rows<{ text: string }>("SELECT i::text AS text FROM registry.staff_invitations i");
    assert.ok(rows.length > 0);
    for (const { text } of rows) {
      assert.ok(!text.includes(token));
      assert.ok(!text.includes(Buffer.from(token).toString("hex")));
    }
  });
});

describe("sign-in with a passkey", () => {
  test("a replayed answer is refused: a challenge serves once", async () => {
    const { passkey } = await signedIn("verifier");
    const { challengeId, options } = await started();
    const response = passkey.get(options);
    assert.ok((await finishPasskeySignIn(world.deps, party, { challengeId, response })).ok);
    const replay = await finishPasskeySignIn(world.deps, party, { challengeId, response });
    assert.equal(replay.ok ? "" : replay.code, "STAFF_CHALLENGE_EXPIRED");
    const fresh = await started();
    const oldAnswer = await finishPasskeySignIn(world.deps, party, { challengeId: fresh.challengeId, response });
    assert.equal(oldAnswer.ok ? "" : oldAnswer.code, "STAFF_PASSKEY_REFUSED");
  });

  test("a challenge lives five minutes", async () => {
    const { passkey } = await signedIn("verifier");
    const { challengeId, options } = await started();
    later(5);
    const outcome = await finishPasskeySignIn(world.deps, party, { challengeId, response: passkey.get(options) });
    assert.equal(outcome.ok ? "" : outcome.code, "STAFF_CHALLENGE_EXPIRED");
  });

  test("a counter that does not grow is refused: the key was copied", async () => {
    const { passkey, staffId } = await signedIn("verifier");
    // The copy was used more often than the original: the next answer of the original repeats a number.
    await world.deps.db.rows("UPDATE registry.passkeys SET sign_count = sign_count + 2 WHERE staff_id = $1", [staffId]);
    for (let number = 1; number <= 2; number++) {
      const outcome = await signIn(passkey);
      assert.equal(outcome.ok ? "" : outcome.code, "STAFF_PASSKEY_REFUSED");
    }
    assert.ok((await signIn(passkey)).ok);
  });

  test("an address gets only so many challenges, and hears when it may go on", async () => {
    const codes = [];
    for (let number = 0; number < 121; number++) {
      const begun = await startPasskeySignIn(world.deps, party, { address: "192.0.2.99" });
      codes.push(begun.ok ? "" : begun.code);
    }
    assert.deepEqual(codes, [...Array(120).fill(""), "TOO_MANY_REQUESTS"]);
    assert.ok((await startPasskeySignIn(world.deps, party, { address: "192.0.2.98" })).ok);
  });

  test("an unknown passkey, and one for another site, are refused", async () => {
    const unknown = await signIn(newPasskey());
    assert.equal(unknown.ok ? "" : unknown.code, "STAFF_PASSKEY_REFUSED");
    const { passkey } = await signedIn("verifier");
    const outcome = await signIn(passkey, { id: "localhost", origin: "http://localhost:9999" });
    assert.equal(outcome.ok ? "" : outcome.code, "STAFF_PASSKEY_REFUSED");
  });

  test("ends after 15 minutes without a request", async () => {
    const { token } = await signedIn("verifier");
    later(14);
    assert.ok(await findStaffSignIn(world.deps, token));
    later(28);
    assert.ok(await findStaffSignIn(world.deps, token));
    later(43);
    assert.equal(await findStaffSignIn(world.deps, token), undefined);
  });

  test("ends with the shift after ten hours, however busy", async () => {
    const { token } = await signedIn("verifier");
    for (let minutes = 10; minutes < 600; minutes += 10) {
      later(minutes);
      assert.ok(await findStaffSignIn(world.deps, token), `after ${minutes} minutes`);
    }
    later(600);
    assert.equal(await findStaffSignIn(world.deps, token), undefined);
  });

  test("tokens of another shape find nothing", async () => {
    for (const token of ["", "x", "../../etc", "a".repeat(5000), "' OR 1=1 --"]) {
      assert.equal(await findStaffSignIn(world.deps, token), undefined);
    }
  });
});

describe("jurisdiction", () => {
  test("an admin invites into the own facility and nowhere else", async () => {
    const { actor } = await signedIn("facility-admin");
    const own = await inviteStaff(world.deps, actor, {
      displayName: "Demo Nurse",
      role: "vaccinator",
      facilityId: clinic,
    });
    assert.ok(own.ok);
    const elsewhere = await inviteStaff(world.deps, actor, {
      displayName: "Demo Nurse",
      role: "vaccinator",
      facilityId: otherClinic,
    });
    assert.equal(elsewhere.ok ? "" : elsewhere.code, "STAFF_OUTSIDE_JURISDICTION");
    const above = await inviteStaff(world.deps, actor, {
      displayName: "Demo Admin",
      role: "facility-admin",
      facilityId: clinic,
    });
    assert.equal(above.ok ? "" : above.code, "STAFF_OUTSIDE_JURISDICTION");
  });

  test("a wrong name, role and place are told apart", async () => {
    const { actor } = await signedIn("district-admin", { districtId: 363 });
    const codesOf = async (input: Parameters<typeof inviteStaff>[2]) => {
      const outcome = await inviteStaff(world.deps, actor, input);
      return outcome.ok ? [] : (outcome.problems ?? []).map((problem) => problem.code);
    };
    assert.deepEqual(await codesOf({ displayName: " ", role: "verifier", facilityId: clinic }), ["STAFF_NAME_MISSING"]);
    assert.deepEqual(await codesOf({ displayName: "x".repeat(101), role: "king", facilityId: clinic }), [
      "STAFF_NAME_TOO_LONG",
      "STAFF_ROLE_UNKNOWN",
    ]);
    assert.deepEqual(await codesOf({ displayName: "Demo", role: "verifier", districtId: 363 }), [
      "STAFF_PLACE_UNKNOWN",
    ]);
    assert.deepEqual(await codesOf({ displayName: "Demo", role: "verifier", facilityId: uuidv7() }), [
      "STAFF_PLACE_UNKNOWN",
    ]);
  });

  test("the list holds the roles below, inside the district", async () => {
    const { actor, staffId } = await signedIn("district-admin", { districtId: 364 });
    const here = await invited("verifier", { facilityId: otherClinic });
    const list = await listStaff(world.deps, actor);
    assert.ok(list.ok);
    const ids = list.value.map((line) => line.staffId);
    assert.ok(ids.includes(here.staffId));
    assert.ok(!ids.includes(staffId));
    assert.ok(list.value.every((line) => line.districtId === 364));
    assert.equal(list.value.find((line) => line.staffId === here.staffId)?.state, "invited");
  });
});

describe("removal", () => {
  test("takes effect at once: the sign-in ends, and the passkey and the links stop working", async () => {
    const admin = await signedIn("facility-admin");
    const nurse = await signedIn("vaccinator");
    const renewed = await renewInvitation(world.deps, admin.actor, { staffId: nurse.staffId });
    assert.ok(renewed.ok);
    assert.ok(await findStaffSignIn(world.deps, nurse.token));
    assert.ok((await removeStaff(world.deps, admin.actor, { staffId: nurse.staffId })).ok);
    assert.equal(await findStaffSignIn(world.deps, nurse.token), undefined);
    const again = await signIn(nurse.passkey);
    assert.equal(again.ok ? "" : again.code, "STAFF_PASSKEY_REFUSED");
    assert.equal(await findInvitedStaff(world.deps, renewed.value.token), undefined);
  });

  test("a removed admin's commands are refused although the request came with the old sign-in", async () => {
    const admin = await signedIn("facility-admin");
    const above = await signedIn("district-admin", { districtId: 363 });
    assert.ok((await removeStaff(world.deps, above.actor, { staffId: admin.staffId })).ok);
    const late = await inviteStaff(world.deps, admin.actor, {
      displayName: "Demo",
      role: "verifier",
      facilityId: clinic,
    });
    assert.equal(late.ok ? "" : late.code, "NOT_SIGNED_IN");
  });

  test("nobody is removed from elsewhere, and nobody removes themselves", async () => {
    const admin = await signedIn("facility-admin");
    const stranger = await invited("verifier", { facilityId: otherClinic });
    const outcome = await removeStaff(world.deps, admin.actor, { staffId: stranger.staffId });
    assert.equal(outcome.ok ? "" : outcome.code, "STAFF_OUTSIDE_JURISDICTION");
    const self = await removeStaff(world.deps, admin.actor, { staffId: admin.staffId });
    assert.equal(self.ok ? "" : self.code, "STAFF_OUTSIDE_JURISDICTION");
  });
});
