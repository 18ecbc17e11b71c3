// The sequencer: puts entries into the log in batches. No timer: the next batch starts when the last commit
// returned, so that a batch is as large as the load makes it. Refuses rather than queues when it cannot keep up.
// A crash here before the commit loses nothing that was acknowledged; after it, an entry nobody was served on.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { batchDigest, CompactRange, leafHash, type NoteSigner, signReceipt } from "../../lib/tlog/index.js";
import { type Clock, quarterOf } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { HandOver, SealEntries } from "../sealing.js";
import { countersIn } from "./counters.js";
import { type Draft, rowsOf, type SealedPlaced, unsealedOf, withSeal } from "./draft.js";
import { type Append, appendBatch, currentHead, isAmbiguous } from "./log-store.js";

/** `index` is where the first of the request's entries stands in the log; the others follow it. */
export type Recorded = { ok: true; index: number } | { ok: false; why: "unavailable" | "nobody-there" };

export interface SequencerParts {
  readonly db: Db;
  readonly seal: SealEntries;
  /** Gives the opener the receipt of a batch. */
  readonly handOver: HandOver;
  readonly signer: NoteSigner;
  readonly pseudonyms: KeyObject;
  readonly clock: Clock;
  /** Asked before each batch: false as long as the database may be behind what was signed. */
  readonly mayGrow: () => boolean;
  /** Told after each commit how many entries shared it. */
  readonly onBatch?: (entries: number) => void;
  readonly onFailure: (error: unknown) => void;
}
/** The database is not the one that this log has grown in: restored, or another one. No log, no data. */
export class LogMayNotGrow extends Error {
  override name = "LogMayNotGrow";
  readonly code = "LOG_MAY_NOT_GROW";
}

export interface Sequencer {
  /** Resolves when all drafts are durably in the log, or none will be served. */
  record(drafts: readonly Draft[]): Promise<Recorded>;
  /** Entries that wait for a batch. */
  waiting(): number;
  /** Entries in the log that were acknowledged, as far as this process knows. */
  size(): number;
}

const maxBatch = 1_024;
const maxWaiting = 4_096;
/** Whoever waited longer has given up: their entry would say what did not happen. */
const patienceMs = 2_000;

/** The tree that grows: where it begins in the whole log, and when it was begun. */
interface OpenShard {
  readonly firstIndex: number;
  readonly range: CompactRange;
  readonly openedAt: Date;
}
const sizeOf = ({ firstIndex, range }: OpenShard): number => firstIndex + range.size;

/** The drafts of one request: served together or not at all. */
interface Group {
  readonly drafts: readonly Draft[];
  readonly since: number;
  settle(result: Recorded): void;
}

