// The publisher: about once a second it turns what the disclosure log has taken into plain files that anyone can
// fetch and check. Runs in the recorder's process, which has the log key; reads the database, never writes it.
// Stops for good when history has forked; tries again when the database or the disk is away.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Checkpoint,
  ed25519Verifier,
  openCheckpoint,
  parsePolicy,
  type Shard,
  shardOrigin,
  TlogError,
} from "../lib/tlog/index.js";
import type { Queryable } from "../platform/db/db.js";
import { ForkedLog, logFolder } from "./files.js";
import { giveUpLease, readShards, type StoredShard, takeLease } from "./log-store.js";
import { AnotherPublisher, type Edge, lockName, type PublishingDeps, publishRound, readEdge } from "./publish.js";
import { openShards, type ShardList, signerOf } from "./shards.js";
import { type Claim, checkStanding } from "./standing.js";
import { witnessesOf } from "./witnesses.js";

export { type DatabaseCheck, databaseCheck } from "./database-check.js";
export { ForkedLog } from "./files.js";
export { AnotherPublisher } from "./publish.js";
export {
  checkpointOver,
  type PlacedEntry,
  type PublishedLog,
  publishedLog,
  type SignedCheckpoint,
  soonProofOf,
} from "./published-log.js";
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
  /** Signs the list of shards and the checkpoints of the first; the keys of the others are derived from it. */
  readonly key: KeyObject;
  readonly origin: string;
  readonly intervalMs?: number;
  /** Told once when publishing stops for good, and why. */
  readonly onStopped?: (reason: string) => void;
  /** Told when a round failed and will be tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Published {
  readonly size: number | undefined;
  readonly at: number | undefined;
  /** When each witness last cosigned. */
  readonly cosigned: ReadonlyMap<string, number>;
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
  /** How many entries are published, and when that was last seen to, by `performance.now()`. */
  published(): Published;
  /** Publishes a last time, if it can, and ends. */
  close(): Promise<void>;
}

/** In the lock's folder while the log is stopped: why. */
export const stoppedName = "stopped";

/** A shard with what it is published with, and where its publication stands. */
interface Publishing {
  readonly deps: PublishingDeps;
  /** Undefined as long as it was not read from the files. */
  edge?: Edge | undefined;
}

/** Starts publishing. Comes back at once: the first round runs in the background. */
export function startPublisher(options: PublisherOptions): Publisher {
  const { db, key, origin } = options;
  const folder = logFolder(options.directory);
  const lock = logFolder(options.lockDirectory);
  const { vkey } = signerOf(key, origin, origin);
  const policy = options.policy === undefined ? undefined : policyFor(vkey, options.policy);
  const ending = new AbortController();
  let list: ShardList | undefined;
  /** The open shard, and the one before it for as long as this process runs: its last checkpoint may lack a witness. */
  let open: Publishing | undefined;
  let closed: { readonly publishing: Publishing; readonly stored: StoredShard } | undefined;
  let stopped: string | undefined;
  let areFactsShown = false;
  let published: Pick<Published, "size" | "at"> = { size: undefined, at: undefined };
  let last: Promise<unknown> = Promise.resolve();
  let sayTried = () => {};
  const tried = new Promise<void>((resolve) => {
    sayTried = resolve;
  });

  function publishingOf(shard: Shard, { firstIndex }: StoredShard): Publishing {
    const signer = signerOf(key, origin, shardOrigin(shard));
    const verifier = ed25519Verifier(signer.vkey);
    const witnesses = policy && witnessesOf(policy, verifier, (error) => options.onTrouble?.(error));
    const inside = (directory: string) => logFolder(join(directory, shard.path));
    const places = { folder: inside(options.directory), lock: inside(options.lockDirectory) };
    return { deps: { db, firstIndex, origin: signer.name, signer, verifier, witnesses, ...places } };
  }

  /** What this log has signed of a shard, from outside the database and the published files. */
  async function claims({ lock: own, origin: name, verifier, witnesses }: PublishingDeps): Promise<Claim[]> {
    const signed = await own.read(lockName);
    const seen = (await witnesses?.views()) ?? [];
    if (!signed) return seen;
    try {
      const { size, root } = openCheckpoint(signed, name, [verifier]);
      return [{ known: "are signed, says the lock file", size, root }, ...seen];
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new ForkedLog(`the lock file is not this log's: ${error.message}`);
    }
  }

  /** Holds the database against all that was ever signed, before the first signature. */
  async function check(stored: readonly StoredShard[]): Promise<ShardList> {
    const taken = await openShards({ key, log: origin, lock, folder }, stored);
    const place = taken.shards.length - 1;
    open = publishingOf(taken.shards[place]!, stored[place]!);
    await checkStanding(open.deps, stored[place]!, await claims(open.deps));
    if (place > 0)
      closed = { publishing: publishingOf(taken.shards[place - 1]!, stored[place - 1]!), stored: stored[place - 1]! };
    await lock.remove(stoppedName);
    return taken;
  }

  /** What readers need for checking: the key, and who the witnesses are. */
  async function showFacts(): Promise<void> {
    await folder.replace("key", `${vkey}\n`);
    if (options.policy === undefined) await folder.remove("policy");
    else await folder.replace("policy", options.policy);
    areFactsShown = true;
  }

  async function publish(publishing: Publishing, stored: StoredShard): Promise<Checkpoint> {
    const from = publishing.edge ?? (await readEdge(publishing.deps));
    // Used up even if the round fails: half-appended edges are thrown away.
    publishing.edge = undefined;
    const done = await publishRound(publishing.deps, from, stored);
    publishing.edge = done.edge;
    published = { size: publishing.deps.firstIndex + done.checkpoint.size, at: performance.now() };
    return done.checkpoint;
  }

  /** Publishes to its end whatever shard the database has closed, and opens the next. */
  async function round(): Promise<Checkpoint> {
    if (stopped !== undefined) throw new ForkedLog(stopped);
    const stored = await readShards(db);
    list ??= await check(stored);
    sayTried();
    if (!(await takeLease(db))) throw new AnotherPublisher();
    if (stored.length < list.shards.length)
      throw new ForkedLog(
        `the database has ${stored.length} shards, and ${list.shards.length} are signed: it was restored`,
      );
    if (closed && policy) await publish(closed.publishing, closed.stored);
    for (;;) {
      const place = list.shards.length - 1;
      const checkpoint = await publish(open!, stored[place]!);
      if (!areFactsShown) await showFacts();
      if (place === stored.length - 1) return checkpoint;
      await list.turn(stored[place]!, stored[place + 1]!);
      closed = { publishing: open!, stored: stored[place]! };
      open = publishingOf(list.shards[place + 1]!, stored[place + 1]!);
    }
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
    published: () => ({ ...published, cosigned: open?.deps.witnesses?.cosigned ?? new Map<string, number>() }),
    mayGrow: () => list !== undefined && stopped === undefined,
    get stopped() {
      return stopped;
    },
    async close() {
      ending.abort();
      await running;
      if (stopped === undefined) await publishNow().catch(() => {});
      await giveUpLease(db).catch(() => {});
    },
  };
}

/** The policy, when it is one that this log's readers could use. */
function policyFor(vkey: string, text: string): ReturnType<typeof parsePolicy> {
  const policy = parsePolicy(text);
  if (policy.logs.length > 0 && !policy.logs.some((log) => log.vkey === vkey))
    throw new TlogError("POLICY_MALFORMED", `the policy names other logs, and not this one: ${vkey}`);
  return policy;
}
