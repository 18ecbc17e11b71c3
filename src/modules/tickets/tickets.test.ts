// Tickets on a real database and a real vault: asked, proposed by one officer, decided by a second, carried out whole.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import { setCode } from "../../../tests/support/citizens.js";
import {
  batchAt,
  checkedInPerson,
  comesAgain,
  type DoseDay,
  doseDay,
  waitingJobs,
} from "../../../tests/support/dose-day.js";
import { signedInStaff, type TestStaff } from "../../../tests/support/staff-actor.js";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { requestNumberProof } from "../accounts/index.js";
import { certificateForms, issueCertificate, statusListsOf, verifyText } from "../certificates/index.js";
import type { Field, PersonRecord } from "../disclosure/index.js";
import { sendNotice } from "../notifications/index.js";
import { keepNoLonger } from "../retention/index.js";
import { recordVaccination } from "../vaccinations/index.js";
import {
  addEvidence,
  countOverdue,
  decideTicket,
  escalateTickets,
  findOwnTicket,
  listOwnTickets,
  listTickets,
  openTicket,
  proposeDecision,
  raiseTicket,
  readEvidence,
  readOwnEvidence,
  reopenTicket,
  type TicketKind,
  takeTicket,
  withdrawTicket,
} from "./index.js";

let world: World;
let day: DoseDay;
let district: TestStaff;
let state: TestStaff;
let now = Date.parse("2026-11-23T06:00:00.000Z");

before(async () => {
  world = await testWorld();
  world.setNow(new Date(now));
  day = await doseDay(world, { doses: 100 });
  await officersSignIn();
});
after(() => world.close());

async function officersSignIn(): Promise<void> {
  district = await signedInStaff(world.deps, "district-admin", { districtId: 9901 });
  state = await signedInStaff(world.deps, "state-admin", { stateId: 901 });
}
async function pass(days: number): Promise<void> {
  now += days * 86_400_000;
  world.setNow(new Date(now));
  await officersSignIn();
  await rows("UPDATE registry.sign_ins SET expires_at = $1::timestamptz + interval '1 hour'", world.deps.clock());
}

interface Vaccinated {
  readonly account: SignedInAccount;
  readonly id: string;
  readonly vaccinationId: string;
}
/** Somebody with one dose and its certificate. */
async function vaccinated(): Promise<Vaccinated> {
  const { account, input } = await checkedInPerson(world, day);
  const dose = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(dose.ok);
  const { vaccinationId } = dose.value;
  assert.ok((await issueCertificate(world.deps, { beneficiaryId: input.beneficiaryId, vaccinationId })).ok);
  return { account, id: input.beneficiaryId, vaccinationId };
}
function inputOf(person: Vaccinated, kind: TicketKind, fields: Record<string, string> = {}, words = "It is wrong") {
  return { kind, beneficiaryId: person.id, ticketId: uuidv7(), words, fields, address: "198.51.100.7" };
}
type Answer = { ok: boolean; code?: string; problems?: readonly { code: string }[] };
const codeOf = (answer: Answer): string =>
  answer.ok ? "ok" : [answer.code, ...(answer.problems ?? []).map((one) => one.code)].join(" ");

async function asked(person: Vaccinated, kind: TicketKind, fields: Record<string, string> = {}): Promise<string> {
  const raised = await raiseTicket(world.deps, person.account.actor, inputOf(person, kind, fields));
  assert.equal(codeOf(raised), "ok");
  assert.ok(raised.ok);
  return raised.value.ticketId;
}
async function proposed(ticketId: string, proposal: "accept" | "refuse" = "accept"): Promise<void> {
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, ticketId)), "ok");
  const opinion = { ticketId, note: "Compared with the register", proposal };
  assert.equal(codeOf(await proposeDecision(world.deps, district.actor, opinion)), "ok");
}
async function decided(ticketId: string, confirm = true): Promise<string> {
  assert.equal(codeOf(await takeTicket(world.deps, state.actor, ticketId)), "ok");
  return codeOf(await decideTicket(world.deps, state.actor, { ticketId, note: "I see the same", confirm }));
}
async function accepted(person: Vaccinated, kind: TicketKind, fields: Record<string, string> = {}): Promise<string> {
  const ticketId = await asked(person, kind, fields);
  await proposed(ticketId);
  assert.equal(await decided(ticketId), "ok");
  return ticketId;
}
async function seen<F extends Field>(person: Vaccinated, ...fields: F[]): Promise<Pick<PersonRecord, F>> {
  const { actor } = person.account;
  const asking = { actor, purpose: "own-view", explanation: ownSignIn, subjects: [person.id], fields } as const;
  const opened = await world.deps.gate.disclose(asking);
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.value.get(person.id)!;
}
async function rows<Row extends object>(text: string, ...values: unknown[]): Promise<Row[]> {
  return world.deps.db.rows<Row>(text, values);
}
const dosesOf = (person: Vaccinated) =>
  rows<{ n: number; status: string }>(
    "SELECT dose_number AS n, status FROM registry.vaccinations WHERE beneficiary_id = $1 ORDER BY status DESC, dose_number",
    person.id,
  );