export function sequencer(parts: SequencerParts): Sequencer {
  const { db, seal, handOver, signer, pseudonyms, clock, mayGrow, onBatch, onFailure } = parts;
  const queue: Group[] = [];
  let waiting = 0;
  let isRunning = false;
  let open: OpenShard | undefined;
  /** The tree whose entries were acknowledged: a database that has less is not ours any more. */
  let acknowledged: OpenShard | undefined;
  const counters = countersIn(db, pseudonyms);

  async function loadHead(): Promise<OpenShard> {
    if (open) return open;
    const { size, firstIndex, root, frontier, openedAt } = await currentHead(db);
    const loaded = { firstIndex, range: CompactRange.from(size - firstIndex, frontier), openedAt };
    if (!loaded.range.root().equals(root)) throw new Error("the disclosure log's head does not fit its frontier");
    if (acknowledged && !isGrownFrom(acknowledged, loaded)) throw new LogMayNotGrow();
    open = loaded;
    return loaded;
  }

  /** The shard that a batch goes into. The first batch of a new quarter begins one; a clock set back never does. */
  function shardFor(at: Date, now: OpenShard): { shard: OpenShard; isTurn: boolean } {
    const isTurn = now.range.size > 0 && quarterOf(at) > quarterOf(now.openedAt);
    if (isTurn) return { shard: { firstIndex: sizeOf(now), range: new CompactRange(), openedAt: at }, isTurn };
    return { shard: { ...now, range: now.range.clone() }, isTurn };
  }

  function takeBatch(): Group[] {
    const batch: Group[] = [];
    let size = 0;
    while (queue.length > 0 && size + queue[0]!.drafts.length <= maxBatch) {
      const group = queue.shift()!;
      waiting -= group.drafts.length;
      if (performance.now() - group.since > patienceMs) {
        group.settle({ ok: false, why: "unavailable" });
        continue;
      }
      size += group.drafts.length;
      batch.push(group);
    }
    return batch;
  }

  /** Seals; groups with a person who has no key fall out, and the rest is placed anew, so that no counter is skipped. */
  async function placeAndSeal(batch: Group[], at: string): Promise<{ groups: Group[]; entries: SealedPlaced[] }> {
    let groups = batch;
    while (groups.length > 0) {
      const placed = await counters.place(
        groups.flatMap((group) => group.drafts),
        at,
      );
      const sealed = await seal(placed.map((one) => unsealedOf(one, at)));
      if (sealed.every(({ state }) => state === "sealed")) {
        return { groups, entries: placed.map((one, i) => withSeal(one, sealed[i]!)) };
      }
      let first = 0;
      groups = groups.filter((group) => {
        const last = first + group.drafts.length;
        const states = sealed.slice(first, last).map(({ state }) => state);
        first = last;
        if (states.every((state) => state === "sealed")) return true;
        group.settle({ ok: false, why: states.includes("nobody") ? "nobody-there" : "unavailable" });
        return false;
      });
    }
    return { groups, entries: [] };
  }

  async function append(batch: Append): Promise<void> {
    const { expected, count, root } = batch;
    try {
      await appendBatch(db, batch);
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      // The connection broke while it committed: the head says whether the batch is in. If the lost commit is still
      // on its way, the second attempt waits for it and is refused: the entries stand once, and nobody is served.
      const head = await currentHead(db);
      if (head.size === expected + count && head.root.equals(root)) return;
      if (head.size !== expected) throw error;
      await appendBatch(db, batch);
    }
  }

  async function runBatch(batch: Group[]): Promise<void> {
    if (!mayGrow()) throw new LogMayNotGrow();
    const before = await loadHead();
    const at = clock();
    const { groups, entries } = await placeAndSeal(batch, at.toISOString());
    if (entries.length === 0) return;
    const hashes = entries.map((entry) => leafHash(entry.leaf));
    const expected = sizeOf(before);
    const { shard, isTurn } = shardFor(at, before);
    for (const hash of hashes) shard.range.append(hash);
    const rows = rowsOf(entries, pseudonyms);
    const tree = { root: shard.range.root(), frontier: shard.range.toBytes() };
    await append({ expected, count: entries.length, rows, ...tree, at, isTurn });
    open = shard;
    acknowledged = shard;
    counters.moveOn(entries);
    onBatch?.(entries.length);
    void acknowledge(groups, hashes, expected);
  }

  /** The next batch does not wait for it. An opener that is away by now leaves entries that nobody was served on. */
  async function acknowledge(groups: readonly Group[], hashes: readonly Buffer[], first: number): Promise<void> {
    const leaves = Buffer.concat(hashes);
    try {
      const batch = { origin: signer.name, first, count: hashes.length, digest: batchDigest(leaves) };
      await handOver(signReceipt(batch, signer), leaves);
    } catch (error) {
      onFailure(error);
      for (const group of groups) group.settle({ ok: false, why: "unavailable" });
      return;
    }
    let index = first;
    for (const group of groups) {
      group.settle({ ok: true, index });
      index += group.drafts.length;
    }
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        await runBatch(batch);
      } catch (error) {
        open = undefined;
        counters.forget();
        onFailure(error);
        for (const group of batch) group.settle({ ok: false, why: "unavailable" });
      }
    }
    isRunning = false;
  }

  return {
    record(drafts) {
      if (drafts.length === 0 || drafts.length > maxBatch) throw new RangeError("a request has 1 to 1024 entries");
      if (waiting + drafts.length > maxWaiting) return Promise.resolve({ ok: false, why: "unavailable" });
      return new Promise((settle) => {
        queue.push({ drafts, since: performance.now(), settle });
        waiting += drafts.length;
        if (isRunning) return;
        isRunning = true;
        // After this turn of the event loop: what it brought together goes into one batch.
        setImmediate(() => void run());
      });
    },
    waiting: () => waiting,
    size: () => (acknowledged ? sizeOf(acknowledged) : 0),
  };
}

/** As far as sizes and roots tell; the publisher compares entry by entry. */
function isGrownFrom(before: OpenShard, now: OpenShard): boolean {
  if (sizeOf(now) !== sizeOf(before)) return sizeOf(now) > sizeOf(before);
  return now.firstIndex === before.firstIndex && now.range.root().equals(before.range.root());
}
