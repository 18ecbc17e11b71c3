// Moving a person to another number: both confirm, the old sign-in loses the person at once, both are told.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import {
  demoMobile,
  publishedSession,
  registered,
  type SignedInCitizen,
  setCode,
  signedInCitizen,
} from "../../../tests/support/citizens.js";
import { waitingJobs } from "../../../tests/support/dose-day.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { bookAppointment } from "../appointments/index.js";
import { confirmMove, listBeneficiaries, type MoveCodes, requestMove, viewBeneficiaries } from "./index.js";

let world: World;
let now = Date.parse("2026-11-23T06:00:00Z");
before(async () => {
  world = await testWorld();
});
beforeEach(() => {
  now += 7_200_000;
  world.setNow(new Date(now));
});
after(() => world.close());

const address = "198.51.100.9";
type Answer = { ok: boolean; code?: string; problems?: readonly { field: string; code: string }[] };
const codeOf = (answer: Answer): string =>
  answer.ok ? "ok" : (answer.problems ?? []).map((one) => `${one.field} ${one.code}`).join(", ") || answer.code!;

interface Family {
  readonly mobile: string;
  readonly citizen: SignedInCitizen;
  readonly id: string;
}
async function family(): Promise<Family> {
  const mobile = demoMobile();
  const citizen = await signedInCitizen(world, mobile);
  const id = await registered(world, citizen);
  now += 61_000;
  world.setNow(new Date(now));
  return { mobile, citizen, id };
}
const ask = ({ citizen, id, mobile }: Family, newMobile: string, ownMobile = mobile) =>
  requestMove(world.deps, citizen.actor, { beneficiaryId: id, ownMobile, newMobile, address });
const confirm = ({ citizen, id }: Family, codes: MoveCodes, ownCode = "111111", nextCode = "222222") =>
  confirmMove(world.deps, citizen.actor, { beneficiaryId: id, codes, ownCode, nextCode, address });
async function codesSent(from: Family, newMobile: string): Promise<MoveCodes> {
  const sent = await ask(from, newMobile);
  assert.ok(sent.ok, codeOf(sent));
  await setCode(world, sent.value.own, "111111");
  await setCode(world, sent.value.next, "222222");
  return sent.value;
}
const peopleOf = async ({ accountId }: SignedInCitizen) =>
  (await listBeneficiaries(world.deps, accountId)).map((one) => one.beneficiaryId);

test("moves with both codes: the old sign-in sees the person no more, the new number does, with its own number", async () => {
  const from = await family();
  const newMobile = demoMobile();
  const codes = await codesSent(from, newMobile);
  const sentBefore = (await waitingJobs(world)).length;
  assert.equal(codeOf(await confirm(from, codes)), "ok");
  assert.deepEqual(await peopleOf(from.citizen), []);
  const gone = await viewBeneficiaries(world.deps, from.citizen.actor, [from.id], ["name"]);
  assert.equal(codeOf(gone), "DISCLOSURE_NOT_ALLOWED");
  const told = (await waitingJobs(world)).slice(sentBefore).filter((job) => job.kind === "send-typed-message");
  const messages = await Promise.all(
    told.map((job) => world.deps.gate.openTransit(Buffer.from(String(job.payload["box"]), "base64"))),
  );
  assert.deepEqual(messages.map((one) => one?.mobile).sort(), [from.mobile, newMobile].sort());
  for (const message of messages) assert.ok(!/Asha|dose|vaccin/i.test(message!.text!), message!.text);

  now += 120_000;
  world.setNow(new Date(now));
  const to = await signedInCitizen(world, newMobile);
  assert.deepEqual(await peopleOf(to), [from.id]);
  const held = await viewBeneficiaries(world.deps, to.actor, [from.id], ["mobile"]);
  assert.ok(held.ok);
  assert.equal(held.value.get(from.id)?.mobile, newMobile);
  const members = await world.deps.db.rows<{ n: number }>(
    "SELECT members AS n FROM registry.accounts WHERE account_id = ANY ($1::uuid[]) ORDER BY members",
    [[from.citizen.accountId, to.accountId]],
  );
  assert.deepEqual(
    members.map((one) => one.n),
    [0, 1],
  );

  now += 3_600_000;
  world.setNow(new Date(now));
  const again = { mobile: newMobile, citizen: to, id: from.id };
  const soon = await requestMove(world.deps, (await signedInCitizen(world, newMobile)).actor, {
    beneficiaryId: again.id,
    ownMobile: newMobile,
    newMobile: demoMobile(),
    address,
  });
  assert.equal(codeOf(soon), "BENEFICIARY_MOVED_LATELY");
});

test("neither one code nor somebody else's will do, and a code works once", async () => {
  const from = await family();
  const codes = await codesSent(from, demoMobile());
  assert.equal(codeOf(await confirm(from, codes, "111111", "000000")), "nextCode OTP_WRONG");
  assert.equal(codeOf(await confirm(from, codes, "000000", "222222")), "ownCode OTP_WRONG");
  const stranger = await family();
  const stolen = await confirm({ ...stranger }, codes);
  assert.equal(codeOf(stolen), "ownCode OTP_TOO_MANY_TRIES", "bound to the sign-in that asked");
  assert.deepEqual(await peopleOf(from.citizen), [from.id]);

  const other = await family();
  const good = await codesSent(other, demoMobile());
  const clicks = await Promise.all([confirm(other, good), confirm(other, good)]);
  assert.equal(clicks.filter((one) => one.ok).length, 1);
});

test("asks for the account's own number, another one, and no appointment ahead", async () => {
  const from = await family();
  assert.equal(codeOf(await ask(from, demoMobile(), demoMobile())), "ownMobile BENEFICIARY_NUMBER_NOT_OWN");
  assert.equal(codeOf(await ask(from, from.mobile)), "newMobile BENEFICIARY_NUMBER_SAME");
  assert.equal(codeOf(await ask(from, "12345")), "newMobile MOBILE_INVALID");
  assert.equal(codeOf(await ask({ ...from, id: uuidv7() }, demoMobile())), "NOT_FOUND");
  const { sessionId } = await publishedSession(world);
  const booked = await bookAppointment(world.deps, from.citizen.actor, {
    sessionId,
    slotNumber: 1,
    beneficiaryIds: [from.id],
    requestKey: uuidv7(),
  });
  assert.ok(booked.ok, codeOf(booked));
  assert.equal(codeOf(await ask(from, demoMobile())), "BENEFICIARY_HAS_APPOINTMENT");
});

test("a number with six people takes no seventh", async () => {
  const from = await family();
  const full = demoMobile();
  const holder = await signedInCitizen(world, full);
  for (let n = 0; n < 6; n++) await registered(world, holder);
  now += 61_000;
  world.setNow(new Date(now));
  const codes = await codesSent(from, full);
  assert.equal(codeOf(await confirm(from, codes)), "BENEFICIARY_LIMIT_REACHED");
  assert.deepEqual(await peopleOf(from.citizen), [from.id]);
});