const certificatesOf = (person: Vaccinated) =>
  rows<{ status: string }>(
    "SELECT status FROM registry.certificates WHERE beneficiary_id = $1 ORDER BY status",
    person.id,
  ).then((found) => found.map((row) => row.status));
async function counted(): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { kind, payload } of await waitingJobs(world)) {
    if (kind !== "count-dose") continue;
    const name = `${String(payload["product"])} ${String(payload["doseNumber"])}`;
    sums[name] = (sums[name] ?? 0) + Number(payload["by"]);
  }
  return sums;
}

test("a name is corrected: record, certificate and history change together, once", async () => {
  const person = await vaccinated();
  const [old] = (await seen(person, "certificates")).certificates;
  const ticketId = await asked(person, "identity", { name: "Aasha Demo", birthYear: "1981" });
  await proposed(ticketId);
  assert.equal((await seen(person, "name")).name, "Asha Demo", "a proposal changes nothing");
  const early = await world.deps.gate.disclose({
    actor: { kind: "system", service: "certificates" },
    purpose: "certificate",
    explanation: { kind: "ticket", ticketId },
    subjects: [person.id],
    fields: ["name"],
  });
  assert.equal(codeOf(early), "DISCLOSURE_NOT_ALLOWED", "no certificate before a second officer has it");
  assert.deepEqual(await certificatesOf(person), ["valid"]);
  assert.equal(await decided(ticketId), "ok");
  const { name, birthYear, gender } = await seen(person, "name", "birthYear", "gender");
  assert.deepEqual([name, birthYear, gender], ["Aasha Demo", 1981, "Female"]);
  assert.deepEqual(await certificatesOf(person), ["revoked", "valid"]);
  const text = await certificateForms(world.deps, person.account.actor, person.id);
  assert.ok(text.ok && text.value["hcert"] !== old!.hcert);
  const verify = { ...world.deps, statusLists: statusListsOf(world.deps) };
  const verdict = await verifyText(verify, text.value["hcert"]!);
  assert.equal(verdict.outcome, "valid");
  const oldVerdict = await verifyText(verify, old!.hcert);
  assert.deepEqual(
    [oldVerdict.outcome, oldVerdict.reasons.map((one) => one.code)],
    ["invalid", ["CERTIFICATE_REVOKED"]],
  );
  assert.ok(JSON.stringify(verdict).includes("Aasha"));

  const own = await findOwnTicket(world.deps, person.account.actor, ticketId);
  assert.ok(own.ok);
  assert.deepEqual(own.value.text.before, { name: "Asha Demo", birthYear: 1980 });
  assert.deepEqual(
    own.value.text.steps.map(({ office, what, note }) => `${office?.role ?? "person"} ${what} ${note}`),
    [
      "person asked It is wrong",
      "district-admin proposed-accept Compared with the register",
      "state-admin accepted I see the same",
    ],
  );
  const again = await decideTicket(world.deps, state.actor, { ticketId, note: "twice", confirm: true });
  assert.equal(codeOf(again), "TICKET_MOVED_ON");
  assert.deepEqual(await certificatesOf(person), ["revoked", "valid"]);
  const more = await raiseTicket(world.deps, person.account.actor, inputOf(person, "identity", { gender: "Male" }));
  assert.equal(codeOf(more), "TICKET_LIMIT_REACHED", "who one is is corrected once");
});

test("what is typed is checked before an officer sees it", async () => {
  const person = await vaccinated();
  const ask = async (kind: TicketKind, fields: Record<string, string>, words?: string) =>
    codeOf(await raiseTicket(world.deps, person.account.actor, inputOf(person, kind, fields, words)));
  const many = { name: "Usha Demo", birthYear: "1970", gender: "Male" };
  assert.equal(await ask("identity", many), "INPUT_INVALID TICKET_TOO_MUCH_CHANGES");
  assert.equal(await ask("identity", {}), "INPUT_INVALID TICKET_NOTHING_CHANGES");
  assert.equal(await ask("identity", { birthYear: "1" }), "INPUT_INVALID BENEFICIARY_BIRTH_YEAR_WRONG");
  assert.equal(await ask("identity", { name: "X" }, ""), "INPUT_INVALID TICKET_WORDS_MISSING");
  assert.equal(await ask("identity", { name: "X" }, "x".repeat(1_001)), "INPUT_INVALID TICKET_WORDS_LONG");
  const { vaccinationId } = person;
  const foreign = (await vaccinated()).vaccinationId;
  assert.equal(await ask("not-mine", { vaccinationId: foreign }), "INPUT_INVALID TICKET_DOSE_UNKNOWN");
  assert.equal(await ask("dose", { vaccinationId, givenOn: "2027-01-01" }), "INPUT_INVALID TICKET_DATE_WRONG");
  assert.equal(await ask("dose", { vaccinationId, lotNumber: "NO-SUCH" }), "INPUT_INVALID TICKET_BATCH_UNKNOWN");
  assert.equal(await ask("dose", { vaccinationId }), "INPUT_INVALID TICKET_NOTHING_CHANGES");
  const born = { passportNumber: "A1", birthDate: "1979-05-05" };
  assert.equal(await ask("passport", born), "INPUT_INVALID TICKET_PASSPORT_NUMBER_WRONG TICKET_BIRTH_DATE_WRONG");
  assert.equal(await ask("haircut" as TicketKind, {}), "TICKET_KIND_UNKNOWN");
  const stranger = await signedInAccount(world);
  const foreignAsk = await raiseTicket(world.deps, stranger.actor, inputOf(person, "identity", { name: "X" }));
  assert.equal(codeOf(foreignAsk), "NOT_FOUND");
  const unvaccinated = { ...person, id: await registeredPerson(world, person.account) };
  const early = await raiseTicket(world.deps, person.account.actor, inputOf(unvaccinated, "identity", { name: "X" }));
  assert.equal(codeOf(early), "TICKET_NO_DOSE");
  assert.deepEqual(await rows("SELECT FROM registry.tickets WHERE beneficiary_id = $1", person.id), []);
});

