// No log, no data: the gate with the real recorder, opener and database.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  appointmentAt,
  ashaDemo,
  facility,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
  signedInStaff,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { commitmentOf, decodeLeaf, encodeLeaf } from "../lib/tlog/index.js";
import { connectGate, putBoxes } from "../modules/disclosure/index.js";
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

test("a box put into another row, another person or an older version does not open", async () => {
  const own = await signedInAccount(world);
  const [one, two] = [await registeredPerson(world, own), await registeredPerson(world, own, { name: "Ravi Demo" })];
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const swap =
    "UPDATE vault.records a SET box = b.box FROM vault.records b WHERE a.subject_id = $1 AND a.record = $2 AND b.subject_id = $3 AND b.record = $4";
  try {
    await admin.query(swap, [one, "identity", two, "identity"]);
    assert.deepEqual(await view([one], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
    await admin.query(swap, [two, "identity", two, "contact"]);
    assert.deepEqual(await view([two], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
    const three = await registeredPerson(world, own);
    assert.ok((await view([three], own.actor)).ok);
    await admin.query("UPDATE vault.records SET version = 2 WHERE subject_id = $1", [three]);
    assert.deepEqual(await view([three], own.actor), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  } finally {
    await admin.end();
  }
});

test("a damaged key shuts out its own person and nobody else", async () => {
  const own = await signedInAccount(world);
  const [one, two] = [await registeredPerson(world, own), await registeredPerson(world, own)];
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query("UPDATE vault.person_keys SET wrapped = sha512('damaged') WHERE subject_id = $1", [one]);
  await admin.end();
  const looks = await Promise.all(Array.from({ length: 20 }, (_, at) => view([at % 2 === 0 ? one : two], own.actor)));
  looks.forEach((look, at) => {
    assert.equal(look.ok ? "seen" : look.code, at % 2 === 0 ? "DISCLOSURE_NOT_ALLOWED" : "seen");
  });
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

test("the stolen database, its files and its write-ahead log hold no planted value", async () => {
  const own = await signedInAccount(world);
  const marked = { name: "Zuleikha Markerdemo", birthYear: 1907, photoIdType: "Planted Card", photoIdLast4: "QX7Z" };
  const person = await registeredPerson(world, own, marked);
  await world.deps.gate.sealForTransit({ mobile: own.mobile, text: "Planted message" }, 60);
  assert.ok((await view([person], own.actor)).ok);
  const markers = ["Zuleikha", "Markerdemo", "Planted", "QX7Z", own.mobile];
  const stolen = await wholeDatabase(world.adminUrl);
  assert.ok(
    stolen.length > 100_000 && stolen.includes(person.replaceAll("-", ""), 0, "hex"),
    "the search reads the database's files",
  );
  for (const marker of markers) assert.ok(!stolen.includes(marker), `${marker} lies in the database in clear`);
});

/** All files of the database and the write-ahead log, as a thief of the disk has them. */
async function wholeDatabase(url: string): Promise<Buffer> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query("CHECKPOINT");
    const { rows } = await admin.query(
      "SELECT current_setting('data_directory') AS folder, oid FROM pg_database WHERE datname = current_database()",
    );
    const { folder, oid } = rows[0] as { folder: string; oid: number };
    const folders = [join(folder, "base", String(oid)), join(folder, "pg_wal")];
    const files = folders.flatMap((one) => readdirSync(one).map((name) => join(one, name)));
    return Buffer.concat(files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path)));
  } finally {
    await admin.end();
  }
}

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
