// Certificates against a real database and a real vault: issue, download, revoke, verify.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import pg from "pg";
import { testWorld, type World } from "../../../tests/support/world.js";
import { textInPdf, verifyCertificate } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { closePdf } from "../../pdf/index.js";
import { uuidv7 } from "../../platform/random.js";
import { type Actor, type CertificateText, type DoseDetails, type Gate, putBoxes } from "../disclosure/index.js";
import {
  downloadCertificate,
  issueCertificate,
  reissueSome,
  revokeCertificate,
  revokeCertificateKeys,
  signingKeys,
  statusListsOf,
  trustList,
  type VerifierDeps,
  verifyText,
} from "./index.js";

let world: World;
const now = new Date("2026-11-23T06:00:00.000Z");

before(async () => {
  world = await testWorld();
  world.setNow(now);
});
after(async () => {
  await closePdf();
  await world.close();
});

const verifier = (): VerifierDeps => ({ ...world.deps, statusLists: statusListsOf(world.deps) });

const system: Actor = { kind: "system", service: "certificates" };

interface Person {
  readonly beneficiaryId: string;
  readonly accountId: string;
  readonly citizen: Actor;
}

/** A registered person with a sign-in of their account. */
async function person(name = "Asha Demo"): Promise<Person> {
  const { db, gate } = world.deps;
  const [accountId, beneficiaryId, signInId] = [uuidv7(), uuidv7(), uuidv7()];
  const citizen: Actor = { kind: "citizen", signInId };
  const reference = 10_000_000_000_000 + Math.floor(Math.random() * 1e12);
  await db.rows("INSERT INTO registry.accounts (account_id) VALUES ($1)", [accountId]);
  await db.rows(
    `INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, '\\x00', $4, $4, $4::timestamptz + interval '1 hour')`,
    [signInId, Buffer.from(signInId), accountId, now],
  );
  const sealed = await gate.seal({
    actor: citizen,
    purpose: "registration",
    explanation: { kind: "own-sign-in" },
    subject: beneficiaryId,
    isNew: true,
    values: { identity: { name, birthYear: 1980, gender: "Female", photoIdType: "Voter ID", photoIdLast4: "4821" } },
  });
  assert.ok(sealed.ok, JSON.stringify(sealed));
  await db.transaction(async (tx) => {
    await tx.rows(
      `INSERT INTO registry.beneficiaries (beneficiary_id, account_id, reference_id, registered_by) VALUES ($1, $2, $3, 'self')`,
      [beneficiaryId, accountId, reference],
    );
    await putBoxes(tx, sealed.value);
  });
  return { beneficiaryId, accountId, citizen };
}

/** A dose recorded by a vaccinator at a session where the person was checked in. */
async function dose(to: Person, difference: Partial<DoseDetails> = {}): Promise<string> {
  const vaccinationId = uuidv7();
  const details: DoseDetails = {
    vaccinationId,
    doseNumber: 1,
    kind: "primary",
    product: "COVISHIELD",
    lotNumber: "4121Z001",
    givenOn: "2026-11-23",
    facilityId: randomUUID(),
    facilityName: "District Hospital, Demo Nagar",
    districtId: 1,
    stateId: 1,
    sessionId: randomUUID(),
    vaccinatorId: randomUUID(),
    vaccinatorName: "Ravi Demo",
    enteredInError: false,
    ...difference,
  };
  await sealDose(to, details);
  return vaccinationId;
}

async function sealDose(to: Person, details: DoseDetails): Promise<void> {
  const staff = await vaccinator(details);
  const sealed = await world.deps.gate.seal({
    actor: staff.actor,
    purpose: "vaccination",
    explanation: { kind: "appointment-here", appointmentId: await checkedIn(to, details, staff.facilityId) },
    subject: to.beneficiaryId,
    values: { dose: details },
  });
  assert.ok(sealed.ok, JSON.stringify(sealed));
  await world.deps.db.transaction(async (tx) => {
    await tx.rows(
      `INSERT INTO registry.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key, recorded_by, recorded_at)
       VALUES ($1, $2, $3, $4, $5, 'valid', $6, $7, $8)`,
      [
        to.beneficiaryId,
        details.vaccinationId,
        details.doseNumber,
        details.sessionId,
        staff.facilityId,
        randomUUID(),
        randomUUID(),
        now,
      ],
    );
    await putBoxes(tx, sealed.value);
  });
}

