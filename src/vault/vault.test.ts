// No log, no data: the gate with the real recorder, opener and database.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { putBoxes } from "../modules/disclosure/index.js";
import { uuidv7 } from "../platform/random.js";
import { testWorld, type World } from "../../tests/support/world.js";

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test("a registered person can be seen by the account that registered them", async () => {
  const { deps } = world;
  const accountId = uuidv7();
  const signInId = uuidv7();
  const subject = uuidv7();
  const contactBox = await deps.gate.sealForTransit({ mobile: "9000012345" }, 600);
  await deps.db.rows("INSERT INTO registry.accounts (account_id) VALUES ($1)", [accountId]);
  await deps.db.rows(
    `INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, now(), now(), now() + interval '1 hour')`,
    [signInId, Buffer.from(signInId), accountId, contactBox],
  );
  const actor = { kind: "citizen", signInId } as const;
  const explanation = { kind: "own-sign-in" } as const;
  const sealed = await deps.gate.seal({
    actor,
    purpose: "registration",
    explanation,
    subject,
    isNew: true,
    values: {
      identity: {
        name: "Asha Demo",
        birthYear: 1960,
        gender: "Female",
        photoIdType: "PAN",
        photoIdLast4: "123F",
      },
      contact: { transitBox: contactBox },
    },
  });
  assert.ok(sealed.ok);
  await putBoxes(deps.db, sealed.value);
  await deps.db.rows(
    "INSERT INTO registry.beneficiaries (beneficiary_id, account_id, reference_id, registered_by) VALUES ($1, $2, 12345678901234, 'self')",
    [subject, accountId],
  );
  const seen = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation,
    subjects: [subject],
    fields: ["name", "mobile", "doses"],
  });
  assert.ok(seen.ok);
  assert.deepEqual(seen.value.get(subject), {
    name: "Asha Demo",
    mobile: "9000012345",
    doses: [],
  });
  const list = await deps.gate.linesOf({ actor, subject });
  assert.ok(list.ok);
  assert.equal(list.value.total, 3);
  assert.deepEqual(
    list.value.lines.map((line) => [line.counter, line.purpose, line.kind]),
    [
      [2, "own-log", "disclosure"],
      [1, "own-view", "disclosure"],
      [0, "registration", "change"],
    ],
  );
});
