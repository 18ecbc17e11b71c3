// Reads the QR code in an uploaded photo, in a thread of its own with a time limit: pictures are the heaviest and most
// hostile thing that this server takes from strangers. Nothing is written anywhere.
// SPDX-License-Identifier: Apache-2.0
import { Worker } from "node:worker_threads";

export const maxPhotoBytes = 8 * 1024 * 1024;
/** Of wall time, for one photo. */
const photoTimeLimitMs = 8_000;
const mostAtOnce = 2;
/** Two at a time, eight seconds each: whoever came after these would wait until the connection is closed (30 s). */
const longestQueue = 4;

/** What the code says, or why nothing could be read. */
export type PhotoAnswer = { readonly text: string } | "unreadable" | "too-large" | "busy";

const queue: (() => void)[] = [];
let running = 0;

export async function readQrPhoto(photo: Uint8Array, timeLimitMs = photoTimeLimitMs): Promise<PhotoAnswer> {
  if (running >= mostAtOnce) {
    if (queue.length >= longestQueue) return "busy";
    await new Promise<void>((resolve) => queue.push(resolve));
  }
  running += 1;
  try {
    return await readInThread(photo, timeLimitMs);
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

function readInThread(photo: Uint8Array, timeLimitMs: number): Promise<PhotoAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./read-qr-photo-worker.js", import.meta.url), {
      workerData: photo,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 64 },
    });
    const finish = (answer: PhotoAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    const timer = setTimeout(() => finish("unreadable"), timeLimitMs);
    worker.once("message", finish);
    // A picture that breaks the decoder or its memory limit is a picture that cannot be read.
    worker.on("error", () => finish("unreadable"));
    worker.once("exit", () => finish("unreadable"));
  });
}
