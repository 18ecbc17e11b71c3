// The thread that reads the disclosures while the main one reads the people. Looks go over as numbers, in batches.
// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from "node:worker_threads";
import { type DisclosuresMessage, lookWidth } from "./disclosures-thread.js";
import { readDisclosures } from "./read-disclosures.js";
import { Unreadable } from "./read-sample.js";

const looksInBatch = 100_000;
const post = (message: DisclosuresMessage, transfer: ArrayBuffer[] = []) => parentPort!.postMessage(message, transfer);

let batch = new Float64Array(looksInBatch * lookWidth);
let filled = 0;

function send(): void {
  post({ looks: batch.subarray(0, filled) }, [batch.buffer]);
  batch = new Float64Array(looksInBatch * lookWidth);
  filled = 0;
}

try {
  readDisclosures(workerData as string, (at, actor, person, fields, token) => {
    batch[filled++] = at;
    batch[filled++] = actor;
    batch[filled++] = person;
    batch[filled++] = fields;
    batch[filled++] = token ?? -1;
    if (filled === batch.length) send();
  });
  send();
  post({ done: true });
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  post({ unreadable: error.message });
}
