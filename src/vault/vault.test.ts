// The gate as the house uses it: what was sealed comes back, each look stands in the person's list.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import {
  appointmentAt,
  facility,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
  signedInStaff,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { commitmentOf, decodeLeaf, encodeLeaf } from "../lib/tlog/index.js";
import { putBoxes } from "../modules/disclosure/index.js";
import { uuidv7 } from "../platform/random.js";

let world: World;
let account: SignedInAccount;
let subject: string;

before(async () => {
  world = await testWorld();
  account = await signedInAccount(world);
  subject = await registeredPerson(world, account);
});
after(() => world.close());

function view(subjects: readonly string[], actor = account.actor) {
  const fields = ["name", "birthYear", "mobile", "doses"] as const;
  return world.deps.gate.disclose({ actor, purpose: "own-view", explanation: ownSignIn, subjects, fields });
}

test("what was sealed comes back to the account that registered the person, and only the fields asked for", async () => {
  const seen = await view([subject]);
  assert.ok(seen.ok);
  assert.deepEqual(seen.value.get(subject), { name: "Asha Demo", birthYear: 1960, mobile: account.mobile, doses: [] });
});

test("nobody to look at is no entry and no data", async () => {
  const seen = await view([]);
  assert.ok(seen.ok);
  assert.equal(seen.value.size, 0);
});

test("another account is refused, and the attempt is in the log without a person", async () => {
  const other = await signedInAccount(world);
  assert.deepEqual(await view([subject], other.actor), { ok: false, code: "DISCLOSURE_NOT_ALLOWED" });
  const [miss] = await world
    .connectAs("sakshi_auditor")
    .rows<{ kind: number; subject_pseudonym: Buffer | null; sealed_subject: Buffer | null }>(
      "SELECT kind, subject_pseudonym, sealed_subject FROM log.entries ORDER BY index DESC LIMIT 1",
    );
  assert.deepEqual(miss, { kind: 3, subject_pseudonym: null, sealed_subject: null });
});

test("one stranger among own people refuses the whole look", async () => {
  const other = await signedInAccount(world);
  const stranger = await registeredPerson(world, other);
  assert.deepEqual(await view([subject, stranger]), { ok: false, code: "DISCLOSURE_NOT_ALLOWED" });
});

test("each look at a person stands in their own list, whole and without a gap, while many look at once", async () => {
  const own = await signedInAccount(world);
  const people = [await registeredPerson(world, own), await registeredPerson(world, own)];
  const looks = await Promise.all(Array.from({ length: 120 }, () => view(people, own.actor)));
  assert.ok(looks.every((look) => look.ok));
  for (const person of people) {
    const lines = [];
    let before: number | undefined;
    for (;;) {
      const page = await world.deps.gate.linesOf({
        actor: own.actor,
        subject: person,
        limit: 50,
        ...(before === undefined ? {} : { before }),
      });
      assert.ok(page.ok);
      if (page.value.lines.length === 0) break;
      lines.push(...page.value.lines);
      before = lines.at(-1)!.counter;
    }
    const looked = lines.filter((line) => line.purpose === "own-view");
    assert.equal(looked.length, 120);
    const counters = lines.map((line) => line.counter);
    assert.deepEqual(
      counters,
      Array.from({ length: lines.length }, (_, at) => counters[0]! - at),
    );
    assert.equal(counters.at(-1), 0);
    assert.ok(
      looked.every(
        (line) =>
          line.role === "citizen" && line.organisation === "Account holder" && line.explanation === "own-sign-in",
      ),
    );
    assert.deepEqual(looked[0]!.fields, ["name", "birthYear", "mobile", "doses"]);
  }
});