async function vaccinator(details: DoseDetails): Promise<{ actor: Actor; facilityId: string }> {
  const { db } = world.deps;
  const [staffId, signInId] = [uuidv7(), uuidv7()];
  const facilityId = details.facilityId;
  await db.rows("INSERT INTO registry.states VALUES (1, 'Demo State') ON CONFLICT DO NOTHING");
  await db.rows("INSERT INTO registry.districts VALUES (1, 1, 'Demo District') ON CONFLICT DO NOTHING");
  await db.rows(
    `INSERT INTO registry.facilities (facility_id, center_id, name, address, state_id, district_id, pincode, fee_type)
     VALUES ($1, $2, 'Demo Hospital', 'Demo Road', 1, 1, 110001, 'Free')`,
    [facilityId, Math.floor(Math.random() * 1e9)],
  );
  await db.rows(
    `INSERT INTO registry.staff (staff_id, display_name, role, state_id, district_id, facility_id) VALUES ($1, 'Ravi Demo', 'vaccinator', 1, 1, $2)`,
    [staffId, facilityId],
  );
  await db.rows(
    `INSERT INTO registry.staff_sign_ins (sign_in_id, token_hash, staff_id, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $4, $4::timestamptz + interval '1 hour')`,
    [signInId, Buffer.from(signInId), staffId, now],
  );
  return { actor: { kind: "staff", signInId }, facilityId };
}

async function checkedIn(to: Person, details: DoseDetails, facilityId: string): Promise<string> {
  const { db } = world.deps;
  const appointmentId = uuidv7();
  await db.rows(
    `INSERT INTO registry.sessions (session_id, facility_id, state_id, district_id, pincode, product, held_on, min_age, status)
     VALUES ($1, $2, 1, 1, 110001, $3, '2026-11-23', 18, 'published')`,
    [details.sessionId, facilityId, details.product],
  );
  await db.rows(
    `INSERT INTO registry.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number, channel, status, request_key, booked_at, checked_in_at)
     VALUES ($1, $2, $3, $4, 1, 'dose1', 1, 'online', 'checked-in', $5, $6, $6)`,
    [details.sessionId, appointmentId, to.beneficiaryId, to.accountId, randomUUID(), now],
  );
  return appointmentId;
}

async function hcertOf(one: Person, certificateId: string): Promise<string> {
  return (await certificateOf(one, certificateId)).hcert;
}

async function formsOf(one: Person, certificateId: string): Promise<Readonly<Record<string, string>>> {
  return (await certificateOf(one, certificateId)).forms ?? {};
}

async function linesOf({ citizen, beneficiaryId }: Person) {
  const lines = await world.deps.gate.linesOf({ actor: citizen, subject: beneficiaryId });
  assert.ok(lines.ok);
  return lines.value;
}

async function certificateOf(one: Person, certificateId: string): Promise<CertificateText> {
  const opened = await world.deps.gate.disclose({
    actor: one.citizen,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [one.beneficiaryId],
    fields: ["certificates"],
  });
  assert.ok(opened.ok);
  const text = opened.value.get(one.beneficiaryId)?.certificates.find((each) => each.certificateId === certificateId);
  assert.ok(text);
  return text;
}

test("issues a certificate that anyone verifies with the published key", async () => {
  const one = await person();
  const vaccinationId = await dose(one);
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId });
  assert.ok(issued.ok, JSON.stringify(issued));
  const text = await hcertOf(one, issued.value.certificateId);
  const trust = await trustList(world.deps);
  const verdict = await verifyCertificate(text, { trust, at: now, primitives: nodePrimitives() });
  assert.equal(verdict.outcome, "valid", JSON.stringify(verdict.reasons));
  assert.deepEqual(verdict.holder, { name: "Asha Demo", latinName: "ASHA DEMO", born: "1980" });
  assert.ok(verdict.statement?.kind === "vaccination");
  assert.equal(verdict.statement.product, "Covishield");
  assert.deepEqual([verdict.statement.dose, verdict.statement.doses], [1, 2]);
  assert.equal((await verifyText(verifier(), text)).outcome, "valid");
});