test("two clicks ask once; a second ticket of the kind waits for the first", async () => {
  const person = await vaccinated();
  const input = inputOf(person, "identity", { name: "Aasha Demo" });
  const clicks = await Promise.all([1, 2, 3].map(() => raiseTicket(world.deps, person.account.actor, input)));
  assert.deepEqual(clicks.map(codeOf), ["ok", "ok", "ok"]);
  const other = await raiseTicket(world.deps, person.account.actor, inputOf(person, "identity", { name: "Ash Demo" }));
  assert.equal(codeOf(other), "TICKET_OPEN_ALREADY");
});

test("one form's key is good for one person: sent for two of an account at once, it asks for one", async () => {
  const person = await vaccinated();
  const other = await vaccinated();
  const { accountId } = person.account;
  await rows("UPDATE registry.beneficiaries SET account_id = $1 WHERE beneficiary_id = $2", accountId, other.id);
  const input = inputOf(person, "identity", { name: "Aasha Demo" });
  const forms = [input, { ...input, beneficiaryId: other.id }];
  const raised = await Promise.all(forms.map((form) => raiseTicket(world.deps, person.account.actor, form)));
  assert.deepEqual(raised.map(codeOf).toSorted(), ["TICKET_NOT_FOUND", "ok"]);
});

test("one officer cannot do both, and sees the person only while the ticket is on their table", async () => {
  const person = await vaccinated();
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  const look = async (officer: TestStaff) => codeOf(await openTicket(world.deps, officer.actor, ticketId));
  const gate = async (officer: TestStaff, purpose: "correction" | "dose-correction", fields: Field[]) =>
    codeOf(
      await world.deps.gate.disclose({
        actor: officer.actor,
        purpose,
        explanation: { kind: "ticket", ticketId },
        subjects: [person.id],
        fields,
      }),
    );
  assert.equal(await look(district), "TICKET_TAKEN");
  assert.equal(await gate(district, "correction", ["name"]), "DISCLOSURE_NOT_ALLOWED", "the recorder says no too");
  await takeTicket(world.deps, district.actor, ticketId);
  assert.equal(await look(district), "ok");
  assert.equal(await gate(district, "dose-correction", ["doses"]), "DISCLOSURE_NOT_ALLOWED", "not what it is about");
  assert.equal(await gate(district, "correction", ["mobile"]), "DISCLOSURE_NOT_ALLOWED");
  assert.equal(codeOf(await takeTicket(world.deps, state.actor, ticketId)), "TICKET_TAKEN");
  const note = "Seen";
  await proposeDecision(world.deps, district.actor, { ticketId, note, proposal: "accept" });
  assert.equal(await gate(district, "correction", ["name"]), "DISCLOSURE_NOT_ALLOWED", "it left the table");
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, ticketId)), "TICKET_SECOND_PERSON");
  const alone = world.deps.db.rows("UPDATE registry.tickets SET decided_by = proposed_by WHERE ticket_id = $1", [
    ticketId,
  ]);
  await assert.rejects(alone, /two_people/, "the database says no as well");
  assert.equal(await decided(ticketId, false), "ok");
  assert.equal((await seen(person, "name")).name, "Asha Demo");
  const own = await findOwnTicket(world.deps, person.account.actor, ticketId);
  assert.ok(own.ok && own.value.ticket.state === "open" && own.value.text.steps.at(-1)?.what === "sent-back");
});

