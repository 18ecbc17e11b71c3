// No log, no data: what an intruder in the house tries at the vault's sockets, and what happens when the log is away.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
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
import { batchDigest, receiptSigner, signReceipt } from "../lib/tlog/index.js";
import { connectGate } from "../modules/disclosure/index.js";
import { connectFrames, type FrameClient } from "../platform/frames/index.js";
import { uuidv7 } from "../platform/random.js";

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

/** A request that the log has taken, as an intruder in the house could make one for their own sign-in. */
async function loggedRequest(change: Record<string, unknown> = {}): Promise<string> {
  const request = uuidv7();
  const asking = {
    act: "read",
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [subject],
    fields: ["name"],
  };
  const { head } = await recorder.call({ head: { request, isNew: false, ...asking, ...change }, blobs: [] });
  assert.ok((head as { ok: boolean }).ok);
  return request;
}

async function openWith(request: unknown, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await opener.call({ head: { op: "open", request, ...more }, blobs: [] });
  return JSON.stringify(answer.head) + Buffer.concat(answer.blobs).toString("latin1");
}

const refusedText = '{"ok":false,"code":"RECEIPT_REFUSED"}';

test("the opener gives nothing for a request that the log has not taken, nor twice", async () => {
  for (const request of [undefined, null, {}, [], "", uuidv7()]) assert.equal(await openWith(request), refusedText);
  const [one, two] = [await loggedRequest(), await loggedRequest()];
  assert.match(await openWith(one), /Asha Demo/);
  assert.equal(await openWith(one), refusedText);
  assert.match(await openWith(two), /Asha Demo/);
});

test("what the log was told is what is opened: neither other people nor other fields can be asked for with it", async () => {
  const stranger = await registeredPerson(world, await signedInAccount(world), { name: "Bina Demo" });
  const opened = await openWith(await loggedRequest(), { subjects: [stranger], fields: ["name", "mobile"] });
  assert.match(opened, /Asha Demo/);
  assert.doesNotMatch(opened, /Bina Demo|90000/);
});

test("nobody but the log's key says what it has taken", async () => {
  const leaf = randomBytes(32);
  const signing = receiptSigner("log.demo.example/sakshi", generateKeyPairSync("ed25519").privateKey);
  const batch = { origin: signing.name, first: 0, count: 1, digest: batchDigest(leaf) };
  for (const [note, leaves] of [
    [signReceipt(batch, signing), leaf],
    ["", leaf],
    [undefined, leaf],
    [signReceipt(batch, signing), Buffer.alloc(0)],
  ]) {
    const answer = await opener.call({ head: { op: "taken", note }, blobs: [leaves as Buffer] });
    assert.deepEqual(answer.head, { ok: false, code: "RECEIPT_REFUSED" });
  }
});

test("an entry to see is none to change, to list or to sign, and the other way round", async () => {
  const sealing = await opener.call({
    head: { op: "seal", request: await loggedRequest(), values: { identity: ashaDemo } },
    blobs: [],
  });
  assert.deepEqual(sealing.head, { ok: false, code: "RECEIPT_REFUSED" });
  const listing = await opener.call({ head: { op: "lines", request: await loggedRequest() }, blobs: [] });
  assert.deepEqual(listing.head, { ok: false, code: "RECEIPT_REFUSED" });
  const signing = await opener.call({
    head: { op: "sign-certificate", request: await loggedRequest() },
    blobs: [Buffer.from("x")],
  });
  assert.deepEqual(signing.head, { ok: false, code: "RECEIPT_REFUSED" });
  assert.equal(await openWith(await loggedRequest({ purpose: "own-log", fields: ["disclosures"] })), refusedText);
});

test("only the recorder has entries sealed: the house cannot ask for a person's tags", async () => {
  const body = Buffer.from(
    JSON.stringify([{ kind: "disclosure", subject, isNew: false, n: 0, entry: "{}", accountability: "{}" }]),
  );
  await assert.rejects(opener.call({ head: { op: "seal-entries" }, blobs: [randomBytes(32), body] }));
  await assert.rejects(opener.call({ head: { op: "seal-entries" }, blobs: [] }));
});

test("half a minute after its entry a request opens nothing", async () => {
  const request = await loggedRequest();
  world.setNow(new Date(Date.now() + 31_000));
  assert.equal(await openWith(request), refusedText);
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
  const request = await loggedRequest();
  await world.vault.kill("recorder");
  assert.deepEqual(await view([subject]), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  const list = await world.deps.gate.linesOf({ actor: account.actor, subject });
  assert.deepEqual(list, { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  await world.vault.kill("opener");
  assert.deepEqual(await view([subject]), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  await world.vault.start();
  assert.ok((await view([subject])).ok);
  assert.equal(await openWith(request), refusedText, "what was logged before the opener's restart may have been used");
});