test("the same act issues it for other readers, and each form is verified with what we publish", async () => {
  const one = await person();
  await dose(one);
  const vaccinationId = await dose(one, { doseNumber: 2 });
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId });
  assert.ok(issued.ok, JSON.stringify(issued));
  const forms = await formsOf(one, issued.value.certificateId);
  assert.deepEqual(Object.keys(forms).sort(), ["cowin", "health-card", "w3c"]);
  for (const [form, text] of Object.entries(forms)) {
    const verdict = await verifyText(verifier(), text);
    assert.equal(verdict.outcome, "valid", `${form}: ${JSON.stringify(verdict.reasons)}`);
  }
  const { total } = await linesOf(one);
  // Registered, two doses sealed; then read, signed once for all forms, sealed; read by us just now; and this look.
  assert.equal(total, 8);
});

test("a person who linked a passport has forms for other countries too", async () => {
  const one = await person();
  const vaccinationId = await dose(one);
  const sealed = await world.deps.gate.seal({
    actor: one.citizen,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subject: one.beneficiaryId,
    values: { passport: { passportNumber: "Z0000000", birthDate: "1980-05-17" } },
  });
  assert.ok(sealed.ok);
  await world.deps.db.transaction((tx) => putBoxes(tx, sealed.value));
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId });
  assert.ok(issued.ok, JSON.stringify(issued));
  const forms = await formsOf(one, issued.value.certificateId);
  for (const form of ["hcert-international", "cowin-international", "w3c-international"]) {
    const verdict = await verifyText(verifier(), forms[form]!);
    assert.equal(verdict.outcome, "valid", form);
    assert.match(JSON.stringify(verdict), /1980-05-17/, form);
  }
  const paper = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId, { international: true });
  assert.ok(paper.ok);
  const code = textInPdf(paper.value.pdf);
  assert.equal(code, forms["hcert-international"]);
  for (const form of ["cowin", "w3c", "health-card"]) assert.doesNotMatch(forms[form]!, /1980-05-17|Z0000000/, form);
});

test("issuing twice, also at the same time, gives one certificate", async () => {
  const one = await person();
  const input = { beneficiaryId: one.beneficiaryId, vaccinationId: await dose(one) };
  const issued = await Promise.all([1, 2, 3].map(() => issueCertificate(world.deps, input)));
  const again = await issueCertificate(world.deps, input);
  const ids = new Set([...issued, again].map((outcome) => (outcome.ok ? outcome.value.certificateId : outcome.code)));
  assert.equal(ids.size, 1);
});

test("a precaution dose after two primary doses is written 3/3", async () => {
  const one = await person("आशा डेमो");
  await dose(one, { doseNumber: 1 });
  await dose(one, { doseNumber: 2 });
  const vaccinationId = await dose(one, { doseNumber: 3, kind: "precaution", product: "CORBEVAX" });
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId });
  assert.ok(issued.ok);
  const verdict = await verifyText(verifier(), await hcertOf(one, issued.value.certificateId));
  assert.ok(verdict.outcome === "valid" && verdict.statement?.kind === "vaccination");
  assert.deepEqual([verdict.statement.dose, verdict.statement.doses, verdict.statement.product], [3, 3, "Corbevax"]);
  assert.equal(verdict.holder?.latinName, "ASHA DEMO");
});

test("downloads a PDF, and refuses it to another account", async () => {
  const one = await person();
  const vaccinationId = await dose(one);
  const early = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId);
  assert.equal(early.ok ? "" : early.code, "CERTIFICATE_NOT_ISSUED");
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId });
  assert.ok(issued.ok);
  const outcome = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId, {
    verifyAddress: "https://sakshi.example/verify",
  });
  assert.ok(outcome.ok);
  assert.equal(Buffer.from(outcome.value.pdf.subarray(0, 5)).toString(), "%PDF-");
  assert.equal(outcome.value.fileName, `certificate-${issued.value.certificateId}.pdf`);
  // Read for printing, then signed, each with an entry of its own in the person's list.
  const { lines } = await linesOf(one);
  assert.deepEqual(
    lines.slice(0, 3).map(({ kind, purpose, fields }) => [kind, purpose, fields.includes("certificates")]),
    [
      ["disclosure", "own-log", false],
      ["change", "own-change", true],
      ["disclosure", "own-view", true],
    ],
  );
  const travel = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId, { international: true });
  assert.equal(travel.ok ? "" : travel.code, "CERTIFICATE_NOT_ISSUED");
  const stranger = await person();
  const refusedOne = await downloadCertificate(world.deps, stranger.citizen, one.beneficiaryId);
  assert.equal(refusedOne.ok ? "" : refusedOne.code, "DISCLOSURE_NOT_ALLOWED");
});