test("officers see the tickets of their jurisdiction and no other", async () => {
  const person = await vaccinated();
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  await rows("INSERT INTO registry.states VALUES (902, 'Other State') ON CONFLICT DO NOTHING");
  await rows("INSERT INTO registry.districts VALUES (9902, 902, 'Other District') ON CONFLICT DO NOTHING");
  const outside = await signedInStaff(world.deps, "district-admin", { districtId: 9902 });
  const siteAdmin = await signedInStaff(world.deps, "facility-admin", { facilityId: day.facilityId });
  const nation = await signedInStaff(world.deps, "national-admin");
  const listed = async (officer: TestStaff) => {
    const list = await listTickets(world.deps, officer.actor);
    return list.ok ? list.value.some((one) => one.ticketId === ticketId) : list.code;
  };
  assert.deepEqual(
    [await listed(district), await listed(state), await listed(nation), await listed(outside), await listed(siteAdmin)],
    [true, true, true, false, "NOT_ALLOWED"],
  );
  assert.equal(codeOf(await takeTicket(world.deps, outside.actor, ticketId)), "TICKET_NOT_FOUND");
  await rows(
    "UPDATE registry.tickets SET assigned_to = $2, assigned_at = $3 WHERE ticket_id = $1",
    ticketId,
    outside.staffId,
    world.deps.clock(),
  );
  const forced = await world.deps.gate.disclose({
    actor: outside.actor,
    purpose: "correction",
    explanation: { kind: "ticket", ticketId },
    subjects: [person.id],
    fields: ["name"],
  });
  assert.equal(codeOf(forced), "DISCLOSURE_NOT_ALLOWED", "also when the row says that it is theirs");
});

test("an officer sees the one ticket, not the person's others", async () => {
  const person = await vaccinated();
  await asked(person, "not-mine", { vaccinationId: person.vaccinationId });
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  await takeTicket(world.deps, district.actor, ticketId);
  const opened = await openTicket(world.deps, district.actor, ticketId);
  assert.ok(opened.ok);
  assert.deepEqual(
    opened.value.person.tickets?.map((one) => one.ticketId),
    [ticketId],
  );
  assert.equal((await seen(person, "tickets")).tickets.length, 2);
});

test("a refused ticket is reopened once; a withdrawn one is over", async () => {
  const person = await vaccinated();
  const { actor } = person.account;
  const ticketId = await asked(person, "not-mine", { vaccinationId: person.vaccinationId });
  await proposed(ticketId, "refuse");
  assert.equal(await decided(ticketId), "ok");
  const reopen = () => reopenTicket(world.deps, actor, { ticketId, words: "I was abroad that day" });
  await rows("UPDATE registry.tickets SET level = 'country', escalated_at = now() WHERE ticket_id = $1", ticketId);
  assert.equal(codeOf(await reopen()), "ok");
  const again = await findOwnTicket(world.deps, actor, ticketId);
  assert.ok(again.ok && again.value.ticket.level === "district" && again.value.ticket.dueAt > world.deps.clock());
  assert.equal(codeOf(await reopen()), "TICKET_REOPEN_OVER");
  await proposed(ticketId, "refuse");
  assert.equal(await decided(ticketId), "ok");
  assert.equal(codeOf(await reopen()), "TICKET_REOPEN_OVER");
  const other = await asked(person, "identity", { name: "Aasha Demo" });
  assert.equal(codeOf(await withdrawTicket(world.deps, actor, other)), "ok");
  assert.equal(codeOf(await withdrawTicket(world.deps, actor, other)), "ok", "a second click");
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, other)), "TICKET_MOVED_ON");
  assert.deepEqual(await dosesOf(person), [{ n: 1, status: "valid" }]);
});

test("a dose that was not mine is marked, its certificate revoked, stock and figures follow", async () => {
  const person = await vaccinated();
  const used = async () =>
    (await rows<{ n: number }>("SELECT doses_used AS n FROM registry.batches WHERE batch_id = $1", day.batchId))[0]!.n;
  const [usedBefore, countedBefore] = [await used(), await counted()];
  await accepted(person, "not-mine", { vaccinationId: person.vaccinationId });
  assert.deepEqual(await dosesOf(person), [{ n: 1, status: "entered-in-error" }]);
  assert.deepEqual(await certificatesOf(person), ["revoked"]);
  assert.equal(await used(), usedBefore - 1);
  const after = await counted();
  assert.equal(after["COVISHIELD 1"], countedBefore["COVISHIELD 1"]! - 1);
  const [dose] = (await seen(person, "doses")).doses;
  assert.equal(dose!.enteredInError, true);
  const live = await rows("SELECT FROM registry.live_appointments WHERE beneficiary_id = $1", person.id);
  assert.deepEqual(live, [], "the person does not stand checked in again");
});

test("a later dose moves up when an earlier one was not mine", async () => {
  const person = await vaccinated();
  await pass(90);
  const second = await comesAgain(world, await freshDay(), person.account, person.id);
  assert.ok((await recordVaccination(world.deps, day.vaccinator.actor, second)).ok);
  await accepted(person, "not-mine", { vaccinationId: person.vaccinationId });
  assert.deepEqual(await dosesOf(person), [
    { n: 1, status: "valid" },
    { n: 1, status: "entered-in-error" },
  ]);
});

/** The same facility on another day, with staff signed in and a batch that lasts. */
async function freshDay(): Promise<DoseDay> {
  const { facilityId } = day;
  const { staffId, actor } = await signedInStaff(world.deps, "vaccinator", { facilityId });
  const vaccinator = { staffId, signInId: actor.signInId, actor };
  day = { facilityId, vaccinator, batchId: await batchAt(world, facilityId, { doses: 100 }) };
  return day;
}

