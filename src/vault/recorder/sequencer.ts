// The sequencer: puts entries into the log in batches. No timer: the next batch starts when the last commit
// returned, so that a batch is as large as the load makes it. Refuses rather than queues when it cannot keep up.
// A crash here before the commit loses nothing that was acknowledged; after it, an entry nobody was served on.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import {
  type BatchTree,
  batchTree,
  CompactRange,
  leafHash,
  type NoteSigner,
  signReceipt,
} from "../../lib/tlog/index.js";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import { accountabilityOf, canonicalJson, type EntryFacts, type EntryKind, leafOf, pseudonymOf } from "../entry.js";
import type { Receipt } from "../receipt.js";
import type { SealEntries, SealedEntry, Unsealed } from "../sealing.js";
import { appendBatch, currentHead, isAmbiguous, nextCounters } from "./log-store.js";

/** An entry before it has its place: `subject` is absent in a miss. */
export interface Draft {
  readonly kind: EntryKind;
  readonly facts: Omit<EntryFacts, "at">;
  readonly request: string;
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly subject?: string;
  readonly isNew: boolean;
}
export type Recorded = { ok: true; receipts: Receipt[] } | { ok: false; why: "unavailable" | "nobody-there" };

export interface SequencerParts {
  readonly db: Db;
  readonly seal: SealEntries;
  readonly signer: NoteSigner;
  readonly pseudonyms: KeyObject;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}
export interface Sequencer {
  /** Resolves when all drafts are durably in the log, or none will be served. */
  record(drafts: readonly Draft[]): Promise<Recorded>;
}

const maxBatch = 1_024;
const maxWaiting = 4_096;
/** Whoever waited longer has given up: their entry would say what did not happen. */
const patienceMs = 2_000;
const maxKnownCounters = 100_000;

interface Group {
  readonly drafts: readonly Draft[];
  readonly since: number;
  settle(result: Recorded): void;
}
interface Placed {
  readonly draft: Draft;
  readonly pseudonym: Buffer | undefined;
  readonly n: number;
  readonly entry: string;
}

