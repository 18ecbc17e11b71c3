// The publisher: about once a second it turns what the disclosure log has taken into plain files that anyone can
// fetch and check. Runs in the recorder's process, which has the log key; reads the database, never writes it.
// Stops for good when history has forked; tries again when the database or the disk is away.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { type Checkpoint, ed25519Verifier, type NoteSigner } from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { ForkedLog, logFolder } from "./files.js";
import { type Edge, type PublishingDeps, publishRound, readEdge } from "./publish.js";

export { type DatabaseCheck, databaseCheck } from "./database-check.js";
export { ForkedLog } from "./files.js";
export { type PlacedEntry, type PublishedLog, publishedLog, type SignedCheckpoint } from "./published-log.js";

export interface PublisherOptions {
  /** Connected as sakshi_publisher. */
  readonly db: Queryable;
  /** Where the files go; made if absent. Anything that can serve files can serve it. */
  readonly directory: string;
  /** Signs checkpoints; its name is the log's origin. */
  readonly signer: NoteSigner;
  readonly origin: string;
  readonly intervalMs?: number;
  /** Told once when publishing stops for good, and why. */
  readonly onStopped?: (reason: string) => void;
  /** Told when a round failed and will be tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Publisher {
  /** Publishes what is there now and tells the checkpoint. Throws ForkedLog once publishing has stopped. */
  publishNow(): Promise<Checkpoint>;
  /** Why publishing has stopped; undefined while it goes on. */
  readonly stopped: string | undefined;
  /** Publishes a last time, if it can, and ends. */
  close(): Promise<void>;
}

/** Starts publishing. Comes back at once: the first round runs in the background. */
export function startPublisher(options: PublisherOptions): Publisher {
  const folder = logFolder(options.directory);
  const deps: PublishingDeps = { ...options, folder, verifier: ed25519Verifier(options.signer.vkey) };
  const ending = new AbortController();
  let edge: Edge | undefined;
  let stopped: string | undefined;
  let isKeyShown = false;
  let last: Promise<unknown> = Promise.resolve();

  async function round(): Promise<Checkpoint> {
    if (stopped !== undefined) throw new ForkedLog(stopped);
    const from = edge ?? (await readEdge(deps));
    // Used up even if the round fails: half-appended edges are thrown away.
    edge = undefined;
    const done = await publishRound(deps, from);
    if (!isKeyShown) await folder.replace("key", `${options.signer.vkey}\n`);
    isKeyShown = true;
    edge = done.edge;
    return done.checkpoint;
  }

  function publishNow(): Promise<Checkpoint> {
    const next = last.then(round).catch((error: unknown) => {
      if (error instanceof ForkedLog && stopped === undefined) {
        stopped = error.message;
        options.onStopped?.(stopped);
      }
      throw error;
    });
    last = next.catch(() => {});
    return next;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted && stopped === undefined) {
      await publishNow().catch((error: unknown) => {
        if (!(error instanceof ForkedLog)) options.onTrouble?.(error);
      });
      await sleep(options.intervalMs ?? 1000, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
  }

  const running = run();
  return {
    publishNow,
    get stopped() {
      return stopped;
    },
    async close() {
      ending.abort();
      await running;
      if (stopped === undefined) await publishNow().catch(() => {});
    },
  };
}
