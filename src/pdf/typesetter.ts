// One typst thread with a queue before it. An order that takes too long costs the thread its life, not the server's.
// SPDX-License-Identifier: Apache-2.0
import { Worker } from "node:worker_threads";
import type { Delivery, Order } from "./typst-worker.js";

const timeLimitMs = 5_000;
/** Loading the fonts of thirteen scripts comes on top of the first order. */
const startLimitMs = 15_000;
const longestQueue = 200;
/** A paper of six people with names of 300 letters and its QR code stays far below. */
const largestOrder = 512 * 1024;
const memoryLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 8 };

export class TypesettingFailed extends Error {
  override name = "TypesettingFailed";
}

/** Too many papers at once, or one that took too long: the same order may succeed in a moment. */
export class TypesettingBusy extends TypesettingFailed {
  override name = "TypesettingBusy";
}

interface Waiting {
  readonly order: Order;
  readonly resolve: (pdf: Uint8Array) => void;
  readonly reject: (error: TypesettingFailed) => void;
}

export interface Typesetter {
  set(template: Order["template"], data: unknown, createdAt: Date): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function createTypesetter(
  limitMs = timeLimitMs,
  worker = new URL("./typst-worker.js", import.meta.url),
): Typesetter {
  const queue: Waiting[] = [];
  let thread: Worker | undefined;
  let current: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;
  let orders = 0;

  const finish = (delivery: Delivery | TypesettingFailed): void => {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    if (delivery instanceof TypesettingFailed) done?.reject(delivery);
    // The reason names places in our template, never the data.
    else if ("error" in delivery) done?.reject(new TypesettingFailed(delivery.error));
    else done?.resolve(delivery.pdf);
    next();
  };
  const drop = (failure: TypesettingFailed): void => {
    const old = thread;
    thread = undefined;
    old?.removeAllListeners();
    // A thread that dies later must not throw into the process.
    old?.on("error", () => {});
    void old?.terminate();
    finish(failure);
  };
  const start = (): Worker => {
    const started = new Worker(worker, { resourceLimits: memoryLimits, execArgv: [] });
    started.on("message", finish);
    started.on("error", (error: Error) =>
      drop(new TypesettingFailed(`the typesetting thread broke: ${error.message}`)),
    );
    started.on("exit", () => drop(new TypesettingFailed("the typesetting thread ended")));
    started.unref();
    return started;
  };
  const next = (): void => {
    if (current || queue.length === 0) return;
    current = queue.shift();
    const fresh = thread === undefined;
    thread ??= start();
    timer = setTimeout(
      () => drop(new TypesettingBusy("typesetting took too long")),
      fresh ? Math.max(limitMs, startLimitMs) : limitMs,
    );
    thread.postMessage(current!.order);
  };

  return {
    set(template, data, createdAt) {
      return new Promise((resolve, reject) => {
        if (queue.length >= longestQueue) return reject(new TypesettingBusy("too many papers are waiting"));
        const text = JSON.stringify(data);
        if (text.length > largestOrder) return reject(new TypesettingFailed("the paper holds too much"));
        const order: Order = {
          id: ++orders,
          template,
          data: text,
          createdAt: Math.floor(createdAt.getTime() / 1000),
        };
        queue.push({ order, resolve, reject });
        next();
      });
    },
    async close() {
      clearTimeout(timer);
      thread?.removeAllListeners();
      await thread?.terminate();
      thread = undefined;
    },
  };
}
