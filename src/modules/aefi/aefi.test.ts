// The first note of an adverse event: once per click, sealed, counted within the jurisdiction.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkedInPerson, type DoseDay, doseDay } from "../../../tests/support/dose-day.js";
import { facility, signedInStaff } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { recordVaccination } from "../vaccinations/index.js";
import { type AefiInput, listAefi, noteLimit, reportAefi } from "./index.js";

let world: World;
let day: DoseDay;
let input: AefiInput;
const now = new Date("2026-11-23T06:00:00.000Z");
before(async () => {
  world = await testWorld();
  world.setNow(now);
  day = await doseDay(world);
  const person = await checkedInPerson(world, day);
  const dose = await recordVaccination(world.deps, day.vaccinator.actor, person.input);
  assert.ok(dose.ok);
  const { beneficiaryId } = person.input;
  input = {
    beneficiaryId,
    vaccinationId: dose.value.vaccinationId,
    severity: "minor",
    note: "Fever in the evening",
    requestKey: uuidv7(),
  };
});
after(() => world.close());

async function code(change: Partial<AefiInput> = {}, actor = day.vaccinator.actor): Promise<string> {
  const answer = await reportAefi(world.deps, actor, { ...input, requestKey: uuidv7(), ...change });
  return answer.ok ? "noted" : [answer.code, ...(answer.problems ?? []).map((problem) => problem.code)].join(" ");
}

test("a note clicked three times at once is one report, and its text is nowhere in clear", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => reportAefi(world.deps, day.vaccinator.actor, input)));
  assert.deepEqual(
    answers.map((answer) => answer.ok && answer.value.reportId),
    [1, 2, 3].map(() => input.requestKey),
  );
  const counts = await listAefi(world.deps, day.vaccinator.actor);
  assert.deepEqual(counts.ok && counts.value, { since: "2026-10-25", minor: 1, severe: 0, serious: 0 });
  const opened = await world.deps.gate.disclose({
    actor: day.vaccinator.actor,
    purpose: "aefi",
    explanation: { kind: "dose-recorded", vaccinationId: input.vaccinationId },
    subjects: [input.beneficiaryId],
    fields: ["aefi"],
  });
  assert.deepEqual(opened.ok && opened.value.get(input.beneficiaryId)?.aefi.map((one) => [one.severity, one.note]), [
    ["minor", "Fever in the evening"],
  ]);
  const rows = await world.deps.db.rows("SELECT * FROM registry.aefi_reports");
  assert.ok(!JSON.stringify(rows).includes("Fever"));
});

test("what is missing, too long or unknown is told field by field", async () => {
  assert.equal(await code({ severity: "", note: "  " }), "INPUT_INVALID AEFI_SEVERITY_MISSING AEFI_NOTE_MISSING");
  assert.equal(await code({ severity: "deadly" }), "INPUT_INVALID AEFI_SEVERITY_MISSING");
  assert.equal(await code({ note: "x".repeat(noteLimit + 1) }), "INPUT_INVALID AEFI_NOTE_TOO_LONG");
  assert.equal(await code({ note: "x".repeat(noteLimit) }), "noted");
  assert.equal(await code({ vaccinationId: uuidv7() }), "AEFI_VACCINATION_NOT_FOUND");
  assert.equal(await code({ vaccinationId: "' OR 1=1" }), "AEFI_VACCINATION_NOT_FOUND");
});

test("only site staff of the place, within 30 days; others see counts of their own area", async () => {
  const elsewhere = await signedInStaff(world, "vaccinator", await facility(world, "Other Demo Centre"));
  const admin = await signedInStaff(world, "facility-admin", day.facilityId);
  assert.equal(await code({}, elsewhere.actor), "AEFI_VACCINATION_NOT_FOUND");
  assert.equal(await code({}, admin.actor), "NOT_ALLOWED");
  const none = await listAefi(world.deps, elsewhere.actor);
  assert.deepEqual(none.ok && none.value.minor, 0);
  world.setNow(new Date("2026-12-24T06:00:00.000Z"));
  const later = await signedInStaff(world, "vaccinator", day.facilityId);
  assert.equal(await code({}, later.actor), "DISCLOSURE_NOT_ALLOWED");
  world.setNow(now);
});
