// The recorder believes nobody: each explanation is tried when it holds and in the ways it can be false.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { forgetBudgets } from "../../tests/support/budgets.js";
import {
  type AppointmentState,
  appointmentAt,
  ashaDemo,
  facility,
  ownSignIn,
  putBeneficiary,
  registeredPerson,
  type SignedInAccount,
  type SignedInStaff,
  signedInAccount,
  signedInStaff,
  vaccinationAt,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { type Actor, type Explanation, type Field, type Purpose, putBoxes } from "../modules/disclosure/index.js";
import { uuidv7 } from "../platform/random.js";

let world: World;
let account: SignedInAccount;
let subject: string;
let here: string;
let elsewhere: string;
let verifier: SignedInStaff;
const dayMs = 86_400_000;

before(async () => {
  world = await testWorld();
  account = await signedInAccount(world);
  subject = await registeredPerson(world, account);
  here = await facility(world);
  elsewhere = await facility(world, "Other Demo Centre");
  verifier = await signedInStaff(world, "verifier", here);
});
after(() => world.close());

async function sees(
  actor: Actor,
  purpose: Purpose,
  explanation: Explanation,
  fields: Field[] = ["name"],
  person = subject,
): Promise<string> {
  // More is refused here than a day allows.
  await forgetBudgets(world);
  const seen = await world.deps.gate.disclose({ actor, purpose, explanation, subjects: [person], fields });
  return seen.ok ? "sees" : seen.code;
}
const refused = "DISCLOSURE_NOT_ALLOWED";

async function change(statement: string, values: unknown[]): Promise<void> {
  await world.deps.db.rows(statement, values);
}

test("a citizen's sign-in must be live", async () => {
  const own = await signedInAccount(world);
  const person = await registeredPerson(world, own);
  assert.equal(await sees(own.actor, "own-view", ownSignIn, ["name"], person), "sees");
  await change("UPDATE registry.sign_ins SET expires_at = $2 WHERE sign_in_id = $1", [
    own.signInId,
    world.deps.clock(),
  ]);
  assert.equal(await sees(own.actor, "own-view", ownSignIn, ["name"], person), refused);
  const again = await signedInAccount(world);
  const other = await registeredPerson(world, again);
  await change("UPDATE registry.sign_ins SET ended_at = now() WHERE sign_in_id = $1", [again.signInId]);
  assert.equal(await sees(again.actor, "own-view", ownSignIn, ["name"], other), refused);
  assert.equal(await sees({ kind: "citizen", signInId: uuidv7() }, "own-view", ownSignIn), refused);
});

test("an erased person is seen by nobody", async () => {
  const own = await signedInAccount(world);
  const person = await registeredPerson(world, own);
  await change("UPDATE registry.beneficiaries SET state = 'erased' WHERE beneficiary_id = $1", [person]);
  assert.equal(await sees(own.actor, "own-view", ownSignIn, ["name"], person), refused);
});

test("who was taken off the account is the old number's to see no more, but for the list of who looked", async () => {
  const own = await signedInAccount(world);
  const person = await registeredPerson(world, own);
  await change("UPDATE registry.beneficiaries SET state = 'removed' WHERE beneficiary_id = $1", [person]);
  assert.equal(await sees(own.actor, "own-view", ownSignIn, ["name"], person), refused);
  assert.equal(await sees(own.actor, "own-change", ownSignIn, ["name"], person), refused);
  assert.ok((await world.deps.gate.linesOf({ actor: own.actor, subject: person })).ok);
});

test("a citizen cannot borrow the explanations of staff, nor staff those of citizens", async () => {
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  assert.equal(await sees(account.actor, "check-in", { kind: "appointment-here", appointmentId }), refused);
  assert.equal(await sees(verifier.actor, "own-view", ownSignIn), refused);
  assert.equal(
    await sees({ kind: "staff", signInId: account.signInId }, "check-in", { kind: "appointment-here", appointmentId }),
    refused,
  );
  assert.equal(await sees({ kind: "citizen", signInId: verifier.signInId }, "own-view", ownSignIn), refused);
});

test("a person is registered once: a new key and new values only for nobody yet", async () => {
  const values = { identity: ashaDemo };
  const asking = {
    actor: account.actor,
    purpose: "registration",
    explanation: ownSignIn,
    isNew: true,
    values,
  } as const;
  assert.deepEqual(await world.deps.gate.seal({ ...asking, subject }), { ok: false, code: refused });
  const overwrite = { ...asking, subject, isNew: false };
  assert.deepEqual(await world.deps.gate.seal(overwrite), { ok: false, code: refused });
  const other = await signedInAccount(world);
  assert.deepEqual(await world.deps.gate.seal({ ...asking, actor: other.actor, subject, isNew: false }), {
    ok: false,
    code: refused,
  });
  const orphan = uuidv7();
  assert.ok((await world.deps.gate.seal({ ...asking, subject: orphan })).ok);
  assert.ok(
    (await world.deps.gate.seal({ ...asking, subject: orphan })).ok,
    "the transaction failed after the seal, and is tried again",
  );
  const wrongPurpose = await world.deps.gate.seal({ ...asking, purpose: "own-change", subject: uuidv7() });
  assert.deepEqual(wrongPurpose, { ok: false, code: refused });
});

test("somebody whom nobody registered is refused and logged as a miss", async () => {
  assert.equal(await sees(account.actor, "own-view", ownSignIn, ["name"], uuidv7()), refused);
  const keyless = uuidv7();
  await putBeneficiary(world, keyless, account.accountId);
  assert.equal(await sees(account.actor, "own-view", ownSignIn, ["name"], keyless), refused);
});

test("staff see a person whose appointment was checked in today at their facility", async () => {
  const person = { subject, accountId: account.accountId };
  const cases: [string, string, AppointmentState, Date | null, string][] = [
    ["checked in now", here, "checked-in", world.deps.clock(), "sees"],
    ["completed today", here, "completed", world.deps.clock(), "sees"],
    ["only booked", here, "booked", null, refused],
    ["cancelled", here, "cancelled", world.deps.clock(), refused],
    ["checked in yesterday", here, "checked-in", new Date(world.deps.clock().getTime() - dayMs), refused],
    ["at another facility", elsewhere, "checked-in", world.deps.clock(), refused],
  ];
  for (const [name, place, status, checkedInAt, expected] of cases) {
    const appointmentId = await appointmentAt(world, place, person, { status, checkedInAt });
    for (const purpose of ["check-in", "vaccination", "aefi"] as const) {
      assert.equal(
        await sees(verifier.actor, purpose, { kind: "appointment-here", appointmentId }),
        expected,
        `${name}, ${purpose}`,
      );
    }
  }
  assert.equal(await sees(verifier.actor, "check-in", { kind: "appointment-here", appointmentId: uuidv7() }), refused);
});

test("an appointment explains its own person only", async () => {
  const other = await registeredPerson(world, account);
  const appointmentId = await appointmentAt(world, here, { subject: other, accountId: account.accountId });
  assert.equal(await sees(verifier.actor, "check-in", { kind: "appointment-here", appointmentId }), refused);
});

test("the day of a check-in ends at midnight in India", async () => {
  world.setNow(new Date("2026-11-23T18:29:59.000Z"));
  const staff = await signedInStaff(world, "verifier", here);
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  assert.equal(await sees(staff.actor, "check-in", { kind: "appointment-here", appointmentId }), "sees");
  world.setNow(new Date("2026-11-23T18:30:00.000Z"));
  assert.equal(await sees(staff.actor, "check-in", { kind: "appointment-here", appointmentId }), refused);
  world.setNow(new Date());
});

test("staff who were removed, or signed out, see nobody", async () => {
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  const explanation = { kind: "appointment-here", appointmentId } as const;
  const leaving = await signedInStaff(world, "vaccinator", here);
  assert.equal(await sees(leaving.actor, "check-in", explanation), "sees");
  await change("UPDATE registry.staff SET removed_at = now() WHERE staff_id = $1", [leaving.staffId]);
  assert.equal(await sees(leaving.actor, "check-in", explanation), refused);
  const out = await signedInStaff(world, "vaccinator", here);
  await change("UPDATE registry.staff_sign_ins SET ended_at = now() WHERE sign_in_id = $1", [out.signInId]);
  assert.equal(await sees(out.actor, "check-in", explanation), refused);
});

test("an admin of the facility sees no person, whatever the explanation", async () => {
  const admin = await signedInStaff(world, "facility-admin", here);
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  assert.equal(await sees(admin.actor, "check-in", { kind: "appointment-here", appointmentId }), refused);
});

async function presence(
  mobile: string,
  staff: SignedInStaff,
  consumedAt: Date | null,
  purpose = "presence",
): Promise<Explanation> {
  const challengeId = uuidv7();
  const index = await world.deps.gate.phoneIndex(mobile);
  await change(
    `INSERT INTO registry.otp_challenges (challenge_id, phone_index, purpose, code_mac, contact_box, staff_sign_in_id, created_at, expires_at, consumed_at)
     VALUES ($1, $2, $3, '\\x00', '\\x00', $4, now(), now(), $5)`,
    [challengeId, index, purpose, staff.signInId, consumedAt],
  );
  return { kind: "presence-code", challengeId };
}

test("a code from the person's phone explains the people of that phone to the staff who asked for it, today", async () => {
  await change("INSERT INTO registry.account_phones (phone_index, account_id) VALUES ($1, $2)", [
    await world.deps.gate.phoneIndex(account.mobile),
    account.accountId,
  ]);
  const now = world.deps.clock();
  const colleague = await signedInStaff(world, "verifier", here);
  const stranger = await registeredPerson(world, await signedInAccount(world));
  const good = await presence(account.mobile, verifier, now);
  assert.equal(await sees(verifier.actor, "check-in", good), "sees");
  assert.equal(await sees(verifier.actor, "vaccination", good), refused);
  assert.equal(await sees(verifier.actor, "check-in", good, ["name"], stranger), refused);
  assert.equal(await sees(colleague.actor, "check-in", good), refused);
  assert.equal(await sees(verifier.actor, "check-in", await presence(account.mobile, verifier, null)), refused);
  assert.equal(
    await sees(verifier.actor, "check-in", await presence(account.mobile, verifier, new Date(now.getTime() - dayMs))),
    refused,
  );
  assert.equal(
    await sees(verifier.actor, "check-in", await presence(account.mobile, verifier, now, "sign-in")),
    refused,
  );
  assert.equal(await sees(verifier.actor, "check-in", await presence("9000099999", verifier, now)), refused);
});

test("staff register a walk-in with the person's code, or without a phone on the day", async () => {
  const newcomer = { actor: verifier.actor, purpose: "registration", isNew: true } as const;
  const withCode = await world.deps.gate.seal({
    ...newcomer,
    explanation: await presence("9000022222", verifier, world.deps.clock()),
    subject: uuidv7(),
    values: {
      identity: ashaDemo,
      contact: { transitBox: await world.deps.gate.sealForTransit({ mobile: "9000022222" }, 60) },
    },
  });
  assert.ok(withCode.ok);

  const [accountId, person] = [uuidv7(), uuidv7()];
  const explanation = { kind: "facilitated", accountId } as const;
  const values = { identity: ashaDemo, contact: { transitBox: null } };
  const facilitated = await world.deps.gate.seal({ ...newcomer, explanation, subject: person, values });
  assert.ok(facilitated.ok);
  await change("INSERT INTO registry.accounts (account_id, created_at) VALUES ($1, $2)", [
    accountId,
    world.deps.clock(),
  ]);
  await putBeneficiary(world, person, accountId);
  await putBoxes(world.deps.db, facilitated.value);
  assert.equal(await sees(verifier.actor, "check-in", explanation, ["name"], person), "sees");
  assert.equal(await sees(verifier.actor, "check-in", { kind: "facilitated", accountId: account.accountId }), refused);
  await change("UPDATE registry.accounts SET created_at = $2 WHERE account_id = $1", [
    accountId,
    new Date(world.deps.clock().getTime() - dayMs),
  ]);
  assert.equal(await sees(verifier.actor, "check-in", explanation, ["name"], person), refused);
});

test("a dose explains notes on adverse events for thirty days at its facility, and its correction the same day", async () => {
  const now = world.deps.clock().getTime();
  const recorded = async (place: string, daysAgo: number): Promise<Explanation> => {
    const person = { id: subject, at: new Date(now - daysAgo * dayMs) };
    await change("UPDATE registry.vaccinations SET status = 'entered-in-error' WHERE beneficiary_id = $1", [subject]);
    return { kind: "dose-recorded", vaccinationId: await vaccinationAt(world, place, person.id, person.at) };
  };
  assert.equal(await sees(verifier.actor, "aefi", await recorded(here, 0)), "sees");
  assert.equal(await sees(verifier.actor, "aefi", await recorded(here, 29)), "sees");
  assert.equal(await sees(verifier.actor, "aefi", await recorded(here, 31)), refused);
  assert.equal(await sees(verifier.actor, "aefi", await recorded(elsewhere, 0)), refused);
  assert.equal(await sees(verifier.actor, "vaccination", await recorded(here, 0)), "sees");
  assert.equal(await sees(verifier.actor, "vaccination", await recorded(here, 1)), refused);
  assert.equal(await sees(verifier.actor, "check-in", await recorded(here, 0)), refused);
});

test("services see what a certificate or a message needs, for a true cause, and nothing else", async () => {
  const certificates = { kind: "system", service: "certificates" } as const;
  const messages = { kind: "system", service: "messages" } as const;
  await change("UPDATE registry.vaccinations SET status = 'entered-in-error' WHERE beneficiary_id = $1", [subject]);
  const vaccinationId = await vaccinationAt(world, here, subject);
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  const dose = { kind: "dose-recorded", vaccinationId } as const;
  const appointment = { kind: "appointment-changed", appointmentId } as const;
  assert.equal(await sees(certificates, "certificate", dose, ["name", "birthYear", "doses"]), "sees");
  assert.equal(await sees(certificates, "certificate", dose, ["mobile"]), refused);
  assert.equal(await sees(certificates, "certificate", appointment), refused);
  assert.equal(await sees(certificates, "notice", dose, ["mobile"]), refused);
  assert.equal(await sees(messages, "notice", appointment, ["mobile"]), "sees");
  assert.equal(await sees(messages, "notice", dose, ["mobile"]), "sees");
  assert.equal(await sees(messages, "notice", appointment, ["name"]), refused);
  assert.equal(
    await sees(messages, "notice", { kind: "appointment-changed", appointmentId: uuidv7() }, ["mobile"]),
    refused,
  );
  const other = await registeredPerson(world, account);
  assert.equal(await sees(messages, "notice", appointment, ["mobile"], other), refused);
});

test("a certificate is signed against one entry that names all its bytes, by the keys that sign now", async () => {
  await change("UPDATE registry.vaccinations SET status = 'entered-in-error' WHERE beneficiary_id = $1", [subject]);
  const vaccinationId = await vaccinationAt(world, here, subject);
  const { gate } = world.deps;
  const keys = await gate.certificateKeys();
  assert.deepEqual(keys.map(({ algorithm }) => algorithm).sort(), ["ES256", "EdDSA"]);
  const parts = keys.map(({ algorithm, keyId }) => ({ algorithm, keyId, bytes: Buffer.from(`by ${algorithm}`) }));
  const explanation = { kind: "dose-recorded", vaccinationId } as const;
  const asking = { actor: { kind: "system", service: "certificates" }, subject, explanation, parts } as const;
  const signed = await gate.signCertificate(asking);
  assert.ok(signed.ok);
  for (const [at, { algorithm, publicKey, keyId }] of keys.entries()) {
    const key = createPublicKey({ key: publicKey, format: "der", type: "spki" });
    const [bytes, signature] = [parts[at]!.bytes, signed.value.signatures[at]!];
    assert.ok(
      algorithm === "EdDSA"
        ? verify(null, bytes, key, signature)
        : verify("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature),
    );
    assert.equal(keyId, createHash("sha256").update(publicKey).digest("hex").slice(0, 16));
  }
  const byCitizen = await gate.signCertificate({ ...asking, actor: account.actor, explanation: ownSignIn });
  assert.deepEqual(byCitizen, { ok: false, code: refused });
  const unknown = await gate.signCertificate({ ...asking, parts: [{ ...parts[0]!, keyId: "0000000000000000" }] });
  assert.equal(unknown.ok, false);
});
