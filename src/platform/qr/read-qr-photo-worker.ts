// The thread behind read-qr-photo.ts: decodes one PNG or JPEG, makes it small, looks for a QR code, and ends.
// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from "node:worker_threads";
import jpeg from "jpeg-js";
import jsqrModule from "jsqr";
import { PNG } from "pngjs";
import { shrink, textOf } from "./picture.js";
import { isPng, pngFault } from "./png-bounds.js";
import type { PhotoAnswer } from "./read-qr-photo.js";

const maxMegapixels = 32;
// jsQR finds a dense code at some sizes and not at others; these found one in every print and photo tried.
const sides = [1400, 2200, 1000, 1800, 700, 500, 420];
const readQr = jsqrModule as unknown as typeof import("jsqr").default;

parentPort?.postMessage(read(Buffer.from(workerData as Uint8Array)));

function read(photo: Buffer): PhotoAnswer {
  const fault = isPng(photo) ? pngFault(photo) : undefined;
  if (fault) return fault;
  const picture = isPng(photo) ? PNG.sync.read(photo) : decodeJpeg(photo);
  if (!picture) return "unreadable";
  const pixels = { width: picture.width, height: picture.height, data: new Uint8ClampedArray(picture.data) };
  const tried = new Set<number>();
  for (const side of sides) {
    const small = shrink(pixels, side);
    if (tried.has(small.width)) continue;
    tried.add(small.width);
    const code = readQr(small.data, small.width, small.height);
    const text = code && textOf(code);
    if (text) return { text };
  }
  return "unreadable";
}

function decodeJpeg(photo: Buffer) {
  if (photo[0] !== 0xff || photo[1] !== 0xd8) return undefined;
  return jpeg.decode(photo, {
    useTArray: true,
    maxResolutionInMP: maxMegapixels,
    maxMemoryUsageInMB: 400,
    tolerantDecoding: true,
  });
}