test("date and batch of a dose are put right; stock moves from one batch to the other", async () => {
  await freshDay();
  const person = await vaccinated();
  const other = await batchAt(world, day.facilityId);
  const [batch] = await rows<{ lot: string }>(
    "SELECT lot_number AS lot FROM registry.batches WHERE batch_id = $1",
    other,
  );
  const fields = { vaccinationId: person.vaccinationId, givenOn: "2027-01-05", lotNumber: batch!.lot };
  const ticketId = await accepted(person, "dose", fields);
  const [dose] = (await seen(person, "doses")).doses;
  assert.deepEqual([dose!.givenOn, dose!.lotNumber], ["2027-01-05", batch!.lot]);
  const [used] = await rows<{ n: number }>("SELECT doses_used AS n FROM registry.batches WHERE batch_id = $1", other);
  assert.equal(used!.n, 1);
  assert.deepEqual(await certificatesOf(person), ["revoked", "valid"]);
  const own = await findOwnTicket(world.deps, person.account.actor, ticketId);
  assert.ok(own.ok && own.value.text.before?.givenOn === "2027-02-21");
});

test("two registrations with a first dose each become one with two doses, and counts stay right", async () => {
  await freshDay();
  const goes = await vaccinated();
  await pass(90);
  await freshDay();
  const stays = await vaccinated();
  const reference = await rows<{ id: number }>(
    "SELECT reference_id AS id FROM registry.beneficiaries WHERE beneficiary_id = $1",
    goes.id,
  );
  const referenceId = String(reference[0]!.id);
  await rows(
    "UPDATE registry.beneficiary_references SET beneficiary_id = $2 WHERE reference_id = $1",
    referenceId,
    goes.id,
  );
  await rows(
    "INSERT INTO registry.beneficiary_references VALUES ($1, $2) ON CONFLICT DO NOTHING",
    referenceId,
    goes.id,
  );
  const phone = await world.deps.gate.phoneIndex(goes.account.mobile);
  await rows(
    "INSERT INTO registry.account_phones VALUES ($1, $2) ON CONFLICT DO NOTHING",
    phone,
    goes.account.accountId,
  );
  await rows("UPDATE registry.accounts SET members = 1");
  const before = await counted();
  const proof = await requestNumberProof(world.deps, stays.account.actor, {
    mobile: goes.account.mobile,
    address: "198.51.100.7",
  });
  assert.ok(proof.ok);
  const { challengeId } = proof.value;
  await setCode(world, challengeId, "135790");
  const ask = (fields: Record<string, string>) =>
    raiseTicket(world.deps, stays.account.actor, inputOf(stays, "merge", { challengeId, referenceId, ...fields }));
  assert.equal(codeOf(await ask({ code: "000000" })), "INPUT_INVALID OTP_WRONG");
  const nobody = { code: "135790", referenceId: "10000000000001" };
  assert.equal(codeOf(await ask(nobody)), "INPUT_INVALID TICKET_OTHER_UNKNOWN");
  const raised = await ask({ code: "135790" });
  assert.ok(raised.ok, codeOf(raised));
  await proposed(raised.value.ticketId);
  assert.equal(await decided(raised.value.ticketId), "ok");

  assert.deepEqual(await dosesOf(stays), [
    { n: 1, status: "valid" },
    { n: 2, status: "valid" },
  ]);
  assert.deepEqual(await dosesOf(goes), [{ n: 1, status: "entered-in-error" }]);
  const { doses } = await seen(stays, "doses");
  assert.deepEqual(doses.map((dose) => dose.doseNumber).sort(), [1, 2]);
  assert.deepEqual(await certificatesOf(stays), ["revoked", "valid", "valid"]);
  assert.deepEqual(await certificatesOf(goes), ["revoked"]);
  const after = await counted();
  const difference = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  assert.deepEqual([difference("COVISHIELD 1"), difference("COVISHIELD 2")], [-1, 1]);
  const [left] = await rows<{ state: string; into: string }>(
    "SELECT state, merged_into AS into FROM registry.beneficiaries WHERE beneficiary_id = $1",
    goes.id,
  );
  assert.deepEqual(left, { state: "removed", into: stays.id });
});

test("a passport is linked at once for the first time, and by officers after that", async () => {
  const person = await vaccinated();
  const linked = { passportNumber: "z 1234567", birthDate: "1980-02-29" };
  await asked(person, "passport", linked);
  const held = await seen(person, "passportNumber", "birthDate");
  assert.deepEqual(held, { passportNumber: "Z1234567", birthDate: "1980-02-29" });
  assert.deepEqual(await certificatesOf(person), ["revoked", "valid"]);
  const ticketId = await asked(person, "passport", { ...linked, passportNumber: "Z7654321" });
  assert.equal((await seen(person, "passportNumber")).passportNumber, "Z1234567");
  await proposed(ticketId);
  assert.equal(await decided(ticketId), "ok");
  assert.equal((await seen(person, "passportNumber")).passportNumber, "Z7654321");
});

