// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  ed25519Signer,
  ed25519Verifier,
  firstIndexOf,
  nextShardOrigin,
  openCheckpoint,
  openShardList,
  type Shard,
  signNote,
  signShardList,
} from "./index.js";

const log = "log.example/sakshi";
const newKey = () => generateKeyPairSync("ed25519").privateKey;
const signer = ed25519Signer(log, newKey());
const verifiers = [ed25519Verifier(signer.vkey)];
const closed = (size: number) => ({ size, root: randomBytes(32), at: "2027-01-01T00:00:00.000Z" });
const first: Shard = { path: ".", vkey: signer.vkey, openedAt: "2026-10-03T00:00:00.000Z", closed: closed(700) };

function following(before: Shard, path: string, more: Partial<Shard> = {}): Shard {
  const final = { origin: ed25519Verifier(before.vkey).name, ...before.closed! };
  const { vkey } = ed25519Signer(nextShardOrigin(log, path, final), newKey());
  return { path, vkey, openedAt: before.closed!.at, ...more };
}
const second = following(first, "2027q1", { closed: closed(300) });
const three = [first, second, following(second, "2027q3")];
const open = (note: string) => openShardList(note, log, verifiers);
const good = signShardList(three, signer);

test("a list opens as it was signed, and tells where each shard begins", () => {
  assert.deepEqual(open(good), three);
  assert.deepEqual(
    three.map((_, place) => firstIndexOf(three, place)),
    [0, 700, 1000],
  );
});

test("a list signed by another key, of another log, or with any line changed is refused", () => {
  assert.throws(() => open(signShardList(three, ed25519Signer(log, newKey()))), { code: "NOTE_NOT_SIGNED" });
  assert.throws(() => openShardList(good, "log.example/other", verifiers), { code: "SHARDS_MALFORMED" });
  assert.throws(() => open(good.replace(" 700 ", " 701 ")), { code: "NOTE_SIGNATURE_WRONG" });
});

test("signed or not, no shard can be left out, exchanged, reopened or shortened", () => {
  const [, , third] = three as [Shard, Shard, Shard];
  const { closed: _, ...reopened } = first;
  const shorter = { ...first, closed: { ...first.closed!, size: 699 } };
  const exchanged = { ...second, vkey: ed25519Signer(`${log}/2027q1`, newKey()).vkey };
  const lists: (readonly Shard[])[] = [
    [],
    [second, third],
    [first, third],
    [first, exchanged, third],
    [reopened, second, third],
    [shorter, second, third],
    [first, second],
    [first, following(first, "2027q9")],
    [first, second, following(second, "2027q1")],
    [first, second, following(second, "2026q4")],
    [first, second, following(second, "../tile")],
  ];
  for (const list of lists) assert.throws(() => open(signShardList(list, signer)), { code: "SHARDS_MALFORMED" });
});

test("a list is no checkpoint, and a checkpoint no list", () => {
  assert.throws(() => openCheckpoint(good, log, verifiers), { code: "CHECKPOINT_MALFORMED" });
  const checkpoint = signNote(`${log}\n700\n${randomBytes(32).toString("base64")}\n`, [signer]);
  assert.throws(() => open(checkpoint), { code: "SHARDS_MALFORMED" });
});
