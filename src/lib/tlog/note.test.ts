// Notes, keys, checkpoints, cosignatures, receipts, proofs as text: known answers first, then everything that must fail.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  batchDigest,
  CompactRange,
  commitmentOf,
  cosignatureVerifier,
  cosignedAt,
  cosigner,
  decodeLeaf,
  ed25519Signer,
  ed25519Verifier,
  encodeLeaf,
  formatCheckpoint,
  formatTlogProof,
  inclusionProof,
  leafHash,
  openCheckpoint,
  openNote,
  openReceipt,
  parseCheckpoint,
  parseTlogProof,
  parseVkey,
  receiptSigner,
  receiptVerifier,
  signNote,
  signReceipt,
  splitNote,
  verifyTlogProof,
} from "./index.js";

// The example of golang.org/x/mod/sumdb/note: key, text and signature made by foreign code.
const peterVkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const peterNote =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const key = generateKeyPairSync("ed25519").privateKey;
const otherKey = generateKeyPairSync("ed25519").privateKey;
const origin = "log.example/vaccination";
const signer = ed25519Signer(origin, key);
const verifier = ed25519Verifier(signer.vkey);
const root = leafHash(Buffer.from("root"));
const checkpointText = formatCheckpoint({ origin, size: 70_000, root });

test("opens a note that Go wrote", () => {
  const opened = openNote(peterNote, [ed25519Verifier(peterVkey)]);
  assert.equal(opened.verified[0]?.name, "PeterNeumann");
  assert.throws(() => openNote(peterNote.replace("answer", "anserw"), [ed25519Verifier(peterVkey)]), {
    code: "NOTE_SIGNATURE_WRONG",
  });
});

test("signs as RFC 8032 says, and writes the key as it should be written", () => {
  // RFC 8032 section 7.1, test 1: the secret key; the public key is known.
  const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });
  const { type, key: raw, name } = parseVkey(ed25519Signer("rfc8032", privateKey).vkey);
  assert.equal(type, 1);
  assert.equal(name, "rfc8032");
  assert.equal(raw.toString("hex"), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
});

test("a checkpoint comes back as it was written", () => {
  assert.deepEqual(parseCheckpoint(checkpointText), { origin, size: 70_000, root });
  assert.deepEqual(openCheckpoint(signNote(checkpointText, [signer]), origin, [verifier]), {
    origin,
    size: 70_000,
    root,
  });
  assert.throws(() => openCheckpoint(signNote(checkpointText, [signer]), "log.example/other", [verifier]), {
    code: "CHECKPOINT_MALFORMED",
  });
});

test("refuses texts that are almost checkpoints", () => {
  const line = root.toString("base64");
  for (const text of [
    "",
    "\n",
    `${origin}\n1\n${line}`,
    `${origin}\n01\n${line}\n`,
    `${origin}\n-1\n${line}\n`,
    `${origin}\n1e3\n${line}\n`,
    `\n1\n${line}\n`,
    `${origin}\n1\n${line.slice(1)}\n`,
    `${origin}\n1\n${line.replace("=", "")}\n`,
    `${origin}\n9007199254740993\n${line}\n`,
    `${origin}\n1\n${line}\n\nx\n`,
  ]) {
    assert.throws(() => parseCheckpoint(text), { code: "CHECKPOINT_MALFORMED" }, JSON.stringify(text));
  }
  assert.deepEqual(parseCheckpoint(`${origin}\n1\n${line}\nmore\n`).extensions, ["more"]);
});

test("ignores signatures by unknown keys, and refuses a known key's wrong one even beside a right one", () => {
  const stranger = ed25519Signer("stranger", otherKey);
  const opened = openNote(signNote(checkpointText, [stranger, signer]), [verifier]);
  assert.deepEqual([opened.verified.length, opened.unknown.length], [1, 1]);
  assert.throws(() => openNote(signNote(checkpointText, [stranger]), [verifier]), { code: "NOTE_NOT_SIGNED" });
  const lying = { ...stranger, sign: (text: string) => stranger.sign(`${text}x`) };
  assert.throws(() => openNote(signNote(checkpointText, [signer, lying]), [verifier, ed25519Verifier(stranger.vkey)]), {
    code: "NOTE_SIGNATURE_WRONG",
  });
});

