// Reads the QR code in an uploaded photo, in a thread of its own with a time limit: pictures are the heaviest and most
// hostile thing that this server takes from strangers. Nothing is written anywhere.
// SPDX-License-Identifier: Apache-2.0
import { Worker } from "node:worker_threads";
import { done, type Outcome, refused } from "../../platform/errors.js";

export const maxPhotoBytes = 8 * 1024 * 1024;
const timeLimitMs = 8_000;
const mostAtOnce = 2;
const longestQueue = 16;

export type PhotoCode = "CERTIFICATE_PHOTO_UNREADABLE" | "CERTIFICATE_PHOTO_TOO_LARGE" | "UNAVAILABLE";
export type PhotoAnswer = { readonly text: string } | { readonly code: PhotoCode };

const queue: (() => void)[] = [];
let running = 0;

export async function readQrPhoto(photo: Uint8Array): Promise<Outcome<string, PhotoCode>> {
  if (running >= mostAtOnce) {
    if (queue.length >= longestQueue) return refused("UNAVAILABLE");
    await new Promise<void>((resolve) => queue.push(resolve));
  }
  running += 1;
  try {
    const answer = await readInThread(photo);
    return "text" in answer ? done(answer.text) : refused(answer.code);
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

function readInThread(photo: Uint8Array): Promise<PhotoAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./read-qr-photo-worker.js", import.meta.url), {
      workerData: photo,
      resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 },
    });
    const finish = (answer: PhotoAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    const timer = setTimeout(() => finish({ code: "CERTIFICATE_PHOTO_UNREADABLE" }), timeLimitMs);
    worker.once("message", finish);
    // A picture that breaks the decoder or its memory limit is a picture that cannot be read.
    worker.on("error", () => finish({ code: "CERTIFICATE_PHOTO_UNREADABLE" }));
    worker.once("exit", () => finish({ code: "CERTIFICATE_PHOTO_UNREADABLE" }));
  });
}