test("of two passports asked for in turn, each before the other was seen, one is linked without an officer", async () => {
  const person = await vaccinated();
  let meanwhile: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (meanwhile = resolve));
  // The second has looked at what was accepted, and goes on only when the first is through.
  const slow = gateThat(async (real, wanted) => {
    await done;
    return real.seal(wanted);
  });
  const form = { passportNumber: "Z1111111", birthDate: "1980-02-29" };
  const second = raiseTicket({ ...world.deps, gate: slow }, person.account.actor, inputOf(person, "passport", form));
  await asked(person, "passport", { ...form, passportNumber: "Z2222222" });
  meanwhile();
  assert.equal(codeOf(await second), "ok");
  assert.equal((await seen(person, "passportNumber")).passportNumber, "Z2222222");
  const states = await rows<{ state: string }>(
    "SELECT state FROM registry.tickets WHERE beneficiary_id = $1 ORDER BY state",
    person.id,
  );
  assert.deepEqual(
    states.map((one) => one.state),
    ["accepted", "open"],
  );
});

test("a passport whose linking was interrupted is linked when the form comes again", async () => {
  const person = await vaccinated();
  const input = inputOf(person, "passport", { passportNumber: "Z3333333", birthDate: "1980-02-29" });
  let seals = 0;
  const gate = gateThat(async (real, wanted) =>
    ++seals === 1 ? real.seal(wanted) : { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" },
  );
  assert.equal(
    codeOf(await raiseTicket({ ...world.deps, gate }, person.account.actor, input)),
    "DISCLOSURE_LOG_UNAVAILABLE",
  );
  assert.equal((await seen(person, "passportNumber")).passportNumber ?? null, null);
  assert.equal(codeOf(await raiseTicket(world.deps, person.account.actor, input)), "ok");
  assert.equal((await seen(person, "passportNumber")).passportNumber, "Z3333333");
});

type Gate = World["deps"]["gate"];
function gateThat(seal: (real: Gate, wanted: Parameters<Gate["seal"]>[0]) => Promise<unknown>): Gate {
  const { gate } = world.deps;
  return {
    disclose: (look: never) => gate.disclose(look),
    seal: (wanted: Parameters<Gate["seal"]>[0]) => seal(gate, wanted),
  } as unknown as Gate;
}

test("somebody unknown leaves the number: its holder sees the person no more, the certificate stays in force", async () => {
  const person = await vaccinated();
  await accepted(person, "unknown-member");
  const own = await world.deps.gate.disclose({
    actor: person.account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [person.id],
    fields: ["name"],
  });
  assert.equal(codeOf(own), "DISCLOSURE_NOT_ALLOWED");
  const list = await listOwnTickets(world.deps, person.account.actor);
  assert.deepEqual(list.ok && list.value, []);
  assert.deepEqual(await certificatesOf(person), ["valid"]);
});

test("a dose that nobody recorded is added with an officer's name to it", async () => {
  await freshDay();
  const account = await signedInAccount(world);
  const id = await registeredPerson(world, account, { birthYear: 1975 });
  const person = { account, id, vaccinationId: "" };
  const [session] = await rows<{ on: string }>(
    "SELECT held_on AS on FROM registry.sessions WHERE facility_id = $1 AND product = 'COVISHIELD' ORDER BY held_on LIMIT 1",
    day.facilityId,
  );
  const [batch] = await rows<{ lot: string }>(
    "SELECT lot_number AS lot FROM registry.batches WHERE batch_id = $1",
    day.batchId,
  );
  const fields = { facilityId: day.facilityId, givenOn: session!.on, product: "COVISHIELD", lotNumber: batch!.lot };
  const never = await raiseTicket(
    world.deps,
    account.actor,
    inputOf(person, "no-certificate", { ...fields, givenOn: "2022-02-02" }),
  );
  assert.equal(codeOf(never), "INPUT_INVALID TICKET_SESSION_UNKNOWN");
  await accepted(person, "no-certificate", fields);
  const [dose] = (await seen(person, "doses")).doses;
  assert.deepEqual([dose!.givenOn, dose!.doseNumber, dose!.vaccinatorId], [session!.on, 1, state.staffId]);
  assert.deepEqual(await certificatesOf(person), ["valid"]);
});

test("when the record changed under the decision nothing is written, and the old certificate stays", async () => {
  const person = await vaccinated();
  const ticketId = await asked(person, "not-mine", { vaccinationId: person.vaccinationId });
  await proposed(ticketId);
  await rows("UPDATE registry.vaccinations SET status = 'entered-in-error' WHERE beneficiary_id = $1", person.id);
  assert.equal(await decided(ticketId), "TICKET_RECORD_CHANGED");
  assert.deepEqual(await certificatesOf(person), ["valid"]);
  const own = await findOwnTicket(world.deps, person.account.actor, ticketId);
  assert.ok(own.ok && own.value.ticket.state === "proposed");
});

test("three clicks at once decide once; without the log nothing is decided and the old certificate stays", async () => {
  const person = await vaccinated();
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  await proposed(ticketId);
  await takeTicket(world.deps, state.actor, ticketId);
  const decide = () => decideTicket(world.deps, state.actor, { ticketId, note: "I see the same", confirm: true });
  await world.vault.kill("recorder");
  assert.equal(codeOf(await decide()), "DISCLOSURE_LOG_UNAVAILABLE");
  assert.deepEqual(await certificatesOf(person), ["valid"]);
  await world.vault.start();
  const clicks = await Promise.all([decide(), decide(), decide()]);
  assert.equal(clicks.filter((one) => one.ok).length, 1, clicks.map(codeOf).join());
  assert.deepEqual(await certificatesOf(person), ["revoked", "valid"]);
  assert.equal((await seen(person, "name")).name, "Aasha Demo");
});

test("beyond its day a ticket goes up, to the top of the state's list and then of the country's; the person is told", async () => {
  const person = await vaccinated();
  const late = await asked(person, "identity", { name: "Aasha Demo" });
  const young = await asked(person, "not-mine", { vaccinationId: person.vaccinationId });
  const national = await signedInStaff(world.deps, "national-admin");
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, late)), "ok");
  const moveDue = (days: number) =>
    rows(
      `UPDATE registry.tickets SET due_at = due_at - make_interval(days => $2), escalated_at = escalated_at - make_interval(days => $2)
       WHERE ticket_id = $1`,
      late,
      days,
    );
  // The clock's own time would move the day of every other test: the ticket's day is moved instead.
  await rows("UPDATE registry.tickets SET due_at = due_at + interval '1 year' WHERE ticket_id <> $1", late);
  await escalateTickets(world.deps);
  const levelOf = async () => {
    const own = await findOwnTicket(world.deps, person.account.actor, late);
    assert.ok(own.ok);
    return own.value.ticket.level;
  };
  assert.equal(await levelOf(), "district");
  const tops = async () => {
    const lists = await Promise.all([district, state, national].map(({ actor }) => listTickets(world.deps, actor)));
    return lists.map((list) => list.ok && list.value[0]?.ticketId === late && list.value[0]?.level);
  };
  await moveDue(8);
  assert.equal((await countOverdue(world.deps)).district, 1);
  assert.equal(await escalateTickets(world.deps), 1);
  assert.equal(await escalateTickets(world.deps), 0, "not twice");
  assert.deepEqual(await tops(), [false, "state", "state"]);
  const notices = (await waitingJobs(world)).filter((job) => JSON.stringify(job.payload).includes(late));
  assert.equal(notices.length, 2, "asked, and gone up");
  // It is off the district's table: the state's officer takes it, and the person's data opens there.
  assert.equal(codeOf(await openTicket(world.deps, district.actor, late)), "TICKET_TAKEN");
  assert.equal(codeOf(await takeTicket(world.deps, state.actor, late)), "ok");
  await moveDue(8);
  assert.equal(await escalateTickets(world.deps), 1);
  assert.equal(await escalateTickets(world.deps), 0, "there is nobody above the country");
  assert.equal(await levelOf(), "country");
  assert.deepEqual(await countOverdue(world.deps), { district: 0, state: 0, country: 1 });
  assert.equal((await tops())[2], "country");
  await proposed(late);
  assert.equal(await decided(late), "ok");
  assert.deepEqual(await countOverdue(world.deps), { district: 0, state: 0, country: 0 });
  const own = await findOwnTicket(world.deps, person.account.actor, young);
  assert.ok(own.ok && own.value.ticket.level === "district");
});

