// The queue on a real database and vault: what a recorded dose sets off, retries, and jobs of a worker that was killed.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { checkedInPerson, type DoseDay, doseDay, waitingJobs } from "../../tests/support/dose-day.js";
import { testWorld, type World } from "../../tests/support/world.js";
import type { Context } from "../cli/command.js";
import { keysStatus } from "../cli/keys.js";
import { keysRevoke } from "../cli/keys-revoke.js";
import { recordVaccination, voidVaccination } from "../modules/vaccinations/index.js";
import { enqueue } from "../platform/jobs/enqueue.js";
import { guardJobs } from "../platform/jobs/free-dead-jobs.js";
import { type Sms, SmsRefused } from "../platform/sms/index.js";
import { type JobRunner, runJobs } from "./run-jobs.js";

let world: World;
let day: DoseDay;
before(async () => {
  world = await testWorld();
  day = await doseDay(world, { doses: 50 });
});
after(() => world.close());

interface Phone {
  readonly sms: Sms;
  readonly messages: { mobile: string; text: string }[];
  /** Thrown by the next sends, one each. */
  readonly failures: Error[];
}
function phone(): Phone {
  const messages: { mobile: string; text: string }[] = [];
  const failures: Error[] = [];
  const sms: Sms = {
    async send(message) {
      const failure = failures.shift();
      if (failure) throw failure;
      messages.push(message);
    },
  };
  return { sms, messages, failures };
}

async function withJobs<T>(sms: Sms, told: string[], work: () => Promise<T>): Promise<T> {
  const jobs: JobRunner = await runJobs(world.deps, sms, {
    databaseUrl: world.urlAs("sakshi_worker"),
    tell: (kind, what) => told.push(`${kind} ${what}`),
  });
  try {
    return await work();
  } finally {
    await jobs.stop();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isSo()) return;
    await sleep(25);
  }
  assert.fail("it did not come to be");
}
const allDone = async () => (await waitingJobs(world)).length === 0;
/** A failed job waits seconds before it runs again; the test does not. */
async function retryNow(): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL");
  await admin.end();
}

test("a dose makes a certificate, a count and a message; undoing it revokes, counts back and tells", async () => {
  const { sms, messages } = phone();
  const { input, account } = await checkedInPerson(world, day);
  const recorded = await recordVaccination(world.deps, day.vaccinator.actor, input);
  assert.ok(recorded.ok);
  const { vaccinationId } = recorded.value;
  const told: string[] = [];
  const status = async () =>
    (
      await world.deps.db.rows<{ status: string }>(
        "SELECT status FROM registry.certificates WHERE vaccination_id = $1",
        [vaccinationId],
      )
    )[0]?.status;
  const counted = async () =>
    (await world.deps.db.rows<{ doses: number }>("SELECT sum(doses)::int AS doses FROM registry.coverage_daily"))[0]
      ?.doses;
  // The first look of the facility is told too; here it is about the dose.
  const ofDose = () => messages.filter(({ text }) => text.startsWith("Dose"));
  await withJobs(sms, told, async () => {
    await until(allDone);
    assert.equal(await status(), "valid");
    assert.equal(await counted(), 1);
    assert.deepEqual(
      ofDose().map((message) => message.mobile),
      [account.mobile],
    );
    assert.match(ofDose()[0]!.text, /^Dose 1 was recorded/);
    const undone = await voidVaccination(world.deps, day.vaccinator.actor, {
      beneficiaryId: input.beneficiaryId,
      vaccinationId,
    });
    assert.ok(undone.ok);
    await until(allDone);
  });
  assert.equal(await status(), "revoked");
  assert.equal(await counted(), 0);
  assert.match(ofDose()[1]!.text, /^Dose 1 was entered by mistake/);
  assert.deepEqual(told, []);
});

test("a stolen key: the command ends it, the worker issues anew and tells, the command says how far it is", async () => {
  const { sms, messages } = phone();
  const { input } = await checkedInPerson(world, day);
  const told: string[] = [];
  const lines: string[] = [];
  const openHouse = () => ({ deps: world.deps, close: async () => {} });
  const write = (line: string) => lines.push(line);
  const context = { openHouse, write, writeError: write } as unknown as Context;
  const command = (...args: string[]) => keysRevoke.run(args, context);
  await withJobs(sms, told, async () => {
    assert.ok((await recordVaccination(world.deps, day.vaccinator.actor, input)).ok);
    await until(allDone);
    const keyId = (await world.deps.gate.certificateKeys()).find(({ algorithm }) => algorithm === "EdDSA")!.keyId;
    assert.equal(await command(keyId), 2);
    assert.equal(await command("0000000000000000", "--stolen"), 1);
    const other = (await world.deps.gate.certificateKeys()).find(({ algorithm }) => algorithm === "ES256")!.keyId;
    assert.equal(await command(keyId, "0000000000000000", "--stolen"), 1);
    assert.equal(await command(keyId, other, "--stolen"), 0);
    const numbers = lines.flatMap((line) => /: (\d) people have new certificates; done$/.exec(line)?.[1] ?? []);
    assert.deepEqual(numbers.sort(), ["0", "1"], "both stolen, and one new certificate");
    lines.length = 0;
    assert.equal(await keysStatus.run([], context), 0);
    assert.match(
      lines.join("\n"),
      new RegExp(`key ${keyId}, EdDSA, revoked on .*\n[^]*, EdDSA, signs\n[^]*${keyId}: [01] people`),
    );
    await until(allDone);
  });
  assert.equal(messages.filter(({ text }) => /certificate was issued anew/.test(text)).length, 1);
  assert.deepEqual(told, []);
});