test("splits a note at its last blank line", () => {
  const { text, signatures } = splitNote(signNote("one\n\ntwo\n", [signer]));
  assert.equal(text, "one\n\ntwo\n");
  assert.equal(signatures.length, 1);
});

test("refuses what is no note", () => {
  const good = signNote(checkpointText, [signer]);
  for (const bad of [
    "",
    "text\n",
    good.slice(0, -1),
    good.replace("— ", "- "),
    good.replace("— ", "—  "),
    `${good}\n`,
    good.replace("\n", "\r\n"),
    `${good}x`,
    good.replace(/=\n$/, "\n"),
  ]) {
    assert.throws(() => openNote(bad, [verifier]), { name: "TlogError" }, JSON.stringify(bad));
  }
  assert.throws(() => openNote(Buffer.concat([Buffer.of(0xff), Buffer.from(good)]), [verifier]), {
    code: "NOTE_MALFORMED",
  });
  assert.throws(() => openNote(`\ufeff${good}`, [verifier]), { code: "NOTE_SIGNATURE_WRONG" });
});

test("no changed byte of a signed checkpoint opens", () => {
  const good = Buffer.from(signNote(checkpointText, [signer]));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(good);
      changed[at]! ^= change;
      assert.throws(() => openCheckpoint(changed, origin, [verifier]), { name: "TlogError" });
    }),
    { numRuns: 1000 },
  );
});

test("refuses keys that are not what their id says", () => {
  for (const vkey of [
    "",
    "a+b+c",
    signer.vkey.replace("+", " "),
    signer.vkey.replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
    `x${signer.vkey}`,
    `${signer.vkey}=`,
  ]) {
    assert.throws(() => ed25519Verifier(vkey), { code: "VKEY_MALFORMED" }, vkey);
  }
  assert.throws(() => ed25519Verifier(receiptSigner(origin, key).vkey), { code: "VKEY_MALFORMED" });
  assert.throws(() => cosignatureVerifier(signer.vkey), { code: "VKEY_MALFORMED" });
});

test("a cosignature carries its time and covers it", () => {
  const witness = cosigner("court.example/witness", otherKey, () => new Date("2026-11-23T10:30:00.900Z"));
  const note = signNote(checkpointText, [signer, witness]);
  const opened = openNote(note, [verifier, cosignatureVerifier(witness.vkey)]);
  assert.equal(opened.verified.length, 2);
  assert.equal(cosignedAt(opened.verified[1]!.signature).toISOString(), "2026-11-23T10:30:00.000Z");
  const later = { ...witness, sign: (text: string) => witness.sign(text).fill(1, 7, 8) };
  assert.throws(() => openNote(signNote(checkpointText, [later]), [cosignatureVerifier(witness.vkey)]), {
    code: "NOTE_SIGNATURE_WRONG",
  });
});

function rootOf(leaves: readonly Buffer[]): Buffer {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.root();
}

test("a receipt covers the entries of its batch and nothing else", () => {
  const receipts = receiptSigner(origin, key);
  for (const count of [1, 2, 3, 8, 13, 256]) {
    const leaves = Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`batch ${at}`)));
    const batch = { origin, first: 2 ** 33, count, digest: batchDigest(Buffer.concat(leaves)) };
    const opened = openReceipt(signReceipt(batch, receipts), [receiptVerifier(receipts.vkey)]);
    assert.deepEqual(opened, batch);
    const others = [[...leaves, leaves[0]!], leaves.slice(1), [root, ...leaves.slice(1)], leaves.toReversed()];
    for (const other of others.filter((list) => list.length > 1))
      assert.ok(!opened.digest.equals(batchDigest(Buffer.concat(other))));
  }
  assert.throws(() => batchDigest(Buffer.alloc(0)), RangeError);
  assert.throws(() => batchDigest(Buffer.alloc(33)), RangeError);
});

