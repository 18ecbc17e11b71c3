// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";
import { isPng, pngFault } from "./png-bounds.js";
import { readQrPhoto } from "./read-qr-photo.js";

const signature = Buffer.from("89504e470d0a1a0a", "hex");

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

function header(width: number, height: number, { depth = 8, interlaced = false } = {}): Buffer {
  const content = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, 6, 0, 0, interlaced ? 1 : 0]);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  return chunk("IHDR", content);
}

function png(...chunks: Buffer[]): Buffer {
  return Buffer.concat([signature, ...chunks, chunk("IEND", Buffer.alloc(0))]);
}

const data = (bytes: number) => chunk("IDAT", deflateSync(Buffer.alloc(bytes)));

test("an ordinary picture may be decoded", () => {
  const picture = PNG.sync.write(new PNG({ width: 40, height: 30 }));
  assert.ok(isPng(picture));
  assert.equal(pngFault(picture), undefined);
  // Rows of the seven passes of 8 x 8 pixels: 1, 1, 1, 2, 2, 4, 4.
  assert.equal(pngFault(png(header(8, 8, { interlaced: true }), data(64 * 4 + 15))), undefined);
});

test("a second header, which the decoder would believe, is refused", async () => {
  const bomb = png(header(10, 10), header(30_000, 30_000), data(1_000));
  assert.equal(pngFault(bomb), "unreadable");
  assert.equal(await readQrPhoto(bomb), "unreadable");
});

test("interlaced data that inflates to more than its picture is refused", async () => {
  const bomb = png(header(10, 10, { interlaced: true }), data(50_000_000));
  assert.ok(bomb.length < 100_000);
  assert.equal(pngFault(bomb), "too-large");
  assert.equal(await readQrPhoto(bomb), "too-large");
});

test("a picture beyond the limit, in pixels or in bits a sample, is too large", () => {
  assert.equal(pngFault(png(header(8_000, 4_000), data(10))), undefined);
  assert.equal(pngFault(png(header(8_001, 4_000), data(10))), "too-large");
  assert.equal(pngFault(png(header(8_000, 4_000, { depth: 16 }), data(10))), "too-large");
  assert.equal(pngFault(png(header(0xffffffff, 0xffffffff), data(10))), "too-large");
});

test("chunks without a header, before it or cut off are unreadable", () => {
  assert.equal(pngFault(png()), "unreadable");
  assert.equal(pngFault(png(data(10), header(10, 10))), "unreadable");
  assert.equal(pngFault(png(header(10, 10), data(1_000)).subarray(0, 50)), "unreadable");
  assert.equal(pngFault(signature), "unreadable");
});