test("a typed message goes once; an expired or foreign box is dropped with a line that holds no number", async () => {
  const { sms, messages } = phone();
  const box = await world.deps.gate.sealForTransit({ mobile: "9000012345", text: "code 123456" }, 60);
  await enqueue(world.deps.db, "send-typed-message", { box: box.toString("base64") });
  await enqueue(world.deps.db, "send-typed-message", { box: Buffer.from("not a box").toString("base64") });
  const told: string[] = [];
  await withJobs(sms, told, () => until(allDone));
  assert.deepEqual(messages, [{ mobile: "9000012345", text: "code 123456" }]);
  assert.deepEqual(told, ["send-typed-message dropped: expired"]);
});

test("a gateway that is down is tried again; a refusal for good is dropped", async () => {
  const { sms, messages, failures } = phone();
  const told: string[] = [];
  const send = async (text: string) => {
    const box = await world.deps.gate.sealForTransit({ mobile: "9000012345", text }, 60);
    await enqueue(world.deps.db, "send-typed-message", { box: box.toString("base64") });
  };
  failures.push(new Error("the gateway answered 503"));
  await send("again");
  await withJobs(sms, told, async () => {
    await until(async () => told.length > 0);
    assert.equal(messages.length, 0);
    await retryNow();
    await until(allDone);
    assert.deepEqual(
      messages.map((message) => message.text),
      ["again"],
    );
    failures.push(new SmsRefused("the gateway answered 400"));
    await send("never");
    await until(allDone);
  });
  assert.deepEqual(messages.length, 1);
  assert.deepEqual(told, ["send-typed-message failed Error", "send-typed-message dropped: refused"]);
});

test("a notice that the gate refuses is dropped, with a code and nothing else", async () => {
  const { sms, messages } = phone();
  const { input } = await checkedInPerson(world, day);
  const told: string[] = [];
  await enqueue(world.deps.db, "send-notice", {
    beneficiaryId: input.beneficiaryId,
    template: "dose-recorded",
    values: { doseNumber: 1 },
    cause: { vaccinationId: input.requestKey },
  });
  await enqueue(world.deps.db, "send-notice", {
    beneficiaryId: input.beneficiaryId,
    template: "advertisement",
    values: {},
    cause: { appointmentId: input.appointmentId },
  });
  await withJobs(sms, told, () => until(allDone));
  assert.equal(messages.length, 0);
  assert.deepEqual(told.sort(), ["send-notice dropped: not allowed", "send-notice dropped: unknown template"]);
});

async function heldBy(worker: string, text: string): Promise<void> {
  const box = await world.deps.gate.sealForTransit({ mobile: "9000012345", text }, 60);
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("BEGIN");
  await admin.query("SELECT registry.enqueue('send-typed-message', $1::jsonb, NULL)", [
    JSON.stringify({ box: box.toString("base64") }),
  ]);
  await admin.query(
    `UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() - interval '1 minute', attempts = 1
     WHERE locked_by IS NULL`,
    [worker],
  );
  await admin.query("COMMIT");
  await admin.end();
}

test("jobs held by a worker that was killed run as soon as another starts", async () => {
  const { sms, messages } = phone();
  await heldBy("worker-killed", "held");
  await withJobs(sms, [], () => until(allDone));
  assert.deepEqual(
    messages.map((message) => message.text),
    ["held"],
  );
});

test("jobs of one killed worker of several go on; those of a living one are left to it", async () => {
  const { sms, messages } = phone();
  const living = await guardJobs(world.urlAs("sakshi_worker"), assert.fail);
  await living.claim("pool-living");
  await withJobs(sms, [], async () => {
    await heldBy("pool-living", "being sent");
    await heldBy("pool-killed", "left behind");
    await until(async () => messages.length > 0);
    await living.close();
    await until(allDone);
  });
  assert.deepEqual(
    messages.map((message) => message.text),
    ["left behind", "being sent"],
  );
});