test("neither a receipt nor a checkpoint passes for the other, though one key made both", () => {
  const receipts = receiptSigner(origin, key);
  const receiptNote = signReceipt({ origin, first: 0, count: 1, digest: root }, receipts);
  assert.throws(() => openCheckpoint(receiptNote, origin, [verifier]), { code: "NOTE_NOT_SIGNED" });
  const checkpointNote = signNote(checkpointText, [signer]);
  assert.throws(() => openReceipt(checkpointNote, [receiptVerifier(receipts.vkey)]), { code: "NOTE_NOT_SIGNED" });
  const relabelled = signNote(checkpointText, [{ ...receipts, sign: signer.sign }]);
  assert.throws(() => openReceipt(relabelled, [receiptVerifier(receipts.vkey)]), { code: "NOTE_SIGNATURE_WRONG" });
  assert.throws(() => openReceipt(signNote(checkpointText, [receipts]), [receiptVerifier(receipts.vkey)]), {
    code: "RECEIPT_MALFORMED",
  });
});

test("a proof file proves its entry and no other", () => {
  const leaves = Array.from({ length: 5 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
  const note = signNote(formatCheckpoint({ origin, size: 5, root: rootOf(leaves) }), [signer]);
  const hashes = inclusionProof(2, 5, ({ height, index }) =>
    rootOf(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
  );
  const proof = formatTlogProof({ index: 2, hashes, checkpoint: note });
  assert.ok(proof.startsWith("c2sp.org/tlog-proof@v1\nindex 2\n"));
  assert.deepEqual(parseTlogProof(proof), { index: 2, hashes, checkpoint: note });
  assert.deepEqual(
    parseTlogProof(formatTlogProof({ index: 2, hashes, checkpoint: note, extra: Buffer.from("hello") })).extra,
    Buffer.from("hello"),
  );
  const check = { proof, leaf: leaves[2]!, origin, verifiers: [verifier] };
  assert.equal(verifyTlogProof(check).index, 2);
  assert.throws(() => verifyTlogProof({ ...check, leaf: leaves[3]! }), { code: "PROOF_WRONG" });
  assert.throws(() => verifyTlogProof({ ...check, proof: proof.replace("index 2", "index 3") }), {
    code: "PROOF_WRONG",
  });
  assert.throws(
    () => verifyTlogProof({ ...check, verifiers: [ed25519Verifier(ed25519Signer(origin, otherKey).vkey)] }),
    { code: "NOTE_NOT_SIGNED" },
  );
  for (const bad of [
    "",
    "x",
    proof.replace("@v1", "@v2"),
    proof.replace("index 2", "index 02"),
    proof.replace("index", "extra"),
  ]) {
    assert.throws(() => verifyTlogProof({ ...check, proof: bad }), { code: "PROOF_MALFORMED" }, bad.slice(0, 60));
  }
});

test("no changed byte of a proof file verifies", () => {
  const leaves = Array.from({ length: 5 }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));
  const checkpoint = signNote(formatCheckpoint({ origin, size: 5, root: rootOf(leaves) }), [signer]);
  const hashes = inclusionProof(4, 5, ({ height, index }) =>
    rootOf(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
  );
  const good = Buffer.from(formatTlogProof({ index: 4, hashes, checkpoint }));
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(good);
      changed[at]! ^= change;
      assert.throws(
        () => verifyTlogProof({ proof: changed.toString("utf8"), leaf: leaves[4]!, origin, verifiers: [verifier] }),
        { name: "TlogError" },
      );
    }),
    { numRuns: 500 },
  );
});

test("a leaf has 66 bytes, and its commitment is bound to salt and entry", () => {
  const commitment = commitmentOf(Buffer.alloc(32, 1), Buffer.from("{}"));
  const leaf = encodeLeaf({ kind: 1, tag: Buffer.alloc(32, 2), commitment });
  assert.equal(leaf.length, 66);
  assert.deepEqual(decodeLeaf(leaf), { kind: 1, tag: Buffer.alloc(32, 2), commitment });
  assert.notDeepEqual(commitmentOf(Buffer.alloc(32, 1), Buffer.from("{ }")), commitment);
  assert.notDeepEqual(commitmentOf(Buffer.alloc(32, 3), Buffer.from("{}")), commitment);
  assert.throws(() => decodeLeaf(leaf.subarray(1)), { code: "LEAF_MALFORMED" });
  assert.throws(() => decodeLeaf(Buffer.concat([Buffer.of(2), leaf.subarray(1)])), { code: "LEAF_MALFORMED" });
  assert.throws(() => commitmentOf(Buffer.alloc(31), Buffer.alloc(0)), { code: "LEAF_MALFORMED" });
});