test("each line carries what its public leaf commits to", async () => {
  const list = await world.deps.gate.linesOf({ actor: account.actor, subject, limit: 5 });
  assert.ok(list.ok && list.value.lines.length > 0);
  const auditor = world.connectAs("sakshi_auditor");
  for (const line of list.value.lines) {
    const [row] = await auditor.rows<{ leaf: Buffer }>("SELECT leaf FROM log.entries WHERE index = $1", [line.index]);
    const commitment = commitmentOf(Buffer.from(line.salt, "base64"), Buffer.from(line.entry, "utf8"));
    const { kind } = decodeLeaf(row!.leaf);
    assert.deepEqual(row!.leaf, encodeLeaf({ kind, tag: Buffer.from(line.tag, "base64"), commitment }));
    assert.equal(kind, line.kind === "disclosure" ? 1 : 2);
    assert.equal((JSON.parse(line.entry) as { subject: string }).subject, subject);
  }
});

test("doses are sealed one by one, and a corrected one takes the next version", async () => {
  const place = await facility(world);
  const staff = await signedInStaff(world, "vaccinator", place);
  const appointmentId = await appointmentAt(world, place, { subject, accountId: account.accountId });
  const vaccinationId = uuidv7();
  const dose = {
    vaccinationId,
    doseNumber: 1,
    kind: "primary" as const,
    product: "COVISHIELD",
    lotNumber: "DEMO1",
    givenOn: "2026-11-23",
    facilityId: place,
    facilityName: "Demo Health Centre",
    districtId: 9901,
    stateId: 901,
    sessionId: uuidv7(),
    vaccinatorId: staff.staffId,
    vaccinatorName: "Vimal Demo",
    enteredInError: false,
  };
  const asking = {
    actor: staff.actor,
    purpose: "vaccination",
    explanation: { kind: "appointment-here", appointmentId },
    subject,
  } as const;
  for (const enteredInError of [false, true]) {
    const sealed = await world.deps.gate.seal({ ...asking, values: { dose: { ...dose, enteredInError } } });
    assert.ok(sealed.ok);
    assert.deepEqual(
      sealed.value.map(({ record, version }) => [record, version]),
      [[`dose/${vaccinationId}`, enteredInError ? 2 : 1]],
    );
    await putBoxes(world.deps.db, sealed.value);
  }
  const seen = await view([subject]);
  assert.ok(seen.ok);
  assert.deepEqual(seen.value.get(subject)!.doses, [{ ...dose, enteredInError: true }]);
  const refusedAsk = await world.deps.gate.disclose({ ...asking, subjects: [subject], fields: ["mobile"] });
  assert.deepEqual(refusedAsk, { ok: false, code: "DISCLOSURE_NOT_ALLOWED" });
});

test("a transit box gives back a message until its time is over, and a bare number for ten minutes", async () => {
  const { gate } = world.deps;
  const now = world.deps.clock();
  world.setNow(now);
  const message = { mobile: "9000011111", text: "Your code is 123456" };
  const boxes = [
    await gate.sealForTransit(message, 3_600),
    await gate.sealForTransit({ mobile: "9000011111" }, 86_400),
  ] as const;
  const opened = () => Promise.all(boxes.map((box) => gate.openTransit(box)));
  assert.deepEqual(await opened(), [message, { mobile: "9000011111" }]);
  world.setNow(new Date(now.getTime() + 601_000));
  assert.deepEqual(await opened(), [message, undefined]);
  world.setNow(new Date(now.getTime() + 3_601_000));
  assert.deepEqual(await opened(), [undefined, undefined]);
  world.setNow(now);
  assert.equal(await gate.openTransit(randomBytes(120)), undefined);
  const [row] = await world.connectAs("sakshi_opener").rows<{ box: Buffer }>("SELECT box FROM vault.records LIMIT 1");
  assert.equal(await gate.openTransit(row!.box), undefined);
});

test("a phone number has one index, of sixteen bytes, and no two numbers the same", async () => {
  const { gate } = world.deps;
  const indexes = await Promise.all(
    ["9000000001", "9000000002", "9000000001"].map((mobile) => gate.phoneIndex(mobile)),
  );
  assert.equal(indexes[0]!.length, 16);
  assert.deepEqual(indexes[0], indexes[2]);
  assert.notDeepEqual(indexes[0], indexes[1]);
  await assert.rejects(gate.phoneIndex("+919000000001"));
});