const jpeg = (marker: string) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(marker)]);

test("evidence: sealed as it came, read by the person and the deciding officer with an entry each, by nobody else", async () => {
  const person = await vaccinated();
  const { actor } = person.account;
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  const add = (content: Buffer) => addEvidence(world.deps, actor, { ticketId, content });
  const bomb = Buffer.concat([Buffer.from("%PDF-1.7\nstream\n"), deflateSync(Buffer.alloc(50_000_000))]);
  for (const [content, code] of [
    [Buffer.alloc(0), "TICKET_FILE_MISSING"],
    [Buffer.from("<script>alert(1)</script>"), "TICKET_FILE_TYPE"],
    [Buffer.from("GIF89a"), "TICKET_FILE_TYPE"],
    [Buffer.from("PK\u0003\u0004"), "TICKET_FILE_TYPE"],
    [Buffer.from(" %PDF-1.7"), "TICKET_FILE_TYPE"],
    [Buffer.from([0xff, 0xd8]), "TICKET_FILE_TYPE"],
    [Buffer.concat([jpeg(""), Buffer.alloc(5 * 2 ** 20)]), "TICKET_FILE_TOO_LARGE"],
  ] as const)
    assert.equal(codeOf(await add(content)), `INPUT_INVALID ${code}`);
  const whole = Buffer.concat([jpeg("planted-in-a-photo"), Buffer.alloc(5 * 2 ** 20 - 22)]);
  assert.equal(whole.length, 5 * 2 ** 20);
  const stranger = await vaccinated();
  const alien = { ticketId, content: whole };
  assert.equal(codeOf(await addEvidence(world.deps, stranger.account.actor, alien)), "TICKET_NOT_FOUND");
  for (const content of [whole, bomb]) assert.equal(codeOf(await add(content)), "ok");
  const both = await Promise.all([add(jpeg("third")), add(jpeg("fourth"))]);
  assert.equal(both.filter(({ ok }) => ok).length, 1, "three at most, also at one moment");
  assert.equal(codeOf(await add(jpeg("fifth"))), "TICKET_FILES_ENOUGH");

  const own = (n: number) => readOwnEvidence(world.deps, actor, { ticketId, n });
  const [first, second] = [await own(1), await own(2)];
  assert.ok(first.ok && first.value.content.equals(whole) && first.value.type === "image/jpeg");
  assert.ok(second.ok && second.value.content.equals(bomb) && second.value.type === "application/pdf");
  for (const n of [0, 4, 1.5]) assert.equal(codeOf(await own(n)), "TICKET_NOT_FOUND");
  const alienLook = await readOwnEvidence(world.deps, stranger.account.actor, { ticketId, n: 1 });
  assert.equal(codeOf(alienLook), "TICKET_NOT_FOUND");

  const byOfficer = (officer: TestStaff) => readEvidence(world.deps, officer.actor, { ticketId, n: 1 });
  assert.equal(codeOf(await byOfficer(district)), "TICKET_TAKEN", "not before the ticket is taken");
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, ticketId)), "ok");
  assert.equal(codeOf(await byOfficer(state)), "TICKET_TAKEN");
  const seenByOfficer = await byOfficer(district);
  assert.ok(seenByOfficer.ok && seenByOfficer.value.content.equals(whole));
  const lines = await world.deps.gate.linesOf({ actor, subject: person.id });
  const looks = lines.ok ? lines.value.lines.filter(({ fields }) => fields.includes("evidence")) : [];
  assert.deepEqual(
    looks.map(({ kind, role }) => `${kind} ${role}`).sort(),
    [
      ...Array(2).fill("disclosure citizen"),
      "disclosure district-admin",
      ...Array(looks.length - 3).fill("change citizen"),
    ].sort(),
  );
  // Another ticket of the same person on the officer's table does not open these.
  const otherId = await asked(person, "not-mine", { vaccinationId: person.vaccinationId });
  assert.equal(codeOf(await takeTicket(world.deps, district.actor, otherId)), "ok");
  const asking = { purpose: "dose-correction", subjects: [person.id], fields: ["evidence"] } as const;
  const explanation = { kind: "ticket", ticketId: otherId } as const;
  const around = await world.deps.gate.disclose({ actor: district.actor, ...asking, explanation });
  assert.ok(around.ok && around.value.get(person.id)!.evidence.length === 0);

  const lying = await rows<{ hit: boolean }>(
    "SELECT position('planted-in-a-photo'::bytea IN box) > 0 AS hit FROM vault.evidence",
  );
  assert.deepEqual([...new Set(lying.map(({ hit }) => hit))], [false]);
  await proposed(ticketId);
  assert.equal(await decided(ticketId), "ok");
  assert.equal(codeOf(await add(jpeg("late"))), "TICKET_MOVED_ON");
  const evidenceLeft = async () => (await rows("SELECT FROM vault.evidence WHERE ticket_id = $1", ticketId)).length;
  await keepNoLonger({ db: world.deps.db, clock: () => new Date() });
  assert.equal(await evidenceLeft(), 3);
  await rows("UPDATE registry.tickets SET changed_at = now() - interval '91 days' WHERE ticket_id = $1", ticketId);
  const gone = await keepNoLonger({ db: world.deps.db, clock: () => new Date() });
  assert.deepEqual([gone.get("vault.evidence"), await evidenceLeft()], [3, 0]);
  assert.equal((await seen(person, "evidence")).evidence.length, 0, "its keys went too");
});

