// No log, no data: what an intruder in the house tries at the vault's sockets, and what happens when the log is away.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  ashaDemo,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { connectGate } from "../modules/disclosure/index.js";
import { connectFrames, type FrameClient } from "../platform/frames/index.js";
import { uuidv7 } from "../platform/random.js";
import type { Receipt } from "./receipt.js";

let world: World;
let account: SignedInAccount;
let subject: string;
let recorder: FrameClient;
let opener: FrameClient;

before(async () => {
  world = await testWorld();
  account = await signedInAccount(world);
  subject = await registeredPerson(world, account);
  recorder = connectFrames(world.vault.sockets.recorder, { deadlineMs: 5_000 });
  opener = connectFrames(world.vault.sockets.opener, { deadlineMs: 5_000 });
});
after(async () => {
  recorder.close();
  opener.close();
  await world.close();
});

function view(subjects: readonly string[], actor = account.actor) {
  const fields = ["name", "birthYear", "mobile", "doses"] as const;
  return world.deps.gate.disclose({ actor, purpose: "own-view", explanation: ownSignIn, subjects, fields });
}

/** A true receipt from the recorder, as an intruder in the house could get one for their own sign-in. */
async function trueReceipt(change: Record<string, unknown> = {}): Promise<Receipt> {
  const asking = {
    act: "read",
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [subject],
    fields: ["name"],
  };
  const { head } = await recorder.call({ head: { request: uuidv7(), isNew: false, ...asking, ...change }, blobs: [] });
  return (head as { receipts: Receipt[] }).receipts[0]!;
}

async function openWith(...receipts: unknown[]): Promise<string> {
  const answer = await opener.call({ head: { op: "open", receipts }, blobs: [] });
  return JSON.stringify(answer.head) + Buffer.concat(answer.blobs).toString("latin1");
}

const logName = "log.demo.example/sakshi";
const refusedText = '{"ok":false,"code":"RECEIPT_REFUSED"}';

test("the opener gives nothing without a receipt, nor for one that is altered, used or another's", async () => {
  const receipt = await trueReceipt();
  const other = await trueReceipt();
  const entry = JSON.parse(receipt.entry) as Record<string, unknown>;
  const changed = (change: Record<string, unknown>) => ({ ...receipt, entry: JSON.stringify({ ...entry, ...change }) });
  for (const forged of [
    undefined,
    {},
    changed({ fields: ["name", "mobile"] }),
    changed({ subject: uuidv7() }),
    changed({ kind: "change" }),
    { ...receipt, path: [...receipt.path, Buffer.alloc(32).toString("base64")] },
    { ...receipt, index: receipt.index + 1 },
    { ...receipt, note: other.note, index: other.index },
    { ...receipt, note: receipt.note.replace(/— .*\n$/, `— ${logName} ${randomBytes(68).toString("base64")}\n`) },
    { ...receipt, salt: other.salt },
    { ...receipt, tag: other.tag },
  ]) {
    assert.equal(await openWith(forged), refusedText);
  }
  assert.match(await openWith(receipt), /Asha Demo/);
  assert.equal(await openWith(receipt), refusedText);
  assert.match(await openWith(other), /Asha Demo/);
});

test("a receipt to see is none to change, to list or to sign, and the other way round", async () => {
  const seal = await trueReceipt();
  const sealing = await opener.call({ head: { op: "seal", receipt: seal, values: { identity: ashaDemo } }, blobs: [] });
  assert.deepEqual(sealing.head, { ok: false, code: "RECEIPT_REFUSED" });
  const listing = await opener.call({ head: { op: "lines", receipt: await trueReceipt() }, blobs: [] });
  assert.deepEqual(listing.head, { ok: false, code: "RECEIPT_REFUSED" });
  const signing = await opener.call({
    head: { op: "sign-certificate", receipt: await trueReceipt() },
    blobs: [Buffer.from("x")],
  });
  assert.deepEqual(signing.head, { ok: false, code: "RECEIPT_REFUSED" });
  assert.equal(await openWith(await trueReceipt({ purpose: "own-log", fields: ["disclosures"] })), refusedText);
});

test("only the recorder has entries sealed: the house cannot ask for a person's tags", async () => {
  const body = Buffer.from(
    JSON.stringify([{ kind: "disclosure", subject, isNew: false, n: 0, entry: "{}", accountability: "{}" }]),
  );
  await assert.rejects(opener.call({ head: { op: "seal-entries" }, blobs: [randomBytes(32), body] }));
  await assert.rejects(opener.call({ head: { op: "seal-entries" }, blobs: [] }));
});

test("a stale receipt opens nothing", async () => {
  const receipt = await trueReceipt();
  world.setNow(new Date(Date.now() + 31_000));
  assert.equal(await openWith(receipt), refusedText);
  world.setNow(new Date());
});

test("a log that is too slow is a log that is away: the caller gets no data, and later callers do", async () => {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("BEGIN");
  await admin.query("SELECT FROM log.head FOR UPDATE");
  const { recorder: recorderSocket, opener: openerSocket } = world.vault.sockets;
  const hasty = connectGate({ recorderSocket, openerSocket, deadlineMs: 300 });
  const asking = {
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [subject],
    fields: ["name"],
  } as const;
  assert.deepEqual(await hasty.disclose(asking), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  await admin.query("COMMIT");
  await admin.end();
  hasty.close();
  assert.ok((await view([subject])).ok);
});

test("a database that takes no connections means no data, and its return needs no restart", async () => {
  const elsewhere = new URL(world.adminUrl);
  const name = elsewhere.pathname.slice(1);
  elsewhere.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: elsewhere.href });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
    assert.deepEqual(await view([subject]), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  } finally {
    await admin.end();
  }
  // A connection that broke may cost one more refusal; nobody restarts anything.
  for (let tries = 0; tries < 20 && !(await view([subject])).ok; tries++) await sleep(100);
  assert.ok((await view([subject])).ok);
});

test("with the log killed there is no data; with it back there is", async () => {
  const receipt = await trueReceipt();
  await world.vault.kill("recorder");
  assert.deepEqual(await view([subject]), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  const list = await world.deps.gate.linesOf({ actor: account.actor, subject });
  assert.deepEqual(list, { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  await world.vault.kill("opener");
  assert.deepEqual(await view([subject]), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  await world.vault.start();
  assert.ok((await view([subject])).ok);
  assert.equal(await openWith(receipt), refusedText, "a receipt from before the opener's restart may have been used");
});