test("the highest dose is downloaded, in any order of issuing", async () => {
  const one = await person();
  const [first, second] = [await dose(one, { doseNumber: 1 }), await dose(one, { doseNumber: 2 })];
  const issued = await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId: second });
  await issueCertificate(world.deps, { beneficiaryId: one.beneficiaryId, vaccinationId: first });
  const outcome = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId);
  assert.ok(issued.ok && outcome.ok);
  assert.equal(outcome.value.fileName, `certificate-${issued.value.certificateId}.pdf`);
});

test("a revoked certificate stands in the signed lists from then on, and nobody else's", async () => {
  const [one, two] = [await person(), await person("Bina Demo")];
  const inputs = [];
  for (const each of [one, two]) inputs.push({ beneficiaryId: each.beneficiaryId, vaccinationId: await dose(each) });
  const texts: string[] = [];
  for (const [at, input] of inputs.entries()) {
    const issued = await issueCertificate(world.deps, input);
    assert.ok(issued.ok);
    texts.push(await hcertOf([one, two][at]!, issued.value.certificateId));
  }
  const before = await verifyText(verifier(), texts[0]!);
  assert.deepEqual([before.outcome, before.passed.at(-1)], ["valid", "revocation"]);
  await revokeCertificate(world.deps, inputs[0]!);
  const after = await Promise.all(texts.map((text) => verifyText(verifier(), text)));
  assert.deepEqual(
    after.map(({ outcome, reasons }) => [outcome, reasons.map(({ code }) => code)]),
    [
      ["invalid", ["CERTIFICATE_REVOKED"]],
      ["valid", []],
    ],
  );
});

test("of 300 lists only the one that is asked for is signed, and again only when it changed", async () => {
  const one = await person();
  const input = { beneficiaryId: one.beneficiaryId, vaccinationId: await dose(one) };
  const issued = await issueCertificate(world.deps, input);
  assert.ok(issued.ok);
  const text = await hcertOf(one, issued.value.certificateId);
  const { db, gate } = world.deps;
  await db.rows(
    `INSERT INTO registry.status_lists (list_number, opened_at) SELECT n, now() FROM generate_series(2, 300) n ON CONFLICT DO NOTHING`,
  );
  await db.rows(
    "INSERT INTO registry.status_places (list_number, status_index) SELECT n, 7 FROM generate_series(2, 300) n",
  );
  const asked: number[] = [];
  let time = now.getTime();
  const clock = () => new Date(time);
  const counted: Gate = {
    ...gate,
    certificateKeys: () => gate.certificateKeys(),
    statusList: (request) => {
      asked.push(request.list);
      return gate.statusList(request);
    },
  };
  const statusLists = statusListsOf({ ...world.deps, gate: counted, clock });
  const signedNow = () => asked.splice(0).length;
  assert.equal((await verifyText({ ...world.deps, statusLists }, text)).passed.at(-1), "revocation");
  assert.deepEqual(asked.splice(0), [1]);
  assert.equal((await statusLists.one(250))?.list, 250);
  assert.equal(signedNow(), 1);
  for (const none of [0, 301, 1.5, Number.NaN]) assert.equal(await statusLists.one(none), undefined);
  assert.equal((await statusLists.all()).length, 300);
  assert.equal(signedNow(), 298);
  time += 61_000;
  await db.rows("UPDATE registry.status_places SET revoked_at = $1 WHERE list_number = 77", [clock()]);
  assert.equal((await statusLists.all()).length, 300);
  assert.deepEqual(asked.splice(0), [77]);
  assert.deepEqual((await statusLists.one(77))?.revoked, [7]);
  // Looked at again while the change is still young: nothing new in it.
  time += 61_000;
  await statusLists.all();
  assert.equal(signedNow(), 0);
  time += 86_400_000;
  await statusLists.one(3);
  assert.deepEqual(asked.splice(0), [3], "a day on, what is asked for is signed again");
});

