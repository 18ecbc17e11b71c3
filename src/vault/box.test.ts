// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { BoxError, context, openBox, pad, sealBox, unpad } from "./box.js";

const key = createSecretKey(randomBytes(32));
const place = context("record", "identity", "someone", 1);
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

test("a box opens with its key in its place", () => {
  fc.assert(
    fc.property(bytes, (content) => assert.deepEqual(openBox(key, sealBox(key, 3, content, place), place), content)),
  );
});

test("a box with any byte changed does not open", () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, where, flip) => {
      const box = sealBox(key, 3, content, place);
      box[where % box.length]! ^= flip;
      assert.throws(() => openBox(key, box, place), BoxError);
    }),
  );
});

test("a box does not open with another key, in another place, or cut short", () => {
  const box = sealBox(key, 1, Buffer.from("Asha Demo"), place);
  assert.throws(() => openBox(createSecretKey(randomBytes(32)), box, place), BoxError);
  for (const other of [
    context("record", "contact", "someone", 1),
    context("record", "identity", "someone else", 1),
    context("record", "identity", "someone", 2),
    context("record", "identitysomeone", 1),
  ]) {
    assert.throws(() => openBox(key, box, other), BoxError);
  }
  for (let length = 0; length < box.length; length++)
    assert.throws(() => openBox(key, box.subarray(0, length), place), BoxError);
});

test("two boxes of the same content share no nonce", () => {
  const nonces = Array.from({ length: 2_000 }, () => sealBox(key, 1, Buffer.alloc(1), place).toString("hex", 3, 15));
  assert.equal(new Set(nonces).size, nonces.length);
});

test("padding hides length in steps of 64 and comes off again", () => {
  fc.assert(
    fc.property(bytes, (content) => {
      assert.equal(pad(content).length % 64, 0);
      assert.deepEqual(unpad(pad(content)), content);
    }),
  );
  assert.equal(pad(Buffer.alloc(1)).length, pad(Buffer.alloc(60)).length);
  assert.throws(() => pad(Buffer.alloc(61), 64), RangeError);
  assert.throws(() => unpad(Buffer.from("ffffffff00", "hex")), BoxError);
});