test("each step is told by a message that says neither what nor of whom, and no longer than thirty days after", async () => {
  const person = await vaccinated();
  const ticketId = await asked(person, "identity", { name: "Aasha Demo" });
  const notices = (await waitingJobs(world)).filter((job) => JSON.stringify(job.payload).includes(ticketId));
  assert.equal(notices.length, 1);
  const sent: { mobile: string; text: string }[] = [];
  const sms = { send: async (message: { mobile: string; text: string }) => void sent.push(message) };
  const tell = () => sendNotice(world.deps, sms, notices[0]!.payload as never);
  assert.equal(await tell(), "sent");
  assert.equal(sent[0]!.mobile, person.account.mobile);
  assert.ok(!/Asha|Aasha|dose|vaccin|certificate|name/i.test(sent[0]!.text), sent[0]!.text);
  await pass(31);
  assert.equal(await tell(), "dropped: not allowed");
});

test("nothing that a ticket says stands in clear", async () => {
  const found = await rows<{ line: string }>("SELECT to_jsonb(t)::text AS line FROM registry.tickets t");
  const jobs = (await waitingJobs(world)).map((job) => JSON.stringify(job.payload));
  for (const line of [...found.map((row) => row.line), ...jobs]) assert.ok(!/Aasha|Z1234567|abroad/.test(line), line);
});