export function sequencer(parts: SequencerParts): Sequencer {
  const { db, seal, signer, pseudonyms, clock } = parts;
  const queue: Group[] = [];
  let waiting = 0;
  let isRunning = false;
  let range: CompactRange | undefined;
  const counters = new Map<string, number>();

  async function loadHead(): Promise<CompactRange> {
    if (range) return range;
    const head = await currentHead(db);
    const loaded = CompactRange.from(head.size, head.frontier);
    if (!loaded.root().equals(head.root)) throw new Error("the disclosure log's head does not fit its frontier");
    range = loaded;
    return loaded;
  }

  function forget(): void {
    range = undefined;
    counters.clear();
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

  async function learnCounters(people: ReadonlyMap<string, Buffer>): Promise<void> {
    if (counters.size > maxKnownCounters) counters.clear();
    const unknown = [...people].filter(([key]) => !counters.has(key));
    if (unknown.length === 0) return;
    const next = await nextCounters(
      db,
      unknown.map(([, pseudonym]) => pseudonym),
    );
    unknown.forEach(([key], at) => counters.set(key, next[at]!));
  }

  /** Gives each draft its counter and its canonical text. Counters are only moved on after the commit. */
  async function place(groups: readonly Group[], at: string): Promise<Placed[]> {
    const drafts = groups.flatMap((group) => group.drafts);
    const people = new Map<string, Buffer>();
    const keyed = drafts.map((draft) => {
      if (draft.subject === undefined) return { draft, pseudonym: undefined, key: "" };
      const pseudonym = pseudonymOf(pseudonyms, "subject", draft.subject);
      const key = pseudonym.toString("base64");
      people.set(key, pseudonym);
      return { draft, pseudonym, key };
    });
    await learnCounters(people);
    const next = new Map<string, number>();
    return keyed.map(({ draft, pseudonym, key }) => {
      const { kind, facts, request, reference, digest, subject } = draft;
      if (!pseudonym)
        return {
          draft,
          pseudonym,
          n: 0,
          entry: canonicalJson(accountabilityOf({ ...facts, kind, at })),
        };
      const n = next.get(key) ?? counters.get(key)!;
      next.set(key, n + 1);
      return {
        draft,
        pseudonym,
        n,
        entry: canonicalJson({
          v: 1,
          kind,
          at,
          ...facts,
          request,
          reference,
          digest,
          subject,
          n,
        }),
      };
    });
  }

  /** Seals; groups with a person who has no key fall out, and the rest is placed anew, so that no counter is skipped. */
  async function placeAndSeal(
    batch: Group[],
    at: string,
  ): Promise<{ groups: Group[]; placed: Placed[]; sealed: SealedEntry[] }> {
    let groups = batch;
    for (;;) {
      const placed = await place(groups, at);
      if (placed.length === 0) return { groups, placed, sealed: [] };
      const sealed = await seal(placed.map(({ draft, n, entry }) => unsealedOf(draft, n, entry, at)));
      if (sealed.every((entry) => entry.isSealed)) return { groups, placed, sealed };
      let first = 0;
      groups = groups.filter((group) => {
        const last = first + group.drafts.length;
        const isWhole = sealed.slice(first, last).every((entry) => entry.isSealed);
        first = last;
        if (!isWhole) group.settle({ ok: false, why: "nobody-there" });
        return isWhole;
      });
    }
  }

  function rowOf({ draft, pseudonym, n }: Placed, sealed: SealedEntry, leaf: Buffer): Buffer {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(n));
    const actor = pseudonymOf(pseudonyms, "actor", draft.facts.actor);
    const request = Buffer.from(draft.request.replaceAll("-", ""), "hex");
    return Buffer.concat([
      leaf,
      pseudonym ?? Buffer.alloc(16),
      counter,
      actor,
      request,
      sealed.accountability,
      sealed.subject,
    ]);
  }

  async function append(rows: Buffer, count: number, after: CompactRange, at: Date): Promise<void> {
    const expected = after.size - count;
    const root = after.root();
    const batch = {
      expected,
      count,
      rows,
      root,
      frontier: after.toBytes(),
      at,
    };
    try {
      await appendBatch(db, batch);
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      // The connection broke while it committed: the head says whether the batch is in.
      const head = await currentHead(db);
      if (head.size === after.size && head.root.equals(root)) return;
      if (head.size !== expected) throw error;
      await appendBatch(db, batch);
    }
  }

  async function runBatch(batch: Group[]): Promise<void> {
    const before = await loadHead();
    const at = clock();
    const { groups, placed, sealed } = await placeAndSeal(batch, at.toISOString());
    if (placed.length === 0) return;
    const leaves = placed.map(({ draft, entry }, i) => leafOf(draft.kind, sealed[i]!.tag, sealed[i]!.salt, entry));
    const hashes = leaves.map((leaf) => leafHash(leaf));
    const after = before.clone();
    for (const hash of hashes) after.append(hash);
    await append(
      Buffer.concat(placed.map((entry, i) => rowOf(entry, sealed[i]!, leaves[i]!))),
      placed.length,
      after,
      at,
    );
    range = after;
    for (const { pseudonym, n } of placed) if (pseudonym) counters.set(pseudonym.toString("base64"), n + 1);
    acknowledge(groups, placed, sealed, before.size, batchTree(hashes));
  }

  function acknowledge(
    groups: readonly Group[],
    placed: readonly Placed[],
    sealed: readonly SealedEntry[],
    first: number,
    tree: BatchTree,
  ): void {
    const note = signReceipt({ origin: signer.name, first, count: placed.length, root: tree.root }, signer);
    let at = 0;
    for (const group of groups) {
      const receipts = group.drafts.map(() => {
        const i = at++;
        const { salt, tag } = sealed[i]!;
        const path = tree.path(i).map((hash) => hash.toString("base64"));
        return {
          note,
          index: first + i,
          entry: placed[i]!.entry,
          salt: salt.toString("base64"),
          tag: tag.toString("base64"),
          path,
        };
      });
      group.settle({ ok: true, receipts });
    }
  }

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        await runBatch(batch);
      } catch (error) {
        forget();
        parts.onFailure(error);
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
        void run();
      });
    },
  };
}

function unsealedOf(draft: Draft, n: number, entry: string, at: string): Unsealed {
  const { kind, subject, isNew, facts } = draft;
  if (subject === undefined) return { kind, isNew: false, n, entry };
  return {
    kind,
    subject,
    isNew,
    n,
    entry,
    accountability: canonicalJson(accountabilityOf({ ...facts, kind, at })),
  };
}
