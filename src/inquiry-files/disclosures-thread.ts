// Disclosures are most of a world's bytes: a second thread reads them while the first reads the people, so that two cores
// have work. Forty bytes a look wait in memory until the people are there.
// SPDX-License-Identifier: Apache-2.0
import { Worker } from "node:worker_threads";
import type { Take } from "./read-disclosures.js";
import { Unreadable } from "./read-sample.js";

/** Numbers of a look in a batch, as in Look; a token that is not there is -1. */
export const lookWidth = 5;

export type DisclosuresMessage =
  | { readonly looks: Float64Array<ArrayBuffer> }
  | { readonly done: true }
  | { readonly unreadable: string };

/** Starts reading, and gives what hands over all looks in the order of the file. */
export function disclosuresInThread(path: string): Promise<(take: Take) => void> {
  const batches: Float64Array[] = [];
  const worker = new Worker(new URL("./disclosures-worker.js", import.meta.url), { workerData: path });
  const read = new Promise<(take: Take) => void>((resolve, reject) => {
    worker.on("message", (message: DisclosuresMessage) => {
      if ("looks" in message) batches.push(message.looks);
      else if ("done" in message) resolve((take) => handOver(batches, take));
      else reject(new Unreadable(message.unreadable));
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("the reading thread ended early")));
  });
  // Whoever waits is told; until somebody does, a failure is not yet nobody's.
  read.catch(() => undefined);
  return read;
}

function handOver(batches: Float64Array[], take: Take): void {
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    for (let i = 0; i < batch.length; i += lookWidth) {
      const token = batch[i + 4]!;
      take(batch[i]!, batch[i + 1]!, batch[i + 2]!, batch[i + 3]!, token === -1 ? undefined : token);
    }
  }
}
