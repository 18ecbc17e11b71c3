// The publisher: about once a second it turns what the disclosure log has taken into plain files that anyone can
// fetch and check. Runs in the recorder's process, which has the log key; reads the database, never writes it.
// Stops for good when history has forked; tries again when the database or the disk is away.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Checkpoint,
  ed25519Verifier,
  type NoteSigner,
  openCheckpoint,
  parsePolicy,
  TlogError,
} from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { ForkedLog, logFolder } from "./files.js";
import { giveUpLease } from "./log-store.js";
import { type Edge, lockName, type PublishingDeps, publishRound, readEdge } from "./publish.js";
import { type Claim, checkStanding } from "./standing.js";
import { witnessesOf } from "./witnesses.js";

export { type DatabaseCheck, databaseCheck } from "./database-check.js";
export { ForkedLog } from "./files.js";
export { AnotherPublisher } from "./publish.js";
export { type PlacedEntry, type PublishedLog, publishedLog, type SignedCheckpoint } from "./published-log.js";
export { rootsOf } from "./roots.js";

export interface PublisherOptions {
  /** Connected as sakshi_publisher; with one connection, which carries the lease that keeps a second publisher out. */
  readonly db: Queryable;
  /** Where the files go; made if absent. Anything that can serve files can serve it. */
  readonly directory: string;
  /** Where it is kept what was signed last; never to be restored together with the database. */
  readonly lockDirectory: string;
  /** A trust policy (c2sp.org/tlog-policy): its witnesses are asked to cosign. */
  readonly policy?: string | undefined;
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
  /** Settles when it was tried for the first time to hold the database against all that was ever signed. */
  readonly tried: Promise<void>;
  /** Whether the log may grow: the database goes on from all that was ever signed, as far as is known. */
  mayGrow(): boolean;
  /** Publishes a last time, if it can, and ends. */
  close(): Promise<void>;
}

/** In the lock's folder while the log is stopped: why. */
export const stoppedName = "stopped";

/** Starts publishing. Comes back at once: the first round runs in the background. */
export function startPublisher(options: PublisherOptions): Publisher {
  const folder = logFolder(options.directory);
  const lock = logFolder(options.lockDirectory);
  const verifier = ed25519Verifier(options.signer.vkey);
  const witnesses =
    options.policy === undefined
      ? undefined
      : witnessesOf(policyFor(options.signer, options.policy), verifier, (error) => options.onTrouble?.(error));
  const deps: PublishingDeps = { ...options, folder, lock, verifier, witnesses };
  const ending = new AbortController();
  let edge: Edge | undefined;
  let stopped: string | undefined;
  let isSound = false;
  let areFactsShown = false;
  let last: Promise<unknown> = Promise.resolve();
  let sayTried = () => {};
  const tried = new Promise<void>((resolve) => {
    sayTried = resolve;
  });

  /** What this log has signed, from outside the database and the published files. */
  async function claims(): Promise<Claim[]> {
    const signed = await lock.read(lockName);
    const seen = (await witnesses?.views()) ?? [];
    if (!signed) return seen;
    try {
      const { size, root } = openCheckpoint(signed, options.origin, [verifier]);
      return [{ known: "are signed, says the lock file", size, root }, ...seen];
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new ForkedLog(`the lock file is not this log's: ${error.message}`);
    }
  }

  async function check(): Promise<void> {
    await checkStanding(deps, await claims());
    await lock.remove(stoppedName);
    isSound = true;
  }

  /** What readers need for checking: the key, and who the witnesses are. */
  async function showFacts(): Promise<void> {
    await folder.replace("key", `${options.signer.vkey}\n`);
    if (options.policy === undefined) await folder.remove("policy");
    else await folder.replace("policy", options.policy);
    areFactsShown = true;
  }

  async function round(): Promise<Checkpoint> {
    if (stopped !== undefined) throw new ForkedLog(stopped);
    if (!isSound) await check();
    sayTried();
    const from = edge ?? (await readEdge(deps));
    // Used up even if the round fails: half-appended edges are thrown away.
    edge = undefined;
    const done = await publishRound(deps, from);
    if (!areFactsShown) await showFacts();
    edge = done.edge;
    return done.checkpoint;
  }

  function publishNow(): Promise<Checkpoint> {
    const next = last.then(round).catch(async (error: unknown) => {
      if (error instanceof ForkedLog && stopped === undefined) {
        stopped = error.message;
        options.onStopped?.(stopped);
        // For the operator, who asks later. The reason was told already: a full disk must not hide it.
        await lock.replace(stoppedName, `${stopped}\n`).catch(() => {});
      }
      sayTried();
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
    tried,
    mayGrow: () => isSound && stopped === undefined,
    get stopped() {
      return stopped;
    },
    async close() {
      ending.abort();
      await running;
      if (stopped === undefined) await publishNow().catch(() => {});
      await giveUpLease(options.db).catch(() => {});
    },
  };
}

/** The policy, when it is one that this log's readers could use. */
function policyFor(signer: NoteSigner, text: string): ReturnType<typeof parsePolicy> {
  const policy = parsePolicy(text);
  if (policy.logs.length > 0 && !policy.logs.some(({ vkey }) => vkey === signer.vkey))
    throw new TlogError("POLICY_MALFORMED", `the policy names other logs, and not this one: ${signer.vkey}`);
  return policy;
}
