// The list of shards as it was signed: in the lock's folder first, then published. What stands in it never changes but
// for its last line, which is closed when the next shard is opened. Each shard's key is derived from the log's.
// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, hkdfSync, type KeyObject } from "node:crypto";
import {
  ed25519Signer,
  ed25519Verifier,
  type NoteSigner,
  nextShardOrigin,
  openShardList,
  type Shard,
  shardOrigin,
  signShardList,
  TlogError,
} from "../lib/tlog/index.js";
import { quarterOf } from "../platform/clock.js";
import { ForkedLog, type LogFolder } from "./files.js";
import type { StoredShard } from "./log-store.js";

export const listName = "shards";

const seedBytes = 32;
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

/** Signs for the log by its own key under its own name, and for every other shard by a key that follows from both. */
export function signerOf(key: KeyObject, log: string, origin: string): NoteSigner {
  if (origin === log) return ed25519Signer(log, key);
  const seed = (key.export({ format: "der", type: "pkcs8" }) as Buffer).subarray(-seedBytes);
  const own = Buffer.from(hkdfSync("sha256", seed, Buffer.alloc(0), `vr/log/shard/v1\0${origin}`, seedBytes));
  const der = Buffer.concat([pkcs8Prefix, own]);
  const signer = ed25519Signer(origin, createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  for (const secret of [seed, own, der]) secret.fill(0);
  return signer;
}

export interface ShardList {
  readonly shards: readonly Shard[];
  /** Closes the last shard with its final checkpoint and opens the next. On the disk when this comes back. */
  turn(closed: StoredShard, next: StoredShard): Promise<void>;
}

export interface ShardListParts {
  readonly key: KeyObject;
  readonly log: string;
  readonly lock: LogFolder;
  readonly folder: LogFolder;
}

/**
 * Takes up the list, or begins it. Throws ForkedLog when lock, published files and database do not tell the same.
 * A crash between lock and publication leaves a published list that is behind: it is published again.
 */
export async function openShards(parts: ShardListParts, stored: readonly StoredShard[]): Promise<ShardList> {
  const { key, log, lock, folder } = parts;
  const signer = signerOf(key, log, log);
  const [locked, published] = [await readList(lock), await readList(folder)];
  const longer = (published?.length ?? 0) > (locked?.length ?? 0) ? published : locked;
  let shards: readonly Shard[] = longer ?? [
    { path: ".", vkey: signer.vkey, openedAt: stored[0]!.openedAt.toISOString() },
  ];
  for (const list of [locked, published]) if (list) refuseOtherList(list, shards);
  refuseOtherDatabase(shards, stored);
  await keep();

  async function readList(from: LogFolder): Promise<Shard[] | undefined> {
    const note = await from.read(listName);
    if (!note) return undefined;
    try {
      return openShardList(note, log, [ed25519Verifier(signer.vkey)]);
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new ForkedLog(`the list of shards is not this log's: ${error.message}`);
    }
  }

  async function keep(): Promise<void> {
    const note = signShardList(shards, signer);
    for (const place of [lock, folder]) {
      const present = await place.read(listName);
      if (present?.toString("utf8") !== note) await place.replace(listName, note);
    }
  }

  return {
    get shards() {
      return shards;
    },
    async turn({ size, root, closedAt }, { openedAt }) {
      const last = shards.at(-1)!;
      const path = quarterOf(openedAt);
      const origin = nextShardOrigin(log, path, { origin: shardOrigin(last), size, root });
      const { vkey } = signerOf(key, log, origin);
      const closed = { ...last, closed: { size, root, at: closedAt!.toISOString() } };
      shards = [...shards.slice(0, -1), closed, { path, vkey, openedAt: openedAt.toISOString() }];
      await keep();
    },
  };
}

/** Each list is the beginning of the longest; its last shard may be closed there. */
function refuseOtherList(list: readonly Shard[], longest: readonly Shard[]): void {
  const isSame = list.every(({ vkey, closed }, at) => vkey === longest[at]!.vkey && (!closed || longest[at]!.closed));
  if (!isSame) throw new ForkedLog("two lists of this log's shards are signed, and neither is the other grown");
}

function refuseOtherDatabase(shards: readonly Shard[], stored: readonly StoredShard[]): void {
  shards.forEach(({ path, closed }, at) => {
    const own = stored[at];
    const isThere =
      own && (!closed || (own.closedAt !== null && own.size === closed.size && own.root.equals(closed.root)));
    if (!isThere)
      throw new ForkedLog(
        `the database does not have the shard ${path} as it was signed: it was restored from a backup, or it is another log's`,
      );
  });
}