test("nobody makes a revoked certificate good again, not even with the application's password", async () => {
  const { db } = world.deps;
  await db.rows("INSERT INTO registry.status_lists (list_number, opened_at) VALUES (900, now())");
  await db.rows("INSERT INTO registry.status_places VALUES (900, 5, now()), (900, 6, NULL)");
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  for (const statement of [
    "UPDATE registry.status_places SET revoked_at = NULL WHERE list_number = 900",
    "UPDATE registry.status_places SET status_index = 7 WHERE list_number = 900 AND status_index = 5",
    "UPDATE registry.status_lists SET list_number = 901 WHERE list_number = 900",
    "DELETE FROM registry.status_places WHERE list_number = 900",
    "TRUNCATE registry.status_places",
  ]) {
    await assert.rejects(db.rows(statement), /permission denied|revoked once/, `application: ${statement}`);
    await assert.rejects(admin.query(statement), /revoked once|foreign key/, `owner: ${statement}`);
  }
  await admin.end();
  const vault = world.connectAs("sakshi_opener");
  assert.deepEqual(await vault.rows("SELECT vault.revoked_places(900) AS place"), [{ place: 5 }]);
});

test("a voided dose gets no certificate, and loses the one it had", async () => {
  const one = await person();
  const vaccinationId = await dose(one);
  const input = { beneficiaryId: one.beneficiaryId, vaccinationId };
  assert.ok((await issueCertificate(world.deps, input)).ok);
  assert.deepEqual(await revokeCertificate(world.deps, input), { ok: true, value: { revoked: true } });
  assert.deepEqual(await revokeCertificate(world.deps, input), { ok: true, value: { revoked: false } });
  const outcome = await downloadCertificate(world.deps, one.citizen, one.beneficiaryId);
  assert.equal(outcome.ok ? "" : outcome.code, "CERTIFICATE_NOT_ISSUED");

  const other = await person();
  const voided = await dose(other);
  await world.deps.db.rows(
    "UPDATE registry.vaccinations SET status = 'entered-in-error', voided_at = $2 WHERE vaccination_id = $1",
    [voided, now],
  );
  const late = await issueCertificate(world.deps, { beneficiaryId: other.beneficiaryId, vaccinationId: voided });
  assert.equal(late.ok ? "" : late.code, "CERTIFICATE_DOSE_NOT_VALID");
});

