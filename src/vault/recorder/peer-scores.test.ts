// Peer scores on made-up days, and once on the real log.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  appointmentAt,
  facility,
  registeredPerson,
  signedInAccount,
  signedInStaff,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { addDays, dateInIndia, instantInIndia } from "../../platform/clock.js";
import { readSecretKey } from "../keys.js";
import { type StaffDay, tailOfCounts, tailOfShare, unusualOf } from "./peer-scores.js";
import { scoreYesterday } from "./score-days.js";

/** Forty vaccinators at twenty sites with a usual day; the numbers vary without chance, so that the test is the same. */
function usualDays(): StaffDay[] {
  return Array.from({ length: 40 }, (_, n) => {
    const people = 60 + ((n * 37) % 50);
    return {
      actor: `staff:${n}`,
      role: "vaccinator",
      facility: `facility ${n % 20}`,
      looks: people * 3,
      people,
      idle: n % 5,
      night: 0,
    };
  });
}
const withOne = (more: Partial<StaffDay>) =>
  unusualOf([...usualDays(), { ...usualDays()[0]!, actor: "staff:x", ...more }]);

test("a usual day stands out nowhere", () => {
  assert.deepEqual(unusualOf(usualDays()), []);
  assert.deepEqual(withOne({ people: 130, looks: 390 }), [], "a busy day is no crime");
  assert.deepEqual(withOne({ idle: 8 }), []);
  assert.deepEqual(withOne({ night: 3 }), []);
});

test("harvesting stands out, with its reasons in numbers", () => {
  assert.deepEqual(withOne({ people: 600, looks: 600, idle: 540 }), [
    {
      actor: "staff:x",
      reasons: [
        { reason: "many-people", count: 600, of: 600, usual: 85 },
        { reason: "nothing-done", count: 540, of: 600, usual: 2 },
      ],
    },
  ]);
  assert.deepEqual(
    withOne({ night: 40 }).map(({ reasons }) => reasons.map(({ reason }) => reason)),
    [["at-night"]],
  );
});

test("two who harvest do not hide each other", () => {
  const bad = { ...usualDays()[0]!, people: 600, looks: 600, idle: 540 };
  const found = unusualOf([...usualDays(), { ...bad, actor: "staff:x" }, { ...bad, actor: "staff:y" }]);
  assert.deepEqual(
    found.map(({ actor }) => actor),
    ["staff:x", "staff:y"],
  );
});

test("where there are too few peers nobody is judged", () => {
  assert.deepEqual(
    unusualOf(
      usualDays()
        .slice(0, 10)
        .map((day, n) => (n === 0 ? { ...day, people: 5_000 } : day)),
    ),
    [],
  );
});

test("the tails are tails", () => {
  const counts = usualDays().map(({ people }) => people);
  let last = 1;
  for (const k of [0, 50, 100, 150, 200, 400]) {
    const tail = tailOfCounts(k, counts);
    assert.ok(tail <= last + 1e-12 && tail >= 0, String(k));
    last = tail;
  }
  assert.equal(tailOfShare(0, 0, 0.1), 1);
  assert.equal(tailOfShare(1, 10, 0.2), 1);
  assert.ok(tailOfShare(10, 10, 0.01) < 1e-19);
});

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test("a day of the real log is counted once it has ended, by pseudonym, and closed once", async () => {
  const today = dateInIndia(new Date());
  const yesterday = instantInIndia(addDays(today, -1), "11:00");
  world.setNow(yesterday);
  const [here, account] = [await facility(world), await signedInAccount(world)];
  const subject = await registeredPerson(world, account);
  const verifier = await signedInStaff(world, "verifier", here);
  const appointmentId = await appointmentAt(world, here, { subject, accountId: account.accountId });
  const explanation = { kind: "appointment-here", appointmentId } as const;
  for (let n = 0; n < 3; n++) {
    const { actor } = verifier;
    const ask = { actor, purpose: "check-in", explanation, subjects: [subject], fields: ["name"] } as const;
    assert.ok((await world.deps.gate.disclose(ask)).ok);
  }
  const recorder = world.connectAs("sakshi_recorder");
  const now = instantInIndia(today, "01:00");
  const pseudonyms = readSecretKey(world.vault.keys.pseudonym);
  for (let n = 0; n < 2; n++) await scoreYesterday(recorder, pseudonyms, now);
  const days = await world.deps.db.rows(
    "SELECT looks, changes, misses, emergencies, staff, unusual FROM registry.access_days",
  );
  assert.deepEqual(days, [{ looks: 3, changes: 1, misses: 0, emergencies: 0, staff: 1, unusual: 0 }]);
});
