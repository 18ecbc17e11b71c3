// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { batchTree, leafHash, receiptSigner, receiptVerifier, signReceipt } from "../lib/tlog/index.js";
import { canonicalJson, type Entry, leafOf } from "./entry.js";
import { type Receipt, ReceiptRefused, receiptBook } from "./receipt.js";

const origin = "log.test.example/sakshi";
const { privateKey } = generateKeyPairSync("ed25519");
const signer = receiptSigner(origin, privateKey);
const noon = Date.parse("2026-11-23T06:30:00.000Z");

function book(now = noon, firstIndex = 0): ReturnType<typeof receiptBook> {
  return receiptBook({ origin, verifier: receiptVerifier(signer.vkey), now: () => now, firstIndex });
}

function entryAt(n: number): Entry {
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
    request: "r",
    reference: "a",
    subject: `subject ${n}`,
    n,
  };
}

/** A batch of receipts as the recorder signs it, first index 40. */
function receipts(count = 5, sign = signer): Receipt[] {
  const sealed = Array.from({ length: count }, (_, n) => ({
    entry: canonicalJson(entryAt(n)),
    salt: randomBytes(32),
    tag: randomBytes(32),
  }));
  const tree = batchTree(sealed.map(({ entry, salt, tag }) => leafHash(leafOf("disclosure", tag, salt, entry))));
  const note = signReceipt({ origin: sign.name, first: 40, count, root: tree.root }, sign);
  return sealed.map(({ entry, salt, tag }, at) => ({
    note,
    index: 40 + at,
    entry,
    salt: salt.toString("base64"),
    tag: tag.toString("base64"),
    path: tree.path(at).map((hash) => hash.toString("base64")),
  }));
}

test("each receipt of a batch gives its entry, once", () => {
  const accepting = book();
  receipts().forEach((receipt, n) => {
    assert.deepEqual(accepting.accept(receipt), entryAt(n));
    assert.throws(() => accepting.accept(receipt), ReceiptRefused);
  });
});

test("a receipt signed by another key, or for another log, is refused", () => {
  const other = generateKeyPairSync("ed25519").privateKey;
  for (const sign of [receiptSigner(origin, other), receiptSigner("log.other.example/sakshi", privateKey)]) {
    assert.throws(() => book().accept(receipts(5, sign)[0]), ReceiptRefused);
  }
});

test("a receipt for another person, other fields or another purpose is refused", () => {
  for (const change of [
    { subject: "subject 9" },
    { fields: ["name", "mobile"] },
    { purpose: "own-view" },
    { kind: "change" },
  ] as const) {
    const [receipt] = receipts();
    const entry = canonicalJson({ ...entryAt(0), ...change });
    assert.throws(() => book().accept({ ...receipt, entry }), ReceiptRefused);
  }
});

test("a receipt whose path, place, tag or salt was changed is refused", () => {
  const [one, two] = receipts() as [Receipt, Receipt];
  for (const change of [
    { path: two.path },
    { path: one.path.slice(1) },
    { path: [...one.path, one.path[0]!] },
    { path: [] },
    { index: two.index },
    { index: 7 },
    { tag: two.tag },
    { salt: two.salt },
  ]) {
    assert.throws(() => book().accept({ ...one, ...change }), ReceiptRefused);
  }
});

test("any character changed in any part is refused", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("note", "entry", "salt", "tag"),
      fc.nat(),
      fc.integer({ min: 33, max: 126 }),
      (part, where, code) => {
        const [receipt] = receipts(3) as [Receipt];
        const text = receipt[part];
        const at = where % text.length;
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        const isSame =
          part === "salt" || part === "tag"
            ? Buffer.from(changed, "base64").equals(Buffer.from(text, "base64"))
            : changed === text;
        if (isSame) return;
        assert.throws(() => book().accept({ ...receipt, [part]: changed }), ReceiptRefused);
      },
    ),
  );
});

test("a receipt is good for thirty seconds", () => {
  const [receipt] = receipts();
  assert.ok(book(noon + 30_000).accept(receipt));
  assert.throws(() => book(noon + 30_001).accept(receipt), ReceiptRefused);
  assert.throws(() => book(noon - 1_001).accept(receipt), ReceiptRefused);
});

test("a receipt of an entry from before the opener started is refused: it may have been used", () => {
  const [receipt] = receipts();
  assert.throws(() => book(noon, 41).accept(receipt), ReceiptRefused);
  assert.ok(book(noon, 40).accept(receipt));
});

test("what is no receipt is refused", () => {
  const [receipt] = receipts();
  for (const candidate of [
    undefined,
    null,
    1,
    "receipt",
    {},
    [],
    { ...receipt, path: "abc" },
    { ...receipt, index: 40.5 },
    { ...receipt, entry: "{" },
  ]) {
    assert.throws(() => book().accept(candidate), ReceiptRefused);
  }
});
