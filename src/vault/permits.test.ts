// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { batchDigest, leafHash, receiptSigner, receiptVerifier, signReceipt } from "../lib/tlog/index.js";
import { canonicalJson, type Entry, leafOf } from "./entry.js";
import type { PersonKeys } from "./opener/people.js";
import { type Permits, permits, ReceiptRefused } from "./permits.js";

const origin = "log.test.example/sakshi";
const { privateKey } = generateKeyPairSync("ed25519");
const signer = receiptSigner(origin, privateKey);
const secret = createSecretKey(randomBytes(32));
const keys: PersonKeys = { records: () => secret, log: () => secret, tag: () => secret };
const noon = Date.parse("2026-11-23T06:30:00.000Z");

function book(now: () => number = () => noon): Permits {
  return permits({ origin, verifier: receiptVerifier(signer.vkey), now });
}

function entryAt(n: number, request = `request ${n}`): Entry {
  return {
    v: 1,
    kind: "disclosure",
    at: new Date(noon).toISOString(),
    actor: "staff:1",
    role: "vaccinator",
    organisation: "Demo Health Centre",
    purpose: "check-in",
    basis: "DPDP-7(b)",
    explanation: "appointment-here",
    fields: ["name"],
    request,
    reference: "a",
    subject: `subject ${n}`,
    n,
  };
}

/** Seals entries into the book; gives their leaves and the receipt that the recorder signs for them. */
function batch(into: Permits, entries: readonly Entry[], sign = signer): { note: string; leaves: Buffer } {
  const hashes = entries.map((entry) => {
    const leaf = leafHash(leafOf(entry.kind, randomBytes(32), randomBytes(32), canonicalJson(entry)));
    into.sealed(leaf, { entry, keys });
    return leaf;
  });
  const leaves = Buffer.concat(hashes);
  const signed = { origin: sign.name, first: 40, count: entries.length, digest: batchDigest(leaves) };
  return { note: signReceipt(signed, sign), leaves };
}
const five = Array.from({ length: 5 }, (_, n) => entryAt(n));

test("each request of a batch gives its entry, once, and none before the log has taken it", () => {
  const own = book();
  const { note, leaves } = batch(own, five);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
  own.taken(note, leaves);
  for (const entry of five) {
    assert.deepEqual(own.use(entry.request), [{ entry, keys }]);
    assert.throws(() => own.use(entry.request), ReceiptRefused);
  }
});

test("a receipt handed over again permits nothing again", () => {
  const own = book();
  const { note, leaves } = batch(own, five);
  own.taken(note, leaves);
  own.use("request 0");
  own.taken(note, leaves);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
});

test("the people of one request come together, in the order asked", () => {
  const own = book();
  const entries = [entryAt(0, "one"), entryAt(1, "two"), entryAt(2, "one")];
  const { note, leaves } = batch(own, entries);
  own.taken(note, leaves);
  assert.deepEqual(
    own.use("one").map(({ entry }) => entry),
    [entries[0], entries[2]],
  );
});

test("a receipt signed by another key, or for another log, is refused", () => {
  const other = generateKeyPairSync("ed25519").privateKey;
  for (const sign of [receiptSigner(origin, other), receiptSigner("log.other.example/sakshi", privateKey)]) {
    const own = book();
    const { note, leaves } = batch(own, five, sign);
    assert.throws(() => own.taken(note, leaves), ReceiptRefused);
    assert.throws(() => own.use("request 0"), ReceiptRefused);
  }
});

test("a receipt for other leaves is refused: another person's, other fields', one more, one less", () => {
  const own = book();
  const { note, leaves } = batch(own, five);
  const others = batch(own, [
    { ...entryAt(0), subject: "subject 9" },
    { ...entryAt(1), fields: ["name", "mobile"] },
  ]);
  for (const changed of [
    Buffer.concat([leaves.subarray(0, 128), others.leaves.subarray(0, 32)]),
    Buffer.concat([leaves, others.leaves]),
    leaves.subarray(32),
    leaves.subarray(1),
    Buffer.alloc(0),
  ]) {
    assert.throws(() => own.taken(note, changed), ReceiptRefused);
  }
  assert.throws(() => own.taken(others.note, leaves), ReceiptRefused);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
});

test("any character changed in a receipt, or byte in its leaves, is refused", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.nat(), fc.integer({ min: 33, max: 126 }), (inNote, where, code) => {
      const own = book();
      const { note, leaves } = batch(own, five.slice(0, 3));
      const at = where % (inNote ? note.length : leaves.length);
      const text = note.slice(0, at) + String.fromCharCode(code) + note.slice(at + 1);
      const bytes = Buffer.from(leaves);
      bytes[at % bytes.length]! ^= code;
      if (inNote && text === note) return;
      assert.throws(() => own.taken(inNote ? text : note, inNote ? leaves : bytes), ReceiptRefused);
    }),
  );
});

test("a permission is good for thirty seconds, and not for an entry from the future", () => {
  let now = noon;
  const own = book(() => now);
  const { note, leaves } = batch(own, five);
  own.taken(note, leaves);
  now = noon + 30_000;
  assert.ok(own.use("request 0"));
  now = noon + 30_001;
  assert.throws(() => own.use("request 1"), ReceiptRefused);
  now = noon - 1_001;
  assert.throws(() => own.use("request 2"), ReceiptRefused);
});

test("what another process sealed, or this one before it was started again, permits nothing", () => {
  const { note, leaves } = batch(book(), five);
  const own = book();
  own.taken(note, leaves);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
});

test("what nobody comes for is forgotten, oldest first", () => {
  const own = book();
  const first = batch(own, [entryAt(0)]);
  own.taken(first.note, first.leaves);
  const many = Array.from({ length: 16_384 }, (_, n) => entryAt(n + 1));
  const { note, leaves } = batch(own, many);
  own.taken(note, leaves);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
  assert.ok(own.use("request 16384"));
});

test("keys that nobody comes for are dropped after thirty seconds, whatever the clock is set to", () => {
  let uptime = 0;
  const own = permits({ origin, verifier: receiptVerifier(signer.vkey), now: () => noon, uptime: () => uptime });
  const first = batch(own, [entryAt(0), entryAt(1)]);
  uptime = 10_000;
  const second = batch(own, [entryAt(2)]);
  own.taken(first.note, first.leaves);
  uptime = 30_000;
  assert.equal(own.forgetOld(), 3);
  uptime = 30_001;
  assert.equal(own.forgetOld(), 1);
  assert.throws(() => own.use("request 0"), ReceiptRefused);
  own.taken(second.note, second.leaves);
  assert.ok(own.use("request 2"));
  assert.equal(own.forgetOld(), 0);
});

test("what is no request is refused", () => {
  for (const request of [undefined, null, 1, {}, [], "", "__proto__"])
    assert.throws(() => book().use(request), ReceiptRefused);
});