test("a person's own request has papers signed, and nothing else", async () => {
  const one = await person();
  const { gate } = world.deps;
  const keys = await gate.certificateKeys();
  const es256 = keys.find(({ algorithm }) => algorithm === "ES256")!;
  const asking = { actor: one.citizen, explanation: { kind: "own-sign-in" }, subject: one.beneficiaryId } as const;
  const jws = (typ: string, payload: object) =>
    [{ alg: "ES256", typ }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  for (const [what, text] of [
    ["an HCERT", Buffer.from([0x84, 0x6a])],
    ["a health card", Buffer.from(jws("JWT", { vc: {} }))],
    ["a status list", Buffer.from(jws("statuslist+jwt", { cnf: {} }))],
    ["a wallet credential", Buffer.from(jws("dc+sd-jwt", { cnf: {} }))],
    ["other attributes", Buffer.from([0x31, 0x02, 0x30, 0x00])],
  ] as const) {
    const parts = [{ algorithm: "ES256", keyId: es256.keyId, bytes: text }] as const;
    const answer = await gate.signCertificate({ ...asking, purpose: "own-change", parts });
    assert.equal(answer.ok, false, what);
    const asService = await gate.signCertificate({ ...asking, parts });
    assert.equal(asService.ok ? "" : asService.code, "DISCLOSURE_NOT_ALLOWED");
  }
});

test("issuing for a dose of somebody else is not explained, so not allowed", async () => {
  const [one, two] = [await person(), await person()];
  const vaccinationId = await dose(one);
  const outcome = await issueCertificate(world.deps, { beneficiaryId: two.beneficiaryId, vaccinationId });
  assert.equal(outcome.ok ? "" : outcome.code, "DISCLOSURE_NOT_ALLOWED");
  const asked = await world.deps.gate.disclose({
    actor: system,
    purpose: "certificate",
    explanation: { kind: "dose-recorded", vaccinationId },
    subjects: [one.beneficiaryId],
    fields: ["mobile"],
  });
  assert.equal(asked.ok ? "" : asked.code, "DISCLOSURE_NOT_ALLOWED");
});

test("a stolen key: it signs no more, what it signed is refused, and everybody gets a new certificate, once", async () => {
  const people = await Promise.all([person(), person("Bina Demo")]);
  const texts: string[] = [];
  for (const each of people) {
    const input = { beneficiaryId: each.beneficiaryId, vaccinationId: await dose(each) };
    const issued = await issueCertificate(world.deps, input);
    assert.ok(issued.ok);
    texts.push(await hcertOf(each, issued.value.certificateId));
  }
  const { ES256: stolen, EdDSA } = await signingKeys(world.deps);
  const before = await trustList(world.deps);
  // A later moment, so that nothing of this test's own falls into the stolen key's time.
  const later = new Date(now.getTime() + 60_000);
  world.setNow(later);
  assert.equal(await revokeCertificateKeys(world.deps, [stolen.keyId, "0000000000000000"]), undefined);
  const [reissue] = (await revokeCertificateKeys(world.deps, [stolen.keyId]))!;
  assert.ok(reissue && reissue.holders >= 2 && reissue.doneAt === null);
  assert.deepEqual((await revokeCertificateKeys(world.deps, [stolen.keyId]))?.[0]?.revokedAt, later);
  const signing = await signingKeys(world.deps);
  assert.notEqual(signing.ES256.keyId, stolen.keyId);
  assert.equal(signing.EdDSA.keyId, EdDSA.keyId);

  // Dated while the key was good and not yet in force when it was stolen: it is not put there, and made again later.
  const late = await person();
  const input = { beneficiaryId: late.beneficiaryId, vaccinationId: await dose(late) };
  const moments = [now];
  const between = { ...world.deps, clock: () => moments.shift() ?? later };
  const notYet = await issueCertificate(between, input);
  assert.equal(notYet.ok ? "" : notYet.code, "CERTIFICATE_RECORD_CHANGED");
  world.setNow(new Date(later.getTime() + 1_000));
  assert.ok((await issueCertificate(world.deps, input)).ok);

  for (const text of texts) {
    const at = world.deps.clock();
    const offline = await verifyCertificate(text, { trust: before, at, primitives: nodePrimitives() });
    assert.equal(offline.outcome, "valid");
    const { outcome, reasons } = await verifyText(verifier(), text);
    assert.deepEqual([outcome, reasons.map(({ code }) => code)], ["invalid", ["CERTIFICATE_KEY_REVOKED"]]);
  }
  // Two at once, as two workers might: nobody gets two.
  while ((await Promise.all([1, 2].map(() => reissueSome(world.deps)))).includes("more"));
  const [progress] = await world.deps.db.rows<{ reissued: number; left: number; done: boolean }>(
    "SELECT reissued, left_out AS left, done_at IS NOT NULL AS done FROM registry.reissues WHERE reissue_id = $1",
    [reissue.reissueId],
  );
  assert.deepEqual(progress, { reissued: reissue.holders, left: 0, done: true });
  for (const one of people) {
    const rows = await world.deps.db.rows<{ certificateId: string }>(
      `SELECT certificate_id AS "certificateId" FROM registry.certificates WHERE beneficiary_id = $1 AND status = 'valid'`,
      [one.beneficiaryId],
    );
    assert.equal(rows.length, 1);
    assert.equal((await verifyText(verifier(), await hcertOf(one, rows[0]!.certificateId))).outcome, "valid");
    const { lines } = await linesOf(one);
    assert.ok(lines.some(({ explanation, purpose }) => explanation === "key-revoked" && purpose === "certificate"));
  }
  const again = await revokeCertificateKeys(world.deps, [stolen.keyId]);
  assert.equal(again?.[0]?.reissued, reissue.holders);
});
